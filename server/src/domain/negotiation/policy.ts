// The creditor's negotiation policy of one segment, and the bounds that it sets on plans.
import { addDays, type Day, minorUnits } from '@parley/sdk/protocol'

export type PlanInterval = 'P1W' | 'P2W' | 'P1M'

export interface PolicyTerms {
  /** Latest first due day, in days after the base day. */
  maxDeferralDays: number
  maxInstalments: number
  /** Latest last due day, in days after the base day. */
  maxDurationDays: number
  /** Decimal text in the currency of the request. */
  minInstalment: string
  intervals: PlanInterval[]
}

export interface Policy {
  segment: string
  version: number
  policyHash: string
  terms: PolicyTerms
}

/** What a new creditor starts with. */
export const DEFAULT_POLICY: PolicyTerms = {
  maxDeferralDays: 30,
  maxInstalments: 6,
  maxDurationDays: 180,
  minInstalment: '20.00',
  intervals: ['P1M'],
}

/**
 * The text whose SHA-256 is the policy hash: one member a line in this order, so that two parties
 * that see the same hash know that the same terms stood behind an offer.
 */
export function policyText(segment: string, version: number, terms: PolicyTerms): string {
  return [
    'parley-policy-1',
    segment,
    version,
    terms.maxDeferralDays,
    terms.maxInstalments,
    terms.maxDurationDays,
    terms.minInstalment,
    terms.intervals.join(','),
    '',
  ].join('\n')
}

/** Smallest instalment in minor units of a currency, rounded up where the currency is coarser. */
export function minInstalmentMinor(terms: PolicyTerms, currency: string): bigint {
  const exponent = minorUnits(currency) ?? 0
  const [whole = '0', fraction = ''] = terms.minInstalment.split('.')
  const kept = fraction.slice(0, exponent).padEnd(exponent, '0')
  const isCut = /[1-9]/.test(fraction.slice(exponent))
  return BigInt(whole + kept) + (isCut ? 1n : 0n)
}

/** The day from which deferral and duration count: the due date, or today when that has passed. */
export function baseDay(dueDate: Day, today: Day): Day {
  return dueDate > today ? dueDate : today
}

/** Outer bounds of a policy for one claim. */
export interface PolicyBounds {
  firstDueFrom: Day
  firstDueTo: Day
  lastDueTo: Day
  minInstalment: bigint
}

export function policyBounds(
  terms: PolicyTerms,
  claim: { dueDate: Day; currency: string },
  today: Day,
): PolicyBounds {
  const base = baseDay(claim.dueDate, today)
  return {
    firstDueFrom: today,
    firstDueTo: addDays(base, Math.min(terms.maxDeferralDays, terms.maxDurationDays)),
    lastDueTo: addDays(base, terms.maxDurationDays),
    minInstalment: minInstalmentMinor(terms, claim.currency),
  }
}
