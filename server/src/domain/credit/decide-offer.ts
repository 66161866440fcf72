// What a customer is offered for money that is owed to it, what happens without an answer, and what
// becomes of an offer when the amount changes. Pure.
import { addDays, type Day, type Money } from '@parley/sdk/protocol'
import { type CreditRules, isWithin } from './credit-rules.ts'

/** What a customer may choose. Spec: CRD-01. */
export const CREDIT_CHOICES = [
  'refund-to-origin',
  'refund-to-account',
  'set-off',
  'next-bill',
] as const

export type CreditChoice = (typeof CREDIT_CHOICES)[number]

/** An offer that stands, in minor units; `waiting` for the next bill. */
export interface StandingOffer {
  readonly amount: bigint
  readonly state: 'open' | 'waiting'
}

export interface OfferFacts {
  readonly credit: Money
  readonly standing: StandingOffer | undefined
  /** The account that the money came from is known, and takes refunds. */
  readonly hasOrigin: boolean
  /** Open claims of the debtor in the currency that may be paid with it. */
  readonly hasOpenClaim: boolean
  readonly rules: CreditRules
  readonly today: Day
}

export interface NewOffer {
  readonly amount: bigint
  readonly choices: readonly CreditChoice[]
  /** Null: somebody has to find out where the money goes. */
  readonly defaultChoice: Exclude<CreditChoice, 'refund-to-account'> | null
  /** The first day on which the default holds. */
  readonly defaultOn: Day
}

export type OfferDecision =
  | { readonly kind: 'keep' }
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'offer'; readonly offer: NewOffer; readonly withdraws: boolean }

/** Days that a customer has to answer. */
export const ANSWER_DAYS = 7

/**
 * Decides on the offer of a claim with a credit. What stands is kept while its amount is right; another
 * amount is another offer. Without an answer a credit pays an open bill, else it moves to the next
 * bill when it is small, else it goes back where it came from.
 */
export function decideOffer(facts: OfferFacts): OfferDecision {
  const { credit, standing, today } = facts
  if (credit.minor <= 0n) return { kind: standing === undefined ? 'keep' : 'withdraw' }
  if (standing?.amount === credit.minor) return { kind: 'keep' }
  const defaultChoice = defaultOf(facts)
  const isAtOnce = defaultChoice === 'next-bill'
  return {
    kind: 'offer',
    withdraws: standing !== undefined,
    offer: {
      amount: credit.minor,
      choices: CREDIT_CHOICES.filter((choice) => isPossible(choice, facts)),
      defaultChoice,
      defaultOn: isAtOnce ? today : addDays(today, ANSWER_DAYS),
    },
  }
}

function isPossible(choice: CreditChoice, { hasOrigin, hasOpenClaim }: OfferFacts): boolean {
  if (choice === 'refund-to-origin') return hasOrigin
  return choice !== 'set-off' || hasOpenClaim
}

function defaultOf({ credit, rules, hasOrigin, hasOpenClaim }: OfferFacts) {
  if (hasOpenClaim) return 'set-off'
  if (isWithin(rules.carryOverUpTo, credit)) return 'next-bill'
  return hasOrigin ? 'refund-to-origin' : null
}
