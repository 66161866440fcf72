// The creditor's negotiation policy of one segment: what it would agree to, what plans are worth to it,
// and the envelope of bounds that follows for one claim.
import {
  type Amount,
  addDays,
  type Day,
  type EnvelopeBounds,
  formatAmount,
  type InstalmentLaw,
  type LateTerms,
  minorUnits,
  type PlanInterval,
} from '@parley/sdk/protocol'

export type { PlanInterval }

/** A price in basis points of the principal and when it is to be had; days after the base day. */
export interface PriceTerms {
  priceBps: number
  /** The last instalment falls at most so many days after the base day. */
  lastDueWithinDays?: number
  /** The last instalment falls more than so many days after the base day. */
  lastDueAfterDays?: number
}

/** What waiting, losing and handling cost the creditor: what its plans are ordered by. */
export interface ValueTerms {
  /** What money costs a year, in basis points. */
  annualDiscountBps: number
  /** How likely a customer of the segment stops paying within a year, as a continuous rate. */
  annualHazardBps: number
  /** What is got of a claim that is not paid as agreed, in basis points. */
  recoveryBps: number
  /** Handling of one instalment; decimal text in the currency of the request. */
  costPerInstalment: string
}

export interface PolicyTerms {
  /** Earliest first due day, in days after the day of the offer. */
  minNoticeDays: number
  /** Latest first due day, in days after the base day. */
  maxDeferralDays: number
  maxInstalments: number
  /** Latest last due day, in days after the base day. */
  maxDurationDays: number
  /** Decimal text in the currency of the request. */
  minInstalment: string
  intervals: PlanInterval[]
  prices: PriceTerms[]
  /** Shares of the total that may be paid first, beside equal instalments. */
  downPaymentsBps: number[]
  /** Whether instalments on the pay day that the debtor told are offered. */
  payDayPlans: boolean
  /** What the law allows plans of this segment to cost, `maxFee` as decimal text. */
  law: { freeOfChargeOnly: boolean; maxAprBps?: number; maxFee?: string }
  value: ValueTerms
  /** For each menu, the least share of the creditor's range that its plans leave; in basis points. */
  tiers: number[]
  /** Whether the bounds of the policy stand in the menus. */
  publishEnvelope: boolean
  /** What follows when an instalment does not arrive in time; every request says so. */
  late: LateTerms
}

export interface Policy {
  segment: string
  version: number
  policyHash: string
  terms: PolicyTerms
}

/** Tiers for agents that know the envelope: five menus, of which they need four at most. */
export const OPEN_TIERS: readonly number[] = [8400, 6800, 5400, 3100, 0]
/** Tiers for agents that see nothing but the menus. */
export const HIDDEN_TIERS: readonly number[] = [8100, 6600, 4100, 0]

/** What a new creditor starts with. */
export const DEFAULT_POLICY: PolicyTerms = {
  minNoticeDays: 0,
  maxDeferralDays: 30,
  maxInstalments: 6,
  maxDurationDays: 180,
  minInstalment: '20.00',
  intervals: ['P1M'],
  prices: [{ priceBps: 0 }],
  downPaymentsBps: [],
  payDayPlans: true,
  law: { freeOfChargeOnly: true },
  value: {
    annualDiscountBps: 800,
    annualHazardBps: 600,
    recoveryBps: 6000,
    costPerInstalment: '1.00',
  },
  tiers: [...OPEN_TIERS],
  publishEnvelope: true,
  late: { graceDays: 7, replans: 1, answerDays: 10, onDefault: 'overdue-lines' },
}

/** What a creditor must say; it may leave the rest to the defaults. */
export type PolicyInput = Partial<PolicyTerms> &
  Pick<
    PolicyTerms,
    'maxDeferralDays' | 'maxInstalments' | 'maxDurationDays' | 'minInstalment' | 'intervals'
  >

/** Fills in the defaults; those of the tiers depend on whether the envelope is published. */
export function completeTerms(input: PolicyInput): PolicyTerms {
  const tiers = input.publishEnvelope === false ? HIDDEN_TIERS : OPEN_TIERS
  return { ...DEFAULT_POLICY, tiers: [...tiers], ...input }
}

/**
 * The text whose SHA-256 is the policy hash: one member a line in this order, so that two parties
 * that see the same hash know that the same terms stood behind an offer.
 */
