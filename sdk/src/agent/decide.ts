// The decision on a bill: facts in, one decision out. Never outside the person's limits and never
// outside the creditor's menu, except for one counter. Reasons stay with the agent.

import type { Day } from '../protocol/days.ts'
import { envelopeRows } from '../protocol/envelope.ts'
import type { Envelope, Menu } from '../protocol/generated/messages.ts'
import type { LawFacts } from '../protocol/instalment-law.ts'
import type { Amount, Money } from '../protocol/money.ts'
import { formatAmount } from '../protocol/money.ts'
import type { CashFlow } from './cash-flow.ts'
import { chooseMove, type OpenPolicy } from './concede.ts'
import { counterWindows } from './counter-windows.ts'
import { FRAUD_WARNING_CODES, type FraudWarning } from './fraud-warning.ts'
import { type Commitment, prepareHousehold } from './household.ts'
import {
  bestOf,
  type ChosenPlan,
  chosenPlan,
  type SearchFacts,
  type SearchObstacle,
  searchPlans,
  windowsOf,
} from './plan-search.ts'
import type { DecisionPolicy } from './policy.ts'

/** What happened before in this conversation and with this creditor. */
export interface DecisionHistory {
  readonly counterMade: boolean
  /** Answers already given in this conversation. */
  readonly answersMade: number
  /** The person said yes to this bill. */
  readonly confirmed: boolean
  /** Money has arrived for this bill already. */
  readonly partlyPaid: boolean
  /** The debtor disputes a part of it. */
  readonly disputed?: boolean
  /** What the person has to look at, the most serious first. */
  readonly warnings?: readonly FraudWarning[]
  /** Whose bill it is, as in `commitments`. */
  readonly creditor?: string
  readonly commitments: readonly Commitment[]
  /** What has left already; counts against limits. */
  readonly spent?: readonly Commitment[]
}

/** Everything a decision depends on. */
export interface DecisionFacts {
  readonly principal: Money
  readonly menu: Menu
  readonly today: Day
  readonly cashFlow: CashFlow
  readonly policy: DecisionPolicy
  readonly history: DecisionHistory
}

/** Every reason for which a person must say yes first. */
export const ASK_REASONS = [
  ...FRAUD_WARNING_CODES,
  'answers',
  'disputed',
  'partly-paid',
  'amount',
  'currency',
] as const

/** Why a person must say yes first. */
export type AskReason = (typeof ASK_REASONS)[number]

/** Every reason for which no row was taken. */
export const DECLINE_REASONS = [
  'too-late',
  'payment-limit',
  'day-limit',
  'month-limit',
  'creditor-limit',
  'buffer',
  'unlawful',
  'not-liked',
  'better-later',
  'refuse',
  'no-rows',
  'person',
] as const satisfies readonly (SearchObstacle | 'better-later' | 'refuse' | 'no-rows' | 'person')[]

/** Why no row was taken. */
export type DeclineReason = (typeof DECLINE_REASONS)[number]

/** Accepts a row of the menu; `fitting` of `examined` plans could be paid. */
export interface AcceptDecision {
  readonly kind: 'accept'
  readonly menuId: string
  readonly rowId: string
  readonly plan: ChosenPlan
  readonly fitting: number
  readonly examined: number
}

/** Proposes one plan of its own instead of a row, for `reason`. */
export interface CounterDecision {
  readonly kind: 'counter'
  readonly menuId: string
  readonly plan: ChosenPlan
  readonly reason: DeclineReason
}

/** Turns the menu down; with `nothingAcceptable` later menus too. */
export interface DeclineDecision {
  readonly kind: 'decline'
  readonly menuId: string
  readonly nothingAcceptable: boolean
  readonly reason: DeclineReason
}

/** Waits for the person; `proposal` is what the agent would answer. */
export interface AskDecision {
  readonly kind: 'ask'
  readonly menuId: string
  /** The most serious of the reasons. */
  readonly reason: AskReason
  /** Everything about the bill that looks wrong; the app has words for it. */
  readonly warnings: readonly FraudWarning[]
  readonly amount: Amount
  readonly proposal: AcceptDecision | CounterDecision | null
}

/** Answers nothing. */
export interface QuietDecision {
  readonly kind: 'quiet'
  readonly menuId: string
}

/** What an agent does with a menu; plain JSON. */
export type Decision =
  | AcceptDecision
  | CounterDecision
  | DeclineDecision
  | AskDecision
  | QuietDecision

const DEFAULT_MAX_ANSWERS = 6

