// The creditor withdraws a payment request: dunning stops and the agent gets a signed cancel.
// Cancelling a cancelled request again changes nothing.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { agreementOf } from '../storage/agreements.ts'
import { changeClaim, findClaim } from '../storage/claims.ts'
import { endDunning } from '../storage/dunning-cases.ts'
import { appendEvent } from '../storage/events.ts'
import { endTasksOfKind } from '../storage/tasks.ts'
import { appendMessages, findThread, queueDelivery } from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'

type CancelDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'outboxChanged'>

export interface CancelPaymentRequest {
  creditorId: string
  claimId: string
  reason: string
  text?: string
  /** The agreement that the creditor knows of and withdraws the claim in spite of. */
  agreementId?: string
}

/**
 * Refuses `text-invalid`, `not-found`, `claim-settled`, and `agreement-exists` unless the command names
 * the agreement: an accept that was stored first stands (NEG-11).
 */
export async function cancelPaymentRequest(
  deps: CancelDeps,
  command: CancelPaymentRequest,
): Promise<Result<void, Refusal>> {
  const { text } = command
  const refused = text === undefined ? undefined : textRefusal(text, 105, '/text')
  if (refused !== undefined) return err(refused)
  return await retryWhenOutrun(() => cancel(deps, command))
}

async function cancel(
  deps: CancelDeps,
  command: CancelPaymentRequest,
): Promise<Result<void, Refusal>> {
  const claim = await findClaim(deps.db, command)
  if (claim === undefined)
    return err(refusal('not-found', 'you have no payment request with this id'))
  if (claim.state === 'cancelled') return ok(undefined)
  if (claim.state !== 'open') {
    return err(refusal('claim-settled', `the claim is ${claim.state}: there is nothing to cancel`))
  }
  const agreement = await agreementOf(deps.db, claim)
  if (agreement !== undefined && agreement.agreementId !== command.agreementId) {
    const detail = 'a plan was agreed: name its agreementId to withdraw the claim all the same'
    return err(refusal('agreement-exists', detail))
  }
  const now = deps.clock.now()
  const thread = await findThread(deps.db, claim.thr)
  if (thread === undefined) throw new Error(`claim ${claim.claimId} has no thread`)
  const { reason, text } = command
  const message = await prepareMessage(deps, {
    thread,
    kind: 'cancel',
    body: {
      requestId: claim.claimId,
      reason: text === undefined ? { code: reason } : { code: reason, text },
    },
    now,
  })
  await deps.db.transaction().execute(async (tx) => {
    if (!(await changeClaim(tx, claim, { state: 'cancelled', dunning: 'idle' }))) throw new Outrun()
    if (!(await appendMessages(tx, thread, [message], now))) throw new Outrun()
    const { enrolmentId } = thread
    if (enrolmentId !== null) await queueDelivery(tx, { ...thread, enrolmentId, seq: message.seq })
    await endDunning(tx, claim)
    await endTasksOfKind(tx, claim, { kind: 'look-for-payment', at: now, by: 'cancel' })
    await appendEvent(tx, {
      creditorId: claim.creditorId,
      claimId: claim.claimId,
      type: 'payment-request.cancelled',
      at: now,
      data: { reason },
    })
  })
  deps.outboxChanged()
  return ok(undefined)
}