export function policyText(segment: string, version: number, terms: PolicyTerms): string {
  const { law, value, late } = terms
  return [
    'parley-policy-3',
    segment,
    version,
    terms.minNoticeDays,
    terms.maxDeferralDays,
    terms.maxInstalments,
    terms.maxDurationDays,
    terms.minInstalment,
    terms.intervals.join(','),
    terms.prices.map(priceText).join(','),
    terms.downPaymentsBps.join(','),
    terms.payDayPlans,
    [law.freeOfChargeOnly, law.maxAprBps ?? '', law.maxFee ?? ''].join(','),
    [value.annualDiscountBps, value.annualHazardBps, value.recoveryBps].join(','),
    value.costPerInstalment,
    terms.tiers.join(','),
    terms.publishEnvelope,
    [late.graceDays, late.replans, late.answerDays, late.onDefault].join(','),
    '',
  ].join('\n')
}

function priceText({ priceBps, lastDueWithinDays, lastDueAfterDays }: PriceTerms): string {
  return [priceBps, lastDueWithinDays ?? '', lastDueAfterDays ?? ''].join('/')
}

/** Decimal text as minor units of a currency, rounded up where the currency is coarser. */
export function textMinor(text: string, currency: string): bigint {
  const exponent = minorUnits(currency) ?? 0
  const [whole = '0', fraction = ''] = text.split('.')
  const kept = fraction.slice(0, exponent).padEnd(exponent, '0')
  const isCut = /[1-9]/.test(fraction.slice(exponent))
  return BigInt(whole + kept) + (isCut ? 1n : 0n)
}

/** Decimal text as minor units of a currency, rounded down where the currency is coarser. */
function textMinorDown(text: string, currency: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return textMinor(`${whole}.${fraction.slice(0, minorUnits(currency) ?? 0)}`, currency)
}

/** The day from which deferral and duration count: the due date, or the offer's when that is past. */
export function baseDay(dueDate: Day, offeredOn: Day): Day {
  return dueDate > offeredOn ? dueDate : offeredOn
}

/** What the bounds of a policy depend on beside the policy. */
export interface ClaimBounds {
  readonly currency: string
  readonly dueDate: Day
  /** The creditor's calendar day of the request; every menu of its conversation counts from it. */
  readonly offeredOn: Day
  /** The debtor's pay day, where the debtor told it. */
  readonly payDay?: number
  /** Nothing is added or taken off: for another plan over what is left of one (PLN-05). */
  readonly withoutPrice?: boolean
}

/** The outer bounds of a policy for one claim, but for the tiers, which depend on the amount. */
export function policyBounds(terms: PolicyTerms, claim: ClaimBounds): EnvelopeBounds {
  const { currency, dueDate, offeredOn, payDay, withoutPrice = false } = claim
  const prices: readonly PriceTerms[] = withoutPrice ? [{ priceBps: 0 }] : terms.prices
  const base = baseDay(dueDate, offeredOn)
  const deferral = Math.min(terms.maxDeferralDays, terms.maxDurationDays)
  return {
    countedFrom: base,
    firstDueFrom: addDays(offeredOn, terms.minNoticeDays),
    firstDueTo: addDays(base, deferral),
    lastDueTo: addDays(base, terms.maxDurationDays),
    maxInstalments: terms.maxInstalments,
    minInstalment: wireAmount(textMinor(terms.minInstalment, currency), currency),
    intervals: terms.intervals,
    prices: prices.map(({ priceBps, lastDueWithinDays, lastDueAfterDays }) => ({
      priceBps,
      ...(lastDueAfterDays === undefined
        ? {}
        : { lastDueFrom: addDays(base, lastDueAfterDays + 1) }),
      ...(lastDueWithinDays === undefined ? {} : { lastDueTo: addDays(base, lastDueWithinDays) }),
    })),
    law: wireLaw(terms.law, currency),
    ...(terms.downPaymentsBps.length === 0 ? {} : { downPaymentsBps: terms.downPaymentsBps }),
    ...(terms.payDayPlans && payDay !== undefined ? { payDay } : {}),
  }
}

function wireLaw({ maxFee, ...law }: PolicyTerms['law'], currency: string): InstalmentLaw {
  if (maxFee === undefined) return law
  return { ...law, maxFee: wireAmount(textMinorDown(maxFee, currency), currency) }
}

function wireAmount(minor: bigint, currency: string): Amount {
  return formatAmount({ minor, currency })
}
