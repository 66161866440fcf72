// What a message asks for, which is not always all that is open: a part of a plan, or what is not
// disputed. The payment code, the subject and the table all take it from here.

import { addDays, type Day, type Money, parseAmount } from '@parley/sdk/protocol'
import {
  type CallInput,
  type ClaimMessageInput,
  type DunningFacts,
  isDunning,
} from './claim-message-input.ts'

/**
 * Returns the amount that a message asks for: the payment of a plan, or the amount outstanding less
 * what is disputed and what a credit of the person covers.
 *
 * @throws {RangeError} for a payment of a plan that is no amount, or in another currency.
 */
export function amountAsked(input: ClaimMessageInput | CallInput): Money {
  const { outstanding } = input.claim
  if (!isDunning(input)) return outstanding
  const { planLine, disputed, covered } = input
  if (planLine !== undefined) {
    const parsed = parseAmount(planLine.amount)
    if (!parsed.ok) throw new RangeError(`not an amount of a plan: ${parsed.error.code}`)
    return sameCurrency(parsed.value, outstanding)
  }
  const resting = [disputed, covered].flatMap((it) => (it === undefined ? [] : [it]))
  const less = resting.reduce((sum, it) => sum + sameCurrency(it, outstanding).minor, 0n)
  return { minor: outstanding.minor - less, currency: outstanding.currency }
}

/** Returns the last day on which a payment is in time. */
export function lastDayOf({ notice, payBy }: DunningFacts): Day {
  return notice?.termLastDay ?? payBy
}

/** Returns the day after whose end the announced charges are added. */
export function chargesDayOf(facts: DunningFacts): Day {
  return facts.notice?.chargesAfter ?? lastDayOf(facts)
}

/** Returns the first day on which a service may be limited. */
export function limitDayOf(facts: DunningFacts): Day {
  return facts.limitedFrom ?? addDays(lastDayOf(facts), 1)
}

function sameCurrency(money: Money, other: Money): Money {
  if (money.currency !== other.currency) throw new RangeError('a message has one currency')
  return money
}
