// When to take the best plan of a menu and when to wait for the creditor's next one. The hard limits
// were applied before: every candidate here can be paid, and the creditor is bound to its menus.

import type { Envelope, Menu, MenuRow } from '../protocol/generated/messages.ts'
import type { Money } from '../protocol/money.ts'
import { estimateCreditor } from './creditor-estimate.ts'
import { bestOf, type Candidate } from './plan-search.ts'
import type { DecisionPolicy } from './policy.ts'
import { pickNearBest } from './privacy.ts'

/** The creditor's whole policy as it was published, and what of it the household can pay. */
export interface OpenPolicy {
  readonly envelope: Envelope
  readonly rows: readonly MenuRow[]
  readonly candidates: readonly Candidate[]
}

/** What a move depends on. */
export interface MoveFacts {
  readonly menu: Menu
  /** Of the menu. */
  readonly candidates: readonly Candidate[]
  /** Null when the creditor published no envelope. */
  readonly open: OpenPolicy | null
  /** The best that the household could wish for; compared with where nothing is published. */
  readonly wished: () => Candidate | null
  readonly policy: DecisionPolicy
  readonly principal: Money
  readonly today: number
}

/** Take a plan of the menu, propose one of the envelope, or wait for the next menu. */
export type Move =
  | { readonly kind: 'take' | 'propose'; readonly candidate: Candidate }
  | { readonly kind: 'wait' }

/** After so many menus an agent that knows the envelope ends the negotiation with its answer. */
const MOST_ROUND_TRIPS = 4
/** A later menu must promise so much more of the product of both shares. */
const WORTH_WAITING = 1.02
/** What the worst plan of a policy leaves its creditor at least, as a share of its range. */
const LEAST_SHARE = 0.05
/** Without an envelope: how much of what was wished for is enough, by menu; then anything is. */
const ENOUGH_BY_TIER: readonly number[] = [0.85, 0.7, 0.4]
const WHOLE_BPS = 10_000

/**
 * Chooses the move on a menu; null when nothing of it fits and no later menu may come.
 *
 * A fair agent with an envelope waits while a later menu promises a larger product of both sides'
 * shares (Nash), and proposes the best plan of the envelope at its fourth answer instead of waiting
 * for a fifth. Without an envelope it takes a plan that is good enough for the menu's place. A patient
 * agent takes nothing less than the best plan of the whole policy.
 */
export function chooseMove(facts: MoveFacts): Move | null {
  const { menu, candidates, open, policy } = facts
  const best = bestOf(candidates)
  if (menu.final) return best === null ? null : take(facts)
  if (open === null) return moveInTheDark(facts, best)
  const last = bestOf(open.candidates)
  if (last === null) return null
  if (policy.strategy === 'patient') {
    return best !== null && best.utility >= last.utility ? take(facts) : propose(facts, open)
  }
  const isLastAnswer = menu.tier >= MOST_ROUND_TRIPS - 1
  if (best !== null && !promisesMore(facts, open, { best, isLastAnswer })) return take(facts)
  return isLastAnswer ? propose(facts, open) : { kind: 'wait' }
}

function take(facts: MoveFacts): Move | null {
  return moveTo('take', facts.candidates, facts)
}

function propose(facts: MoveFacts, { candidates }: OpenPolicy): Move | null {
  return moveTo('propose', candidates, facts)
}

function moveTo(
  kind: 'take' | 'propose',
  candidates: readonly Candidate[],
  { policy, menu }: MoveFacts,
): Move | null {
  const candidate = pickNearBest(candidates, policy, menu.menuId)
  return candidate === null ? null : { kind, candidate }
}

function moveInTheDark(facts: MoveFacts, best: Candidate | null): Move | null {
  const { menu, policy } = facts
  if (best === null || policy.strategy === 'patient') return { kind: 'wait' }
  const least = policy.minUtility ?? 0
  const wished = facts.wished()?.utility ?? best.utility
  const enough = least + (ENOUGH_BY_TIER[menu.tier] ?? 0) * (wished - least)
  return best.utility >= enough ? take(facts) : { kind: 'wait' }
}

/** Whether a menu that may still come promises a larger product of both sides' shares. */
function promisesMore(
  { menu, policy, principal, today }: MoveFacts,
  { envelope, rows, candidates }: OpenPolicy,
  { best, isLastAnswer }: { best: Candidate; isLastAnswer: boolean },
): boolean {
  const estimate = estimateCreditor({ menu, envelope, rows, principal, today })
  const worth = candidates.map((one) => ({ one, share: estimate(one.window, one.meanIn) }))
  const own = ({ utility }: Candidate) => utility - (policy.minUtility ?? 0)
  const tierShare = (tier: number) => (envelope.tiers[tier] ?? 0) / WHOLE_BPS
  const here = Math.max(estimate(best.window, best.meanIn), tierShare(menu.tier)) * own(best)
  const lastTier = envelope.tiers.length - 1
  for (let tier = isLastAnswer ? lastTier : menu.tier + 1; tier <= lastTier; tier++) {
    const least = tier === lastTier ? 0 : tierShare(tier)
    const inTier = tier === lastTier ? worth : worth.filter(({ share }) => share >= least)
    const then = bestOf(inTier.map(({ one }) => one))
    if (then === null) continue
    const share = Math.max(estimate(then.window, then.meanIn), least, LEAST_SHARE)
    if (share * own(then) > here * WORTH_WAITING) return true
  }
  return false
}
