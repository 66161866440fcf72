// What creditors do without an engine: ways to settle a scenario that our engines are compared with.
import type { MatchResult } from '../../src/cli/negotiate/run-scenario.ts'
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'
import { alternateOffers } from './alternating-offers.ts'
import { agreementOf, type Judged, largest, type Truth } from './truth.ts'

export interface Baseline {
  name: string
  play(scenario: Scenario, truth: Truth): MatchResult
}

const INVOICE_DAYS = 14
const ROUNDS = 10

export const BASELINES: readonly Baseline[] = [
  { name: 'invoice only, in 14 days', play: (...given) => takeOrLeave(...given, invoiceOf) },
  {
    name: "creditor's best plan, take it or leave it",
    play: (...given) => takeOrLeave(...given, bestForCreditor),
  },
  { name: 'one menu, the debtor picks', play: pickFromAll },
  {
    name: 'alternating offers, 10 rounds',
    play: (...given) => alternateOffers(...given, { rounds: ROUNDS, envelopeKnown: false }),
  },
  {
    name: 'alternating offers, envelope known',
    play: (...given) => alternateOffers(...given, { rounds: ROUNDS, envelopeKnown: true }),
  },
]

function takeOrLeave(
  scenario: Scenario,
  truth: Truth,
  planOf: (truth: Truth) => Judged | null,
): MatchResult {
  const plan = planOf(truth)
  const isTaken = plan !== null && plan.uDebtor !== null
  const agreement = isTaken ? agreementOf(scenario, plan.outcome) : null
  return { id: scenario.id, agreement, messages: 2, debtorOffers: 0 }
}

/** The whole amount on one day; earlier where the policy puts nothing off so long. */
function invoiceOf({ plans }: Truth): Judged | null {
  const single = plans.filter(({ outcome, uCreditor }) => {
    const { instalments, priceBps, firstIn } = outcome
    return uCreditor !== null && instalments === 1 && priceBps === 0 && firstIn <= INVOICE_DAYS
  })
  return largest(single, ({ outcome }) => outcome.firstIn)
}

function bestForCreditor({ plans }: Truth): Judged | null {
  return largest(plans, ({ uCreditor }) => uCreditor ?? Number.NEGATIVE_INFINITY)
}

/** Of what the debtor likes alike, the creditor's better. */
function pickFromAll(scenario: Scenario, { deals }: Truth): MatchResult {
  const most = largest(deals, ({ uDebtor }) => uDebtor)
  const alike = deals.filter(({ uDebtor }) => uDebtor === most?.uDebtor)
  const picked = largest(alike, ({ uCreditor }) => uCreditor)
  const agreement = picked === null ? null : agreementOf(scenario, picked.outcome)
  return { id: scenario.id, agreement, messages: 2, debtorOffers: 0 }
}
