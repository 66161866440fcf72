// The debtor asks for a person, without a reason: dunning rests for 14 days, and the creditor's people
// are told by an event. Spec: ASS-01.
import { type AssistanceMessage, ok, type Result } from '@parley/sdk/protocol'
import { ASSISTANCE_SECONDS } from '../domain/claim/holds.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { appendEvent } from '../storage/events.ts'
import { type HoldChange, prepareHoldChange } from './change-holds.ts'
import {
  type ClaimSituation,
  type ExchangeDeps,
  exchange,
  type FromAgent,
  readSituation,
  statusAfter,
} from './conversation-exchange.ts'
import type { PlanDeps } from './hold-dunning.ts'

/** Answers with a `status` in every state of the claim; only an open one has dunning to hold. */
export async function receiveAssistance(
  deps: ExchangeDeps & PlanDeps,
  { thread, message }: FromAgent<AssistanceMessage>,
): Promise<Result<StoredReply, Refusal>> {
  const situation = await readSituation(deps, thread)
  const { claim, now } = situation
  const change = await prepareHoldChange(deps, situation, holdChange(situation))
  const until = change.holds.find(({ reason }) => reason === 'assistance')?.until ?? null
  const reply = await exchange(
    deps,
    { thread, message, now },
    {
      kind: 'status',
      body: statusAfter(situation, { claim: change.after, holds: change.holds }),
      write: async (tx) => {
        await change.write(tx)
        const { creditorId, claimId } = claim
        const type = 'assistance.requested'
        await appendEvent(tx, { creditorId, claimId, type, at: now, data: { until } })
      },
    },
  )
  return ok(reply)
}

/** A hold that stands longer already is not made shorter. */
function holdChange({ claim, holds, now }: ClaimSituation): HoldChange {
  if (claim.state !== 'open') return {}
  const known = holds.find(({ reason }) => reason === 'assistance')
  const until = now + ASSISTANCE_SECONDS
  const isLonger = known !== undefined && (known.until === null || known.until > until)
  return { put: { reason: 'assistance', until: isLonger ? known.until : until, createdAt: now } }
}
