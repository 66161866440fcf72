// Whether the terms of a policy make sense together: what the API's schema cannot say.
import { isSoundEnvelope } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../refusal.ts'
import { type PolicyTerms, policyBounds } from './policy.ts'

type Check = (terms: PolicyTerms) => Refusal | undefined

const CHECKS: readonly Check[] = [
  checkDays,
  checkPrices,
  checkLaw,
  checkTiers,
  checkPayDay,
  checkBreadth,
]

/** Checks complete terms. Refuses `policy-invalid`, pointing to the member and saying what to do. */
export function checkPolicy(terms: PolicyTerms): Refusal | undefined {
  for (const check of CHECKS) {
    const refused = check(terms)
    if (refused !== undefined) return refused
  }
  return undefined
}

function checkDays(terms: PolicyTerms): Refusal | undefined {
  const { minNoticeDays, maxDeferralDays, maxDurationDays } = terms
  if (maxDeferralDays > maxDurationDays) {
    return invalid(
      'the first due day may not lie after the last: raise maxDurationDays',
      'maxDeferralDays',
    )
  }
  return minNoticeDays > maxDeferralDays
    ? invalid(
        'no first due day is left: lower minNoticeDays or raise maxDeferralDays',
        'minNoticeDays',
      )
    : undefined
}

function checkPrices({ prices }: PolicyTerms): Refusal | undefined {
  const levels = prices.map(({ priceBps }) => priceBps)
  if (new Set(levels).size !== levels.length) return invalid('name each price once', 'prices')
  const plain = prices.find(({ priceBps }) => priceBps === 0)
  const isFree =
    plain !== undefined &&
    plain.lastDueWithinDays === undefined &&
    plain.lastDueAfterDays === undefined
  return isFree
    ? undefined
    : invalid('offer plans without a price too: add { "priceBps": 0 } without conditions', 'prices')
}

function checkLaw({ prices, law }: PolicyTerms): Refusal | undefined {
  if (!law.freeOfChargeOnly && (law.maxAprBps === undefined || law.maxFee === undefined)) {
    return invalid('say what the law allows: maxAprBps and maxFee', 'law')
  }
  return law.freeOfChargeOnly && prices.some(({ priceBps }) => priceBps > 0)
    ? invalid('a fee needs law.freeOfChargeOnly false, with maxAprBps and maxFee', 'prices')
    : undefined
}

function checkTiers({ tiers }: PolicyTerms): Refusal | undefined {
  const isFalling = tiers.every((tier, index) => index === 0 || tier < (tiers[index - 1] ?? 0))
  return isFalling && tiers.at(-1) === 0
    ? undefined
    : invalid('let the tiers fall, to 0 in the end: the last menu is the whole policy', 'tiers')
}

function checkPayDay({ payDayPlans, publishEnvelope }: PolicyTerms): Refusal | undefined {
  return payDayPlans && !publishEnvelope
    ? invalid('plans on the pay day need a published envelope', 'payDayPlans')
    : undefined
}

/**
 * A claim that is due as late as a claim may be: the longest plans begin early enough to end in time,
 * so that no claim gets more rows.
 */
const LATEST_CLAIM = { offeredOn: '2026-01-01', dueDate: '2036-01-01', payDay: 1, currency: 'EUR' }
/** How much longer one shape may take from one date, and to one pay day, than from another. */
const DATE_SLACK_DAYS = 34

function checkBreadth(terms: PolicyTerms): Refusal | undefined {
  const widest = {
    ...terms,
    prices: terms.prices.map(({ priceBps, lastDueAfterDays }) => ({
      priceBps,
      ...(lastDueAfterDays === undefined
        ? {}
        : { lastDueAfterDays: Math.max(0, lastDueAfterDays - DATE_SLACK_DAYS) }),
    })),
  }
  const bounds = policyBounds(widest, LATEST_CLAIM)
  return isSoundEnvelope({ ...bounds, tiers: terms.tiers }, 'EUR')
    ? undefined
    : invalid(
        'a menu has 240 rows at most: name fewer instalments, intervals, prices or down payments',
        'maxInstalments',
      )
}

function invalid(detail: string, member: keyof PolicyTerms): Refusal {
  return refusal('policy-invalid', detail, `/${member}`)
}
