// What is known about one claim when its charges are asked for: days and amounts, nothing else.
// Payments stand under their value day and reduce the principal first, which favours the debtor.

import type { Day, Money } from '@parley/sdk/protocol'
import { addDays, err, ok, type Result } from '@parley/sdk/protocol'
import type { Channel, Ground, NoticeKind, StopKind } from './profile.ts'

export interface CaseFacts {
  readonly claimId: string
  readonly principal: Money
  readonly dueDay: Day
  readonly asOf: Day
  readonly payments: readonly PaymentFact[]
  readonly notices: readonly NoticeFact[]
  readonly stops: readonly StopFact[]
  /** What the creditor can show; whatever is not listed is taken not to be so. */
  readonly grounds: readonly Ground[]
}

export interface PaymentFact {
  /** The value day at the creditor's bank. */
  readonly day: Day
  readonly minor: bigint
}

/** A notice that was sent. */
export interface NoticeFact {
  readonly id: string
  readonly day: Day
  readonly channel: Channel
  readonly kind: NoticeKind
  /** It came back or bounced. */
  readonly undelivered?: boolean
  /** Mandatory mentions that it lacks. */
  readonly lacks?: readonly string[]
  /** The cost to come and the last day to pay that it named; left out: those that were right. */
  readonly statedFee?: bigint
  readonly statedLastDay?: Day
}

export interface StopFact {
  readonly kind: StopKind
  readonly from: Day
  /** Last day, or null while it goes on. */
  readonly to: Day | null
}

/** Days from `from` to `to`, both included; null has no end. */
export interface DaySpan {
  readonly from: Day
  readonly to: Day | null
}

/** Why facts were refused. */
export interface FactsRefusal {
  readonly code:
    | 'principal'
    | 'payment-amount'
    | 'payment-after-as-of'
    | 'notice-after-as-of'
    | 'notice-twice'
    | 'stop-ends-before'
}

/**
 * Refuses facts that contradict themselves: `principal` (below zero), `payment-amount` (not positive),
 * `payment-after-as-of`, `notice-after-as-of`, `notice-twice` (one id for two) and `stop-ends-before`
 * (before it begins).
 */
export function checkFacts(facts: CaseFacts): Result<CaseFacts, FactsRefusal> {
  const { principal, asOf, payments, notices, stops } = facts
  if (principal.minor < 0n) return err({ code: 'principal' })
  if (payments.some(({ minor }) => minor <= 0n)) return err({ code: 'payment-amount' })
  if (payments.some(({ day }) => day > asOf)) return err({ code: 'payment-after-as-of' })
  if (notices.some(({ day }) => day > asOf)) return err({ code: 'notice-after-as-of' })
  if (new Set(notices.map(({ id }) => id)).size < notices.length)
    return err({ code: 'notice-twice' })
  if (stops.some(({ from, to }) => to !== null && to < from))
    return err({ code: 'stop-ends-before' })
  return ok(facts)
}

/** Returns what is owed of the principal at the end of a day; never less than nothing. */
export function outstandingAt(facts: Pick<CaseFacts, 'principal' | 'payments'>, day: Day): bigint {
  const paid = facts.payments.filter((payment) => payment.day <= day)
  const rest = paid.reduce((sum, { minor }) => sum - minor, facts.principal.minor)
  return rest > 0n ? rest : 0n
}

/** Returns the first day from `day` on that no span covers, or null when one without end does. */
export function firstDayOutside(day: Day, spans: readonly DaySpan[]): Day | null {
  const covering = spans.find((span) => span.from <= day && (span.to === null || day <= span.to))
  if (covering === undefined) return day
  return covering.to === null ? null : firstDayOutside(addDays(covering.to, 1), spans)
}
