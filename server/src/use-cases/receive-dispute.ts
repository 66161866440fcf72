// The debtor disputes a part of what is owed, or takes a dispute back: dunning rests, the part is not
// paid automatically, the rest stays payable. Spec: DIS-01, DIS-02.
import { type DisputeMessage, formatAmount, ok, type Result } from '@parley/sdk/protocol'
import { decideDispute } from '../domain/claim/dispute.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Claim } from '../storage/claims.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { appendEvent, type NewEvent } from '../storage/events.ts'
import { type HoldChange, prepareHoldChange } from './change-holds.ts'
import {
  type ExchangeDeps,
  exchange,
  type FromAgent,
  readSituation,
  statusAfter,
} from './conversation-exchange.ts'
import type { PlanDeps } from './hold-dunning.ts'

/**
 * Notes the disputed amount and answers with a `status` that shows it and the hold. Refuses
 * `claim-settled`, `claim-not-open`, `currency-mismatch` and `amount-invalid`.
 */
export async function receiveDispute(
  deps: ExchangeDeps & PlanDeps,
  { thread, message, payload }: FromAgent<DisputeMessage>,
): Promise<Result<StoredReply, Refusal>> {
  const situation = await readSituation(deps, thread)
  const { claim, now } = situation
  const disputed = decideDispute(claim, payload.disputed)
  if (!disputed.ok) return disputed
  const minor = disputed.value
  const isOpen = situation.holds.some(({ reason }) => reason === 'dispute')
  const change = await prepareHoldChange(deps, situation, holdChange(minor, isOpen, now))
  const body = statusAfter(situation, { claim: change.after, holds: change.holds })
  const event = eventOf(claim, { minor, code: payload.reason.code, at: now })
  const reply = await exchange(
    deps,
    { thread, message, now },
    {
      kind: 'status',
      body,
      write: async (tx) => {
        await change.write(tx)
        if (minor > 0n || isOpen) await appendEvent(tx, event)
      },
    },
  )
  return ok(reply)
}

function holdChange(minor: bigint, isOpen: boolean, now: number): HoldChange {
  const claim = { disputed: minor }
  if (minor > 0n) return { claim, put: { reason: 'dispute', until: null, createdAt: now } }
  return isOpen ? { claim, release: { reason: 'dispute', as: 'withdrawn' } } : { claim }
}

function eventOf(
  { creditorId, claimId, currency }: Claim,
  { minor, code, at }: { minor: bigint; code: string; at: number },
): NewEvent {
  const about = { creditorId, claimId, at }
  if (minor === 0n) return { ...about, type: 'dispute.withdrawn', data: {} }
  const amount = formatAmount({ minor, currency })
  const data = { amount: amount.value, currency: amount.currency, reason: code }
  return { ...about, type: 'dispute.raised', data }
}
