// Everything that a creditor's events say of one customer, for learning and for the customer's own copy.
import { sql } from 'kysely'
import { countsAsArrived, type Delivery } from '../domain/delivery/delivery.ts'
import type {
  CustomerRecord,
  RecordedEvent,
  RecordedInstalment,
  RecordedMessage,
  RecordedPayment,
  RecordedReply,
} from '../domain/learning/customer-record.ts'
import { readBillFacts } from './bill-facts.ts'
import type { EventData } from './column-types.ts'
import type { Database, Tx } from './database.ts'

interface CustomerKey {
  creditorId: string
  debtorId: string
}

/** The latest bills; a customer who gets more is known well enough by these. */
const MOST_BILLS = 200
const MOST_ROWS = 5_000

/** What a fact or the profile counts, of a timeline. */
const COUNTED = [
  'payment-request.delivered',
  'payment-request.received',
  'payment-request.presented',
  'payment.received',
  'negotiation.countered',
  'negotiation.declined',
  'negotiation.agreed',
  'plan.replanned',
  'plan.line-late',
  'plan.defaulted',
  'plan.completed',
  'plan.paid-off',
  'promise.made',
  'date.wished',
  'dispute.raised',
  'dispute.withdrawn',
  'dispute.upheld',
  'dispute.rejected',
  'hardship.told',
  'assistance.requested',
  'collection.failed',
  'hold.set',
  'hold.released',
  'preferences.told',
  'channel.closed',
  'address.doubted',
]

/** Reads the record of a customer. */
export async function readCustomerRecord(
  db: Database | Tx,
  customer: CustomerKey,
  { timeZone }: { timeZone: string },
): Promise<CustomerRecord> {
  const bills = await readBillFacts(db, { ...customer, timeZone, limit: MOST_BILLS })
  return {
    bills,
    payments: await paymentsOf(db, customer),
    events: await eventsOf(db, customer),
    messages: await messagesOf(db, customer),
    replies: await repliesOf(db, customer),
    instalments: await instalmentsOf(db, customer),
  }
}

/** The latest rows of a statement, oldest first. */
async function latest<Row>(db: Database | Tx, rows: ReturnType<typeof sql>): Promise<Row[]> {
  const found = await sql<Row>`${rows} limit ${MOST_ROWS}`.execute(db)
  return found.rows.reverse()
}

async function paymentsOf(
  db: Database | Tx,
  { creditorId, debtorId }: CustomerKey,
): Promise<RecordedPayment[]> {
  // Credit of another bill is no money that the customer sent that day.
  return await latest<RecordedPayment>(
    db,
    sql`select p.payment_id as "paymentId", p.claim_id as "claimId", p.received_on as "receivedOn",
        c.due_date as "dueOn", p.reversed_at is not null as "isReversed"
      from claims c join payments p using (creditor_id, claim_id)
      where c.creditor_id = ${creditorId} and c.debtor_id = ${debtorId}
        and not exists (select from set_offs s where s.creditor_id = p.creditor_id
          and s.set_off_id = p.transaction_id)
      order by p.received_on desc, p.payment_id desc`,
  )
}

async function eventsOf(
  db: Database | Tx,
  { creditorId, debtorId }: CustomerKey,
): Promise<RecordedEvent[]> {
  const rows = await latest<{
    event_id: number
    claim_id: string
    type: string
    at: number
    data: EventData
  }>(
    db,
    sql`select e.event_id, e.claim_id, e.type, e.at, e.data
      from claims c join events e using (creditor_id, claim_id)
      where c.creditor_id = ${creditorId} and c.debtor_id = ${debtorId}
        and e.type = any(${COUNTED}::text[])
      order by e.event_id desc`,
  )
  return rows.map(({ event_id, claim_id, type, at, data }) => {
    return { id: String(event_id), claimId: claim_id, type, at, data }
  })
}

async function messagesOf(
  db: Database | Tx,
  { creditorId, debtorId }: CustomerKey,
): Promise<RecordedMessage[]> {
  const rows = await latest<Omit<RecordedMessage, 'hasArrived'> & { delivery: Delivery | null }>(
    db,
    sql`select message_id as "messageId", claim_id as "claimId", channel, sent_at as "sentAt", delivery
      from human_messages m
      where creditor_id = ${creditorId} and debtor_id = ${debtorId} and state = 'sent'
        and is_contact and told_in is null
      order by sent_at desc, message_id desc`,
  )
  return rows.map(({ delivery, ...row }) => ({ ...row, hasArrived: countsAsArrived(delivery) }))
}

async function repliesOf(
  db: Database | Tx,
  { creditorId, debtorId }: CustomerKey,
): Promise<RecordedReply[]> {
  return await latest<RecordedReply>(
    db,
    sql`select r.origin, r.claim_id as "claimId", r.channel, r.action, r.at
      from claims c join person_replies r using (creditor_id, claim_id)
      where c.creditor_id = ${creditorId} and c.debtor_id = ${debtorId}
      order by r.at desc, r.origin desc`,
  )
}

async function instalmentsOf(
  db: Database | Tx,
  { creditorId, debtorId }: CustomerKey,
): Promise<RecordedInstalment[]> {
  return await latest<RecordedInstalment>(
    db,
    sql`select a.agreement_id as "agreementId", a.claim_id as "claimId", l.line,
        l.due_date as "dueOn", l.paid + l.credited >= l.amount as "isPaid"
      from claims c join agreements a using (creditor_id, claim_id)
      join plan_lines l using (creditor_id, claim_id)
      where c.creditor_id = ${creditorId} and c.debtor_id = ${debtorId} and a.replaced_at is null
      order by l.due_date desc, a.claim_id desc, l.line desc`,
  )
}