/**
 * Decides on a menu: the best row and day that the household can pay, unless a later menu will
 * probably suit both sides better; where nothing fits and the creditor hides its policy, one counter in
 * a conversation; else no. See `chooseMove` for when it waits. A binding answer becomes a question to the person for each of `ASK_REASONS`:
 * whatever looks wrong (a name that looks like another creditor's, an account that is about to change, a
 * possible duplicate, an unusual amount), a disputed or partly paid bill, above `askAbove`, in another
 * currency than the cash flow's, and after `maxAnswers`; then nothing is declined any more either.
 *
 * @example
 * import { BALANCED_WEIGHTS, decide } from '@parley/sdk'
 * const decision = decide({
 *   principal: { minor: 24_000n, currency: 'EUR' },
 *   menu: {
 *     ...{ menuId: 'v1-0', tier: 0, final: true, policyVersion: 1, policyHash: 'A'.repeat(43) },
 *     rows: [
 *       {
 *         ...{ rowId: '1', instalments: 1, interval: null, priceBps: 0 },
 *         ...{ firstDueFrom: '2026-03-10', firstDueTo: '2026-03-27' },
 *       },
 *     ],
 *   },
 *   today: '2026-03-01',
 *   cashFlow: {
 *     currency: 'EUR',
 *     asOf: '2026-03-01',
 *     balance: 90_000n,
 *     incomes: [{ dayOfMonth: 3, amount: 50_000n }],
 *     charges: [],
 *     dailySpend: 1_000n,
 *   },
 *   policy: { buffer: 20_000n, comfortTarget: 30_000n, weights: BALANCED_WEIGHTS },
 *   history: {
 *     ...{ counterMade: false, answersMade: 0, confirmed: false, partlyPaid: false },
 *     commitments: [],
 *   },
 * })
 * decision.kind // => 'accept'
 */
export function decide(facts: DecisionFacts): Decision {
  const { menu, policy, principal, cashFlow } = facts
  const { menuId } = menu
  if (policy.quiet === true) return { kind: 'quiet', menuId }
  if (policy.refuse === true) {
    return { kind: 'decline', menuId, nothingAcceptable: true, reason: 'refuse' }
  }
  const { warnings = [], confirmed } = facts.history
  const asked = { kind: 'ask' as const, menuId, warnings, amount: formatAmount(principal) }
  if (principal.currency !== cashFlow.currency) {
    const [warning] = confirmed ? [] : warnings
    return { ...asked, reason: warning?.code ?? 'currency', proposal: null }
  }
  const answer = answerTo(facts)
  const isWorn = facts.history.answersMade >= maxAnswersOf(policy)
  // Menus without end (NEG-02 knows six) are not declined without end.
  if (answer.kind === 'decline' && isWorn) return { kind: 'quiet', menuId }
  const reason = answer.kind === 'decline' ? null : reasonToAsk(facts)
  if (reason === null || answer.kind === 'decline') return answer
  return { ...asked, reason, proposal: answer }
}

function maxAnswersOf({ maxAnswers }: DecisionPolicy): number {
  return maxAnswers ?? DEFAULT_MAX_ANSWERS
}

function reasonToAsk({ policy, principal, history }: DecisionFacts): AskReason | null {
  if (history.confirmed) return null
  const [warning] = history.warnings ?? []
  if (warning !== undefined) return warning.code
  if (history.answersMade >= maxAnswersOf(policy)) return 'answers'
  if (history.disputed === true) return 'disputed'
  if (history.partlyPaid) return 'partly-paid'
  const { askAbove } = policy
  return askAbove !== undefined && principal.minor > askAbove ? 'amount' : null
}

function answerTo(facts: DecisionFacts): AcceptDecision | CounterDecision | DeclineDecision {
  const { menu, policy, principal, history } = facts
  const { menuId, envelope } = menu
  const household = prepareHousehold({ ...history, ...facts })
  const search: SearchFacts = { principal, household, policy, laws: lawsOf(facts) }
  const { candidates, examined, mainObstacle } = searchPlans(windowsOf(menu), search)
  const open = envelope === undefined ? null : openPolicy(envelope, search)
  const move = chooseMove({
    ...{ menu, candidates, open, policy, principal },
    wished: () => bestOf(searchPlans(counterWindows(menu), search).candidates),
    today: household.today,
  })
  const reason = candidates.length > 0 ? 'better-later' : (mainObstacle ?? 'no-rows')
  if (move?.kind === 'wait') return { kind: 'decline', menuId, nothingAcceptable: false, reason }
  const plan = move && chosenPlan(move.candidate, search)
  if (move?.kind === 'propose' && plan !== null) return { kind: 'counter', menuId, plan, reason }
  if (plan !== null && plan.rowId !== null) {
    const fitting = candidates.length
    return { kind: 'accept', menuId, rowId: plan.rowId, plan, fitting, examined }
  }
  return open === null && !history.counterMade
    ? counterOrDecline(menu, search, reason)
    : { kind: 'decline', menuId, nothingAcceptable: true, reason }
}

/** Nothing of the last menu fits, and whether the creditor could do more is not known. */
function counterOrDecline(
  menu: Menu,
  search: SearchFacts,
  reason: DeclineReason,
): CounterDecision | DeclineDecision {
  const { menuId } = menu
  const counter = bestOf(searchPlans(counterWindows(menu), search).candidates)
  return counter === null
    ? { kind: 'decline', menuId, nothingAcceptable: true, reason }
    : { kind: 'counter', menuId, plan: chosenPlan(counter, search), reason }
}

function openPolicy(envelope: Envelope, search: SearchFacts): OpenPolicy {
  const rows = envelopeRows(envelope, search.principal)
  return { envelope, rows, candidates: searchPlans(windowsOf({ rows }), search).candidates }
}

/** What the creditor states of the law, and what the person's app knows. */
function lawsOf({ menu, policy, today }: DecisionFacts): LawFacts[] {
  const { envelope } = menu
  const countedFrom = envelope?.countedFrom ?? today
  return [envelope?.law, policy.law].flatMap((law) => (law ? [{ law, countedFrom }] : []))
}
