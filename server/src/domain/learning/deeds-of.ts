// What a customer did, as deeds that speak for or against ability and willingness to pay.
import { addDays, compareDays, type Day, dayInZone } from '@parley/sdk/protocol'
import { answersIn, judgeMessages } from './answers.ts'
import type { Deed } from './behaviour-scores.ts'
import { type CustomerRecord, eventsOfType, type RecordedEvent } from './customer-record.ts'

/** When a record is looked at. */
export interface LookedAt {
  /** Epoch seconds. */
  readonly now: number
  readonly timeZone: string
}

/** Money that was promised may take so long: two days of the banks over a weekend. */
const PROMISE_GRACE_DAYS = 4

/** The deeds of a customer. */
export function deedsOf(record: CustomerRecord, looked: LookedAt): Deed[] {
  return [
    ...paymentDeeds(record),
    ...instalmentDeeds(record),
    ...promiseDeeds(record, looked),
    ...messageDeeds(record, looked),
    ...told(record, 'collection.failed', 'collection-failed'),
    ...told(record, 'hardship.told', 'hardship-told'),
    ...told(record, 'negotiation.countered', 'plan-proposed'),
  ]
}

function told(record: CustomerRecord, type: string, kind: Deed['kind']): Deed[] {
  return eventsOfType(record, type).map(({ id }) => ({ kind, event: id }))
}

/** Paid at once or in parts; in time before anybody asked for it a second time. */
function paymentDeeds(record: CustomerRecord): Deed[] {
  const planned = new Set(record.instalments.map(({ claimId }) => claimId))
  return record.bills.flatMap((bill): Deed[] => {
    const { invoice, settledOn, dueOn } = bill
    if (planned.has(invoice)) return []
    const payments = record.payments.filter((it) => it.claimId === invoice && !it.isReversed)
    const [first] = payments
    if (first === undefined) return []
    if (payments.length > 1 || settledOn === null) {
      return payments.map(({ paymentId }) => ({ kind: 'part-payment', event: paymentId }))
    }
    const isInTime = compareDays(settledOn, dueOn) <= 0
    return [
      { kind: 'paid-in-full', event: first.paymentId },
      ...(isInTime ? [{ kind: 'paid-unasked', event: first.paymentId } as const] : []),
    ]
  })
}

function instalmentDeeds(record: CustomerRecord): Deed[] {
  const missed = eventsOfType(record, 'plan.line-late')
  const isMissed = (agreementId: string, line: number) =>
    missed.some(({ data }) => data['agreementId'] === agreementId && data['line'] === line)
  const kept = record.instalments
    .filter(({ agreementId, line, isPaid }) => isPaid && !isMissed(agreementId, line))
    .map(({ agreementId, line }) => ({
      kind: 'instalment-kept' as const,
      event: `${agreementId}/${line}`,
    }))
  return [...kept, ...missed.map(({ id }) => ({ kind: 'instalment-missed' as const, event: id }))]
}

/** A promise and what became of it; null while its time lasts. */
export interface PromiseKept {
  readonly event: RecordedEvent
  readonly isKept: boolean | null
}

/** The promises of a customer. One is kept when money for its bill came by its day, or soon after. */
export function promisesOf(record: CustomerRecord, { now, timeZone }: LookedAt): PromiseKept[] {
  const today = dayInZone(now, timeZone)
  return eventsOfType(record, 'promise.made').map((event) => {
    const last = addDays(String(event.data['day']), PROMISE_GRACE_DAYS)
    const isKept = hasPaidBetween(record, event, { from: dayInZone(event.at, timeZone), to: last })
    return { event, isKept: isKept || (compareDays(today, last) > 0 ? false : null) }
  })
}

function promiseDeeds(record: CustomerRecord, looked: LookedAt): Deed[] {
  return promisesOf(record, looked).flatMap(({ event, isKept }): Deed[] =>
    isKept === null ? [] : [{ kind: isKept ? 'promise-kept' : 'promise-broken', event: event.id }],
  )
}

function hasPaidBetween(
  { payments }: CustomerRecord,
  { claimId }: RecordedEvent,
  { from, to }: { from: Day; to: Day },
): boolean {
  return payments.some(
    (it) =>
      it.claimId === claimId &&
      !it.isReversed &&
      compareDays(it.receivedOn, from) >= 0 &&
      compareDays(it.receivedOn, to) <= 0,
  )
}

/** Silence speaks only about a bill whose day is over without the money: who pays need not write. */
function messageDeeds(record: CustomerRecord, { now, timeZone }: LookedAt): Deed[] {
  const today = dayInZone(now, timeZone)
  const overdue = record.bills
    .filter(({ settledOn, dueOn }) => settledOn === null && compareDays(dueOn, today) < 0)
    .map(({ invoice }) => invoice)
  return judgeMessages(record.messages, answersIn(record), now).flatMap((judged): Deed[] => {
    const { message, isAnswered } = judged
    if (isAnswered) return [{ kind: 'message-answered', event: message.messageId }]
    if (!overdue.includes(message.claimId)) return []
    return [{ kind: 'message-unanswered', event: message.messageId }]
  })
}
