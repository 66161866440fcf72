// A claim leaves the house without being paid, or comes back to it: state, journey, the agent's signed
// status and the signed act of whoever decided it, in one transaction.
import { err, ok, type Result } from '@parley/sdk/protocol'
import type { ClaimState } from '../domain/claim/claim.ts'
import { type ClaimEnd, decideEnd } from '../domain/claim/end-claim.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { changeClaim, findClaim } from '../storage/claims.ts'
import type { EventData } from '../storage/column-types.ts'
import { endDunning } from '../storage/dunning-cases.ts'
import { appendEvent } from '../storage/events.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { prepareHoldChange } from './change-holds.ts'
import {
  type ClaimSituation,
  type ExchangeDeps,
  readSituation,
  statusAfter,
} from './conversation-exchange.ts'
import type { Along, Tx } from './deps.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'
import { signAct } from './sign-act.ts'

export type EndDeps = ExchangeDeps & PlanDeps

export interface EndClaim extends Along {
  creditorId: string
  claimId: string
  end: ClaimEnd
  /** What the timeline says of it: who decided, and why. */
  facts: EventData
}

const EVENT_TYPES: Readonly<Record<ClaimEnd, string>> = {
  'write-off': 'payment-request.written-off',
  'hand-over': 'payment-request.handed-over',
  recall: 'payment-request.recalled',
}

/**
 * Ends or recalls a claim; one that is in that state already stays as it is. A claim that comes back
 * rests under a hold `other` until somebody releases it. Refuses `not-found` and as decideEnd does.
 */
export async function endClaim(deps: EndDeps, command: EndClaim): Promise<Result<void, Refusal>> {
  return await retryWhenOutrun(() => end(deps, command))
}

async function end(deps: EndDeps, command: EndClaim): Promise<Result<void, Refusal>> {
  if ((await findClaim(deps.db, command)) === undefined) {
    return err(refusal('not-found', 'you have no payment request with this id'))
  }
  const situation = await readSituation(deps, command)
  const next = decideEnd(situation.claim.state, command.end)
  if (!next.ok) return next
  if (next.value !== undefined) await write(deps, situation, { command, next: next.value })
  return ok(undefined)
}

async function write(
  deps: EndDeps,
  situation: ClaimSituation,
  { command, next }: { command: EndClaim; next: ClaimState },
): Promise<void> {
  const { claim, now } = situation
  const change = await prepareChange(deps, situation, next)
  const thread = await conversationOf(deps, claim)
  const body = statusAfter(situation, { claim: { state: next }, holds: change.holds })
  const status = await prepareMessage(deps, { thread, kind: 'status', body, now })
  const { creditorId, claimId } = claim
  const type = EVENT_TYPES[command.end]
  const event = await signAct(deps, { creditorId, claimId, type, at: now, data: command.facts })
  await deps.db.transaction().execute(async (tx) => {
    await change.write(tx)
    await appendToConversation(tx, thread, status, now)
    await appendEvent(tx, event)
    await command.along?.(tx)
  })
  deps.outboxChanged()
}

async function prepareChange(deps: EndDeps, situation: ClaimSituation, next: ClaimState) {
  const { claim, holds, now } = situation
  if (next === 'open') {
    const put = { reason: 'other' as const, until: null, createdAt: now }
    return await prepareHoldChange(deps, situation, {
      put,
      claim: { state: next, dunning: 'holding' },
    })
  }
  const write = async (tx: Tx) => {
    if (!(await changeClaim(tx, claim, { state: next, dunning: 'idle' }))) throw new Outrun()
    await endDunning(tx, claim)
  }
  return { holds, write }
}
