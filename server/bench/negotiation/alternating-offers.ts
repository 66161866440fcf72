// The classical rival: alternating offers, one plan a message, with aspirations that fall linearly.
// Each side offers, among the plans that are good enough for it now, the one nearest to the other's
// last offer; it accepts what is not worse for it than its own next offer, and at its last chance
// anything acceptable. The creditor opens.
import type { MatchResult } from '../../src/cli/negotiate/run-scenario.ts'
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'
import type { Outcome } from './outcome-space.ts'
import { agreementOf, type Judged, largest, type Truth } from './truth.ts'

interface Side {
  /** Acceptable plans with their shares. */
  plans: readonly { outcome: Outcome; share: number }[]
  shareOf(plan: Outcome): number | undefined
}

export interface AlternatingOptions {
  rounds: number
  /** Whether the debtor knows the bounds of the policy and proposes nothing outside. */
  envelopeKnown: boolean
}

/** Plays one scenario. */
export function alternateOffers(
  scenario: Scenario,
  { plans }: Truth,
  { rounds, envelopeKnown }: AlternatingOptions,
): MatchResult {
  const creditor = sideOf(plans, ({ uCreditor }) => uCreditor)
  const debtor = sideOf(plans, ({ uCreditor, uDebtor }) =>
    envelopeKnown && uCreditor === null ? null : uDebtor,
  )
  const sides = [creditor, debtor] as const
  const result = { id: scenario.id, agreement: null, messages: 0, debtorOffers: 0 }
  let [messages, debtorOffers] = [0, 0]
  let last: Outcome | undefined
  for (let turn = 0; turn < 2 * rounds; turn++) {
    const side = sides[turn % 2 === 0 ? 0 : 1]
    const round = Math.floor(turn / 2)
    messages++
    if (side.plans.length === 0) return { ...result, messages, debtorOffers }
    const next = offerOf(side, last, 1 - (round + 1) / (rounds + 1))
    const share = last === undefined ? undefined : side.shareOf(last)
    const isLastChance = turn >= 2 * rounds - 2
    if (last !== undefined && share !== undefined && (isLastChance || share >= next.share)) {
      return { ...result, agreement: agreementOf(scenario, last), messages, debtorOffers }
    }
    if (turn % 2 === 1) debtorOffers++
    last = next.outcome
  }
  return { ...result, messages, debtorOffers }
}

function sideOf(plans: readonly Judged[], shareOf: (plan: Judged) => number | null): Side {
  const shares = new Map<Outcome, number>()
  for (const plan of plans) {
    const share = shareOf(plan)
    if (share !== null) shares.set(plan.outcome, share)
  }
  return {
    plans: [...shares].map(([outcome, share]) => ({ outcome, share })),
    shareOf: (outcome) => shares.get(outcome),
  }
}

function offerOf({ plans }: Side, theirs: Outcome | undefined, aspiration: number) {
  const best = largest(plans, ({ share }) => share)
  if (best === null) throw new Error('a side without acceptable plans makes no offer')
  const enough = plans.filter(({ share }) => share >= Math.min(aspiration, best.share))
  const nearest = largest(enough, ({ outcome, share }) =>
    // The first offer is the plan just above the aspiration.
    theirs === undefined ? -share : -distance(outcome, theirs),
  )
  return nearest ?? best
}

/** Each term by the range that it usually has. */
function distance(one: Outcome, other: Outcome): number {
  return (
    Math.abs(one.firstIn - other.firstIn) / 90 +
    Math.abs(one.instalments - other.instalments) / 12 +
    Math.abs((one.dueIn.at(-1) ?? 0) - (other.dueIn.at(-1) ?? 0)) / 365 +
    Math.abs(one.priceBps - other.priceBps) / 600
  )
}
