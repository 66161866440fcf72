// The creditor's move after the agent's answer. Facts in, decision out; signing and writing follow.
import {
  type AcceptMessage,
  type CounterMessage,
  checkPlanTerms,
  choosePlan,
  compareDays,
  type DeclineMessage,
  err,
  type Menu,
  type Money,
  menuOffers,
  ok,
  type PlanTerms,
  planHash,
  type Result,
} from '@parley/sdk/protocol'
import type { ClaimState, ConversationState } from '../claim/claim.ts'
import { type Refusal, refusal } from '../refusal.ts'
import { buildNextMenu, type MenuFacts, policyAllows } from './build-menu.ts'

/** A menu that was offered in the thread, firm until its message expires. */
export interface OfferedMenu {
  menu: Menu
  exp: number
}

export interface AnswerFacts {
  now: number
  /** The creditor's calendar day. */
  today: string
  claim: { state: ClaimState; conversation: ConversationState }
  /** What an agreement of the claim leaves to agree on; without one, what the claim does. */
  agreement?: 'stands' | 'another-plan-offered'
  principal: Money
  /** Every menu of the newest revision, oldest first. */
  offered: readonly OfferedMenu[]
  /** Ids of the menus of former revisions: they bind nobody any more. Spec: REV-01. */
  superseded?: readonly string[]
  /** What the newest request offered from; every menu of its conversation follows from it. */
  offering: MenuFacts
  /** Counters that the agent made before in this thread. */
  counters: number
}

export type AnswerDecision =
  | { kind: 'agree'; plan: PlanTerms }
  /** The next menu, or the last one again. */
  | { kind: 'offer'; menu: Menu }
  | { kind: 'end'; conversation: 'refused' | 'impasse' }

/**
 * Decides on an accept. Refuses `claim-not-open`, `agreement-exists`, `revision-superseded`,
 * `menu-unknown`, `offer-expired`, `row-unknown`, `date-outside-window` and `plan-hash-mismatch`; a refusal leaves
 * everything as it was.
 */
export async function decideAccept(
  facts: AnswerFacts,
  accept: Pick<AcceptMessage, 'menuId' | 'rowId' | 'firstDueDate' | 'planHash'>,
): Promise<Result<AnswerDecision, Refusal>> {
  const closed = refuseClosed(facts)
  if (closed !== undefined) return err(closed)
  const offer = facts.offered.findLast(({ menu }) => menu.menuId === accept.menuId)
  if (offer === undefined) return err(refuseMenu(facts, accept.menuId))
  if (offer.exp <= facts.now) return err(refuseExpired())
  const chosen = choosePlan(offer.menu, accept.rowId, accept.firstDueDate)
  if (!chosen.ok) return err(refusal(chosen.error.code, chosen.error.detail))
  return await agreeTo(facts, chosen.value, accept.planHash)
}

/**
 * Decides on a counter: a plan inside an open menu or the policy is agreed; another one gets the next
 * menu, as a decline would. After the last menu the first such counter gets it again, the next one
 * ends the negotiation. Refuses `offer-expired` after the end of the last menu, and like an accept
 * otherwise. Spec: NEG-07.
 */
export async function decideCounter(
  facts: AnswerFacts,
  counter: Pick<CounterMessage, 'plan' | 'planHash'>,
): Promise<Result<AnswerDecision, Refusal>> {
  const closed = refuseClosed(facts)
  if (closed !== undefined) return err(closed)
  const last = facts.offered.at(-1)
  if (last === undefined || last.exp <= facts.now) return err(refuseExpired())
  const checked = checkPlanTerms(facts.principal, counter.plan)
  if (!checked.ok) return err(refusal('plan-invalid', checked.error.code, '/plan'))
  const isOffered = facts.offered.some(
    ({ menu, exp }) => exp > facts.now && menuOffers(menu, counter.plan),
  )
  if (isOffered || policyAllows(facts.offering, counter.plan)) {
    return await agreeTo(facts, counter.plan, counter.planHash)
  }
  const next = buildNextMenu(facts.offering, last.menu.tier)
  if (next !== undefined) return ok({ kind: 'offer', menu: next })
  if (facts.counters > 0) return ok({ kind: 'end', conversation: 'impasse' })
  return ok({ kind: 'offer', menu: last.menu })
}

/**
 * Decides on a decline: the next menu. With `nothingAcceptable` the negotiation ends as an impasse, and
 * after the last menu because the debtor does not want. Spec: NEG-08.
 */
export function decideDecline(
  facts: AnswerFacts,
  decline: Pick<DeclineMessage, 'menuId' | 'nothingAcceptable'>,
): Result<AnswerDecision, Refusal> {
  const closed = refuseClosed(facts)
  if (closed !== undefined) return err(closed)
  const offer = facts.offered.findLast(({ menu }) => menu.menuId === decline.menuId)
  if (offer === undefined) return err(refuseMenu(facts, decline.menuId))
  if (offer.exp <= facts.now) return err(refuseExpired())
  if (decline.nothingAcceptable) return ok({ kind: 'end', conversation: 'impasse' })
  const next = buildNextMenu(facts.offering, (facts.offered.at(-1) ?? offer).menu.tier)
  return ok(
    next === undefined ? { kind: 'end', conversation: 'refused' } : { kind: 'offer', menu: next },
  )
}

async function agreeTo(
  facts: AnswerFacts,
  plan: PlanTerms,
  statedHash: string,
): Promise<Result<AnswerDecision, Refusal>> {
  if (compareDays(plan.firstDueDate, facts.today) < 0) {
    return err(refusal('date-outside-window', 'the first due day lies in the past'))
  }
  if ((await planHash(facts.principal, plan)) !== statedHash) {
    return err(refusal('plan-hash-mismatch', 'derive the hash from the schedule', '/planHash'))
  }
  return ok({ kind: 'agree', plan })
}

/** The creditor's clock decides. Spec: NEG-10. */
function refuseExpired(): Refusal {
  return refusal('offer-expired', 'the menu was firm until exp')
}

function refuseMenu({ superseded = [] }: AnswerFacts, menuId: string): Refusal {
  return superseded.includes(menuId)
    ? refusal('revision-superseded', 'the request was revised: answer the newest', '/menuId')
    : refusal('menu-unknown', 'no such menu in this thread', '/menuId')
}

function refuseClosed({ claim, agreement }: AnswerFacts): Refusal | undefined {
  if (claim.state === 'settled') return refusal('claim-settled', 'nothing is owed any more')
  if (claim.state !== 'open') return refusal('claim-not-open', `the claim is ${claim.state}`)
  const isAgreed = claim.conversation === 'agreed' || agreement !== undefined
  return isAgreed && agreement !== 'another-plan-offered'
    ? refusal('agreement-exists', 'a plan was agreed')
    : undefined
}
