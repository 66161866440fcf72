// The creditor withdraws a payment request: dunning stops and the agent gets a signed cancel.
// Cancelling a cancelled request again changes nothing.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { freePaid } from '../domain/claim/credit-note.ts'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { agreementOf } from '../storage/agreements.ts'
import { type Claim, changeClaim, findClaim, planLinesOf, setLinePaid } from '../storage/claims.ts'
import type { Tx } from '../storage/database.ts'
import { endDunning } from '../storage/dunning-cases.ts'
import { appendEvent } from '../storage/events.ts'
import { divideAgain, paymentsOfClaim } from '../storage/payments.ts'
import { endTasksOfKind } from '../storage/tasks.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
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
  const thread = await conversationOf(deps, claim)
  const { reason, text } = command
  const freed = await freeWithdrawn(deps, claim, reason)
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
    const change = { state: 'cancelled', dunning: 'idle', ...freed.change } as const
    if (!(await changeClaim(tx, claim, change))) throw new Outrun()
    await freed.write(tx)
    await appendToConversation(tx, thread, message, now)
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

/** The customer paid in another way: what came in here is a part of that. */
const PAID_ELSEWHERE = 'PAID'

/** What was paid for a bill that is withdrawn is owed to the customer. */
async function freeWithdrawn(deps: CancelDeps, claim: Claim, reason: string) {
  if (claim.paid === 0n || reason === PAID_ELSEWHERE) return { change: {}, write: async () => {} }
  const payments = await paymentsOfClaim(deps.db, claim)
  const standing = payments.filter(({ reversedAt }) => reversedAt === null)
  const lines = await planLinesOf(deps.db, claim)
  return {
    change: { paid: 0n, overpaid: claim.overpaid + claim.paid },
    write: async (tx: Tx) => {
      for (const payment of freePaid(standing, claim.paid)) await divideAgain(tx, payment)
      for (const { line } of lines) await setLinePaid(tx, claim, { line, paid: 0n })
    },
  }
}
