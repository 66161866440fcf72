// A change of holds as something that happened to an open claim: holds, claim, journey, the agent's signed
// status and the event, in one transaction.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { findClaim } from '../storage/claims.ts'
import type { EventData } from '../storage/column-types.ts'
import { appendEvent } from '../storage/events.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { type HoldChange, prepareHoldChange } from './change-holds.ts'
import {
  type ClaimSituation,
  type ExchangeDeps,
  readSituation,
  statusAfter,
} from './conversation-exchange.ts'
import type { Along } from './deps.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { prepareMessage } from './prepare-message.ts'

export type HoldDeps = ExchangeDeps & PlanDeps

/** The situation of a claim that is open. Refuses `not-found`, `claim-settled` and `claim-not-open`. */
export async function readOpenSituation(
  deps: HoldDeps,
  key: { creditorId: string; claimId: string },
): Promise<Result<ClaimSituation, Refusal>> {
  if ((await findClaim(deps.db, key)) === undefined) return err(unknownClaim())
  const situation = await readSituation(deps, key)
  const { state } = situation.claim
  if (state === 'open') return ok(situation)
  return state === 'settled'
    ? err(refusal('claim-settled', 'nothing is owed any more'))
    : err(refusal('claim-not-open', `the claim is ${state}`))
}

/** @throws {Outrun} when the claim changed since it was read. */
export async function writeHoldChange(
  deps: HoldDeps,
  situation: ClaimSituation,
  change: HoldChange,
  { along, ...event }: { type: string; data: EventData } & Along,
): Promise<void> {
  const { claim, now } = situation
  const prepared = await prepareHoldChange(deps, situation, change)
  const thread = await conversationOf(deps, claim)
  const body = statusAfter(situation, { claim: prepared.after, holds: prepared.holds })
  const status = await prepareMessage(deps, { thread, kind: 'status', body, now })
  await deps.db.transaction().execute(async (tx) => {
    await prepared.write(tx)
    await appendToConversation(tx, thread, status, now)
    const { creditorId, claimId } = claim
    await appendEvent(tx, { creditorId, claimId, at: now, ...event })
    await along?.(tx)
  })
  deps.outboxChanged()
}

export function unknownClaim(): Refusal {
  return refusal('not-found', 'you have no payment request with this id')
}
