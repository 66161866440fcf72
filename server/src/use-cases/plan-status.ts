// The signed status by which an agent learns what became of a plan. Nothing is said while nothing changed,
// and a request for another plan speaks for itself.

import type { PlanMove } from '../domain/plan/plan-moves.ts'
import type { Tx } from '../storage/database.ts'
import type { Thread } from '../storage/threads.ts'
import { appendToConversation } from './append-to-conversation.ts'
import { type ClaimSituation, type ExchangeDeps, statusAfter } from './conversation-exchange.ts'
import { prepareMessage } from './prepare-message.ts'

/** In the order of their weight: the heaviest is the reason that the status gives. */
const REASONS = {
  'plan.defaulted': 'plan-defaulted',
  'plan.replan-withdrawn': 'plan-cured',
  'plan.cured': 'plan-cured',
  'plan.line-late': 'plan-line-late',
} as const

/** Prepares the status; undefined where there is no agent, no news, or nothing owed any more. */
export async function preparePlanStatus(
  deps: Omit<ExchangeDeps, 'outboxChanged'>,
  told: { situation: ClaimSituation; thread: Thread; move: PlanMove; isOffering: boolean },
): Promise<((tx: Tx) => Promise<void>) | undefined> {
  const { situation, thread, move, isOffering } = told
  const { claim, now } = situation
  const types = new Set<string>(move.events.map(({ type }) => type))
  const reason = Object.entries(REASONS).find(([type]) => types.has(type))?.[1]
  const hasNews = reason !== undefined && claim.state === 'open' && !isOffering
  if (thread.enrolmentId === null || !hasNews) return undefined
  const body = { ...statusAfter(situation), reason: { code: reason } }
  const message = await prepareMessage(deps, { thread, kind: 'status', body, now })
  return (tx) => appendToConversation(tx, thread, message, now)
}
