import type { Money } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { cashFlowOf, minorOf } from '../../main-job/household.ts'
import { createLedgerBank, type LedgerOrder } from '../../main-job/ledger-bank.ts'

const CREDITOR = { name: 'Stadsenergie', iban: 'BE68539007547034' }
const HOUSEHOLD = {
  currency: 'EUR',
  balance: '100.00',
  incomes: [{ dayOfMonth: 25, amount: '1000.00' }],
  charges: [],
  dailySpend: '0.00',
}

const eur = (value: string): Money => ({ minor: minorOf(value, 'EUR'), currency: 'EUR' })

function openBank() {
  const bank = createLedgerBank()
  bank.open({ iban: 'BE1', name: 'Anouk', household: cashFlowOf(HOUSEHOLD, '2026-03-01') })
  return bank
}

function order(changes: Partial<LedgerOrder> = {}): LedgerOrder {
  return {
    idempotencyKey: 'key-1',
    debtorIban: 'BE1',
    creditor: CREDITOR,
    amount: eur('60.00'),
    reference: 'RF18539007547034',
    endToEndId: null,
    day: '2026-03-02',
    ...changes,
  }
}

describe('the ledger bank', () => {
  it('books a transfer once for each idempotency key', () => {
    const bank = openBank()
    const first = bank.transfer(order())
    expect(first).toEqual({ outcome: 'settled', railId: 'LB00000001' })
    expect(bank.transfer(order())).toEqual(first)
    expect(bank.takeIncoming(CREDITOR.iban)).toHaveLength(1)
  })

  it('refuses AM04 what the account does not hold, until the salary has come', () => {
    const bank = openBank()
    bank.transfer(order())
    const tooMuch = { idempotencyKey: 'key-2', amount: eur('40.01') }
    const refused = { outcome: 'rejected', code: 'AM04' }
    expect(bank.transfer(order(tooMuch))).toEqual(refused)
    const later = order({ ...tooMuch, idempotencyKey: 'key-3', day: '2026-03-25' })
    expect(bank.transfer(later)).toMatchObject({ outcome: 'settled' })
  })

  it('books to the last cent', () => {
    const bank = openBank()
    bank.transfer(order())
    const rest = order({ idempotencyKey: 'key-2', amount: eur('40.00') })
    expect(bank.transfer(rest)).toMatchObject({ outcome: 'settled' })
  })

  it('refuses AC01 an unknown account and AM03 another currency', () => {
    const bank = openBank()
    const unknown = bank.transfer(order({ debtorIban: 'BE2' }))
    expect(unknown).toEqual({ outcome: 'rejected', code: 'AC01' })
    const foreign = order({ idempotencyKey: 'key-2', amount: { minor: 1n, currency: 'GBP' } })
    expect(bank.transfer(foreign)).toEqual({ outcome: 'rejected', code: 'AM03' })
  })

  it('reports what came in once', () => {
    const bank = openBank()
    bank.transfer(order())
    const [booking] = bank.takeIncoming(CREDITOR.iban)
    expect(booking).toMatchObject({ bookingId: 'LB00000001', debtorName: 'Anouk' })
    expect(bank.takeIncoming(CREDITOR.iban)).toEqual([])
  })

  it('serves as a rail that finds what it has paid', async () => {
    const { rail } = openBank()
    const debtorAccount = { iban: 'BE1' }
    const query = { endToEndId: 'E1', idempotencyKey: 'A:1', debtorAccount }
    expect(await rail.find(query)).toEqual({ outcome: 'not-found' })
    const paid = await rail.pay({
      ...query,
      creditor: CREDITOR,
      amount: eur('12.00'),
      remittance: { scheme: 'SCOR', reference: 'RF18539007547034' },
      executionDay: '2026-03-02',
    })
    expect(paid).toMatchObject({ outcome: 'settled' })
    expect(await rail.find(query)).toEqual(paid)
  })
})
