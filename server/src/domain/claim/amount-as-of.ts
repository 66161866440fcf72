// What is owed on a day, with its parts: the answer to "what would I have to pay by then?".
import {
  addDays,
  type CommonClaims,
  compareDays,
  type Day,
  err,
  formatAmount,
  ok,
  parseDay,
  type QuoteMessage,
  type Result,
} from '@parley/sdk/protocol'
import type { ChargeItem } from '../compliance/charge-items.ts'
import { type Refusal, refusal } from '../refusal.ts'
import { type ClaimMoney, type ClaimState, outstandingOf } from './claim.ts'

/** So many days ahead may be asked for. Spec: STA-02. */
export const MAX_QUOTE_DAYS = 366

export interface QuotedClaim extends ClaimMoney {
  readonly claimId: string
  readonly revision: number
  readonly currency: string
  readonly state: ClaimState
  /** The part of the principal that is interest and fees. */
  readonly charges: bigint
}

/** What is owed now, in minor units; nothing on a claim that was withdrawn. */
export function owedOf(claim: ClaimMoney & { readonly state: ClaimState }): bigint {
  return claim.state === 'cancelled' ? 0n : outstandingOf(claim)
}

/**
 * What is owed for a payment that arrives by a day. Interest is added with the steps that the law
 * allows and not day by day, so that every day has the same total. `principal` and `plan-price` add, `paid` and `credit` subtract; the rebate of
 * a plan and what was withdrawn are credits. Refuses `date-outside-window` (STA-02).
 */
export function amountAsOf(
  claim: QuotedClaim,
  days: { readonly asOf: Day; readonly today: Day },
  charges: readonly ChargeItem[] = [],
): Result<Omit<QuoteMessage, keyof CommonClaims>, Refusal> {
  const { asOf, today } = days
  if (!isQuoted(asOf, today)) {
    const last = addDays(today, MAX_QUOTE_DAYS)
    return err(refusal('date-outside-window', `ask for a day from ${today} to ${last}`, '/asOf'))
  }
  const { principal, price, paid, credit, state, currency } = claim
  const withdrawn = state === 'cancelled' ? outstandingOf(claim) : 0n
  const rebate = price < 0n ? -price : 0n
  const owedFor = (isInterest: boolean) =>
    charges
      .filter(({ rule, state }) => state === 'charged' && (rule === 'interest') === isInterest)
      .reduce((sum, { minor }) => sum + minor, 0n)
  const parts = [
    { kind: 'interest' as const, minor: owedFor(true) },
    { kind: 'fee' as const, minor: owedFor(false) },
    { kind: 'plan-price' as const, minor: price > 0n ? price : 0n },
    { kind: 'paid' as const, minor: paid },
    { kind: 'credit' as const, minor: credit + rebate + withdrawn },
  ].filter(({ minor }) => minor > 0n)
  return ok({
    requestId: claim.claimId,
    revision: claim.revision,
    asOf,
    total: formatAmount({ minor: owedOf(claim), currency }),
    parts: [{ kind: 'principal' as const, minor: principal - claim.charges }, ...parts].map(
      ({ kind, minor }) => ({
        kind,
        amount: formatAmount({ minor, currency }),
      }),
    ),
    rounding: 'half-even-per-part',
  })
}

function isQuoted(asOf: Day, today: Day): boolean {
  if (!parseDay(asOf).ok) return false
  const isAhead = compareDays(asOf, today) >= 0
  return isAhead && compareDays(asOf, addDays(today, MAX_QUOTE_DAYS)) <= 0
}
