// What the engine must reach, and what it did reach.
import type { MatchRecord } from '../../src/cli/negotiate/run-scenario.ts'
import { debtorMembers, type EngineMatch } from './engine-matches.ts'
import type { Score } from './score.ts'

export interface Goal {
  id: string
  what: string
  seen: string
  /** Null for a goal that is reported and decides nothing. */
  met: boolean | null
}

export interface GoalFacts {
  scores: Record<EngineMatch, Score>
  oneMenu: Score
  fair: readonly MatchRecord[]
  /** The same match once more. */
  again: readonly MatchRecord[]
  /** The 95th percentile of each side, and of looking at every plan instead, in milliseconds. */
  thinking: { creditor: number; debtor: number; everyPlan: number }
}

/** Menus of a negotiation at most. */
const MOST_TRIPS = 5
const ROUNDING = 1e-6

/** All that a debtor's answer may have. Nothing of it speaks of the household. */
const ANSWER_MEMBERS = [
  ...['requestId', 'menuId', 'rowId', 'firstDueDate', 'planHash', 'nothingAcceptable', 'plan'],
  ...['instalments', 'interval', 'priceBps', 'downPaymentBps', 'payDay'],
]

/** Checks every goal. */
export function checkGoals(facts: GoalFacts): Goal[] {
  return [...goalsOfOutcome(facts), ...goalsOfTactics(facts), ...goalsOfConduct(facts)]
}

function goalsOfOutcome({ scores: { fair } }: GoalFacts): Goal[] {
  const { median, p95, most } = fair.roundTrips
  return [
    goal('G1', 'agreement where a deal exists: all', percent(fair.agreed), fair.agreed === 1),
    goal(
      'G2',
      'plans outside policy, means or law: none',
      String(fair.invalid),
      fair.invalid === 0,
    ),
    goal('G3', 'mean Nash ratio ≥ 96.5 %', percent(fair.nash), fair.nash >= 0.965),
    goal(
      ...(['G4', 'mean Pareto distance ≤ 0.001', fair.paretoDistance.toFixed(4)] as const),
      fair.paretoDistance <= 0.001,
    ),
    goal(
      ...(['G5', `round trips median ≤ 2, p95 ≤ 4, most ≤ ${MOST_TRIPS}`] as const),
      `${median} / ${p95} / ${most}`,
      median <= 2 && p95 <= 4 && most <= MOST_TRIPS,
    ),
    goal('G6', 'no deal seen in 1 round trip', fair.noDealTrips.toFixed(2), fair.noDealTrips <= 1),
  ]
}

function goalsOfTactics({ scores, oneMenu }: GoalFacts): Goal[] {
  const { fair, hardDebtor, hardCreditor, bestResponse, patient } = scores
  const exploited = Math.min(bestResponse.money, patient.money)
  const crossed = bestResponse.invalid + patient.invalid + hardDebtor.invalid
  return [
    goal(
      ...(['G7', 'a hard-line debtor gets less than a fair one'] as const),
      `${hardDebtor.expectedDebtor.toFixed(3)} < ${fair.expectedDebtor.toFixed(3)}`,
      hardDebtor.expectedDebtor < fair.expectedDebtor,
    ),
    goal(
      ...(['G8', 'best response leaves the money of one menu, never below the floor'] as const),
      `${exploited.toFixed(0)} ≥ ${oneMenu.money.toFixed(0)} bps, ${crossed} below`,
      exploited >= oneMenu.money - ROUNDING && crossed === 0,
    ),
    goal(
      ...(['G9', 'a hard-line creditor gets less than a tiered one'] as const),
      `${hardCreditor.money.toFixed(0)} < ${fair.money.toFixed(0)} bps`,
      hardCreditor.money < fair.money,
    ),
  ]
}

function goalsOfConduct({ scores, fair, again, thinking }: GoalFacts): Goal[] {
  const { mostDebtorOffers, payDayGuessed } = scores.fair
  const personal = [...debtorMembers(fair)].filter((name) => !ANSWER_MEMBERS.includes(name))
  const bytes = [fair, again].map((set) => JSON.stringify(set.map(({ transcript }) => transcript)))
  return [
    goal(
      ...(['G10', 'debtor offers ≤ 1, personal members none'] as const),
      `${mostDebtorOffers}, ${personal.length === 0 ? 'none' : personal.join(' ')}`,
      mostDebtorOffers <= 1 && personal.length === 0,
    ),
    goal(
      ...(['G11', 'pay day guessed within 2 days: ≤ 85 %'] as const),
      percent(payDayGuessed),
      payDayGuessed <= 0.85,
    ),
    goal(
      ...(['G12', 'engine p95 of creditor and debtor: ≤ 10 ms (reported only)'] as const),
      timesText(thinking),
      null,
    ),
    goal(
      'G13',
      'same inputs, same transcript bytes',
      `${bytes[0]?.length} B`,
      bytes[0] === bytes[1],
    ),
  ]
}

function timesText({ creditor, debtor, everyPlan }: GoalFacts['thinking']): string {
  const [ofCreditor, ofDebtor] = [creditor, debtor].map((own) => (own / everyPlan).toFixed(2))
  return `${creditor.toFixed(1)} and ${debtor.toFixed(1)} ms; ${ofCreditor} and ${ofDebtor} of looking at every plan`
}

function goal(id: string, what: string, seen: string, met: boolean | null): Goal {
  return { id, what, seen, met }
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
