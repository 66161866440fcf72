// Puts bills with what became of them straight into a store: years of history in one statement.
import { addDays, type Day } from '@parley/sdk/protocol'
import type { BillFacts } from '../../src/domain/learning/bill-history.ts'
import { insertDebtor } from '../../src/storage/debtors.ts'
import type { TestWorld } from './test-world.ts'

interface World {
  deps: Pick<TestWorld['deps'], 'db'>
  creditorId: string
}

/** Writes bills as claims of their customers, the settled ones with their payment. Days as instants at noon. */
export async function liveBills(
  { deps, creditorId }: World,
  bills: readonly BillFacts[],
): Promise<void> {
  const customers = [...new Set(bills.map(({ customer }) => customer))]
  const { db } = deps
  await db.transaction().execute(async (tx) => {
    for (const customer of customers) await insertDebtor(tx, debtorOf(creditorId, customer))
  })
  for (const part of chunks(bills)) {
    await db
      .insertInto('claims')
      .values(part.map((bill) => claimRow(creditorId, bill)))
      .execute()
    const payments = part.flatMap((bill) => paymentRow(creditorId, bill))
    if (payments.length > 0) await db.insertInto('payments').values(payments).execute()
    const events = part.flatMap((bill) => eventRows(creditorId, bill))
    if (events.length > 0) await db.insertInto('events').values(events).execute()
  }
}

/** Bills that one customer paid on certain days, each due so many days before. */
export function paidBills(
  customer: string,
  paid: readonly { paidOn: Day | null; dueOn: Day }[],
): BillFacts[] {
  return paid.map(({ paidOn, dueOn }, index) => ({
    invoice: `${customer}-${String(index).padStart(3, '0')}`,
    customer,
    currency: 'EUR',
    minor: 12_000n,
    issuedOn: addDays(dueOn, -14),
    dueOn,
    settledOn: paidOn,
    disputedOn: null,
    isElectronic: null,
    contactedOn: null,
    endedOn: null,
  }))
}

function debtorOf(creditorId: string, customer: string): Parameters<typeof insertDebtor>[1] {
  return {
    ...{ creditorId, debtorId: customer, externalId: customer, name: 'Ann Peeters' },
    ...{ party: 'b2c', country: null, language: null, timeZone: null },
    ...{ contact: { email: `${customer}@example.org` }, preferences: {}, closedChannels: [] },
    createdAt: 0,
  }
}

function claimRow(creditorId: string, bill: BillFacts) {
  const isSettled = bill.settledOn !== null
  return {
    creditor_id: creditorId,
    claim_id: bill.invoice,
    debtor_id: bill.customer,
    invoice_number: bill.invoice,
    segment: 'default',
    currency: bill.currency,
    principal: bill.minor,
    paid: isSettled ? bill.minor : 0n,
    issue_date: bill.issuedOn,
    due_date: bill.dueOn,
    reference_scheme: 'SCOR',
    reference: bill.invoice,
    documents: '[]',
    claim_state: isSettled ? 'settled' : 'open',
    conversation: 'none',
    respond_by: noonOf(bill.issuedOn),
    thr: `thread-of-${bill.invoice}`,
    created_at: noonOf(bill.issuedOn),
  }
}

function paymentRow(creditorId: string, { invoice, settledOn, minor }: BillFacts) {
  if (settledOn === null) return []
  return [
    {
      creditor_id: creditorId,
      payment_id: `pay-${invoice}`,
      claim_id: invoice,
      transaction_id: `tx-${invoice}`,
      amount: minor,
      allocations: '[]',
      overpaid: 0n,
      received_on: settledOn,
      created_at: noonOf(settledOn),
    },
  ]
}

function eventRows(creditorId: string, { invoice, disputedOn, settledOn }: BillFacts) {
  const row = (type: string, day: Day, data: object = {}) => {
    const said = JSON.stringify(data)
    return { creditor_id: creditorId, claim_id: invoice, type, at: noonOf(day), data: said }
  }
  return [
    ...(disputedOn === null || disputedOn === 'undated' ? [] : [row('dispute.raised', disputedOn)]),
    ...(settledOn === null
      ? []
      : [row('payment.received', settledOn, { paymentId: `pay-${invoice}` })]),
  ]
}

export function noonOf(day: Day): number {
  return Date.parse(`${day}T12:00:00Z`) / 1000
}

function chunks<T>(all: readonly T[]): T[][] {
  const SIZE = 500
  return Array.from({ length: Math.ceil(all.length / SIZE) }, (_, at) =>
    all.slice(at * SIZE, (at + 1) * SIZE),
  )
}
