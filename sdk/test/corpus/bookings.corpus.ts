// Payments that nobody here made and that follow no pay day: of invoices (sample data, perhaps
// simulated) and of fines (real). Read as incomes, they must not be counted on beyond what then came.

import { expect, it } from 'vitest'
import { type Booking, cashFlowFromBookings, forecast } from '../../src/index.ts'
import { addDays } from '../../src/protocol/index.ts'
import { describeCorpus, readCorpus } from './corpus-files.ts'

const INVOICES = 'receivables/ibm-ar-given-60-customers.csv'
const FINES = 'receivables/traffic-fines-given.csv'
const FUTURE_DAYS = 60

describeCorpus(INVOICES, () => {
  it('counts on no more than the customers then paid, on any day of two years', () => {
    const bookings = rowsOf(INVOICES).map((row) =>
      booking({ who: row['customerID'], day: row['SettledDate'], amount: row['InvoiceAmount'] }),
    )
    expect(bookings.length).toBeGreaterThan(1400)
    const [expected, came, flows] = backTest(bookings, { from: '2012-07-01', to: '2013-10-01' })
    console.info(`${flows} flows; ${expected} expected of ${came} that came`)
    // Chance finds a rhythm now and then; a hundredth of the money is what it may claim.
    expect(Number(expected)).toBeLessThan(Number(came) / 100)
  })
})

describeCorpus(FINES, () => {
  it('finds no income in payments of fines', () => {
    const bookings = rowsOf(FINES)
      .filter((row) => row['activity'] === 'Payment' && (row['payment_eur'] ?? '') !== '')
      .map((row) =>
        booking({ who: row['case_id'], day: row['timestamp'], amount: row['payment_eur'] }),
      )
    expect(bookings.length).toBeGreaterThan(2000)
    const [expected, came, flows] = backTest(bookings, { from: '2002-01-01', to: '2013-01-01' })
    console.info(`${flows} flows; ${expected} expected of ${came} that came`)
    expect(Number(expected)).toBeLessThan(Number(came) / 100)
  })
})

/** What was expected of every 60 days and what came, summed over starts every 30 days. */
function backTest(
  bookings: readonly Booking[],
  { from, to }: { from: string; to: string },
): [bigint, bigint, number] {
  let [expected, came, found] = [0n, 0n, 0]
  for (let asOf = from; asOf < to; asOf = addDays(asOf, 30)) {
    const learned = cashFlowFromBookings({ bookings, currency: 'EUR', asOf, balance: 0n })
    if (!learned.ok) throw new Error(`${learned.error.index}: ${learned.error.code}`)
    const { cashFlow, flows } = learned.value
    expected += forecast(cashFlow, asOf, FUTURE_DAYS).balances.at(-1) ?? 0n
    found += flows.length
    const end = addDays(asOf, FUTURE_DAYS)
    came += bookings.reduce(
      (sum, { day, amount }) => (day > asOf && day <= end ? sum + amount : sum),
      0n,
    )
  }
  return [expected, came, found]
}

function booking(row: Record<'who' | 'day' | 'amount', string | undefined>): Booking {
  const [whole = '0', cents = ''] = (row.amount ?? '').split('.')
  return {
    day: row.day ?? '',
    amount: BigInt(whole + cents.padEnd(2, '0')),
    counterparty: row.who ?? '',
  }
}

function rowsOf(path: string): Record<string, string>[] {
  const [head = '', ...lines] = new TextDecoder().decode(readCorpus(path)).trim().split(/\r?\n/)
  const names = head.split(',')
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])),
  )
}
