// What the agent says in a conversation beside its answers: questions, disputes, a call for help, the
// answer to a cancellation. Signed for the place after the last message and kept before it is sent.

import type { ReminderMessage } from '../protocol/generated/messages.ts'
import { signingInputHash } from '../protocol/hash.ts'
import { typOf } from '../protocol/messages.ts'
import { signMessage } from '../protocol/sign.ts'
import { claimsAfter } from './answer.ts'
import type { AgentContext } from './context.ts'
import { signingKeyFor } from './own-keys.ts'
import type { ThreadInquiry, ThreadMessage, ThreadRecord } from './store.ts'

/** What is to be said; `body` holds the members beside the common ones and `requestId`. */
export interface Saying {
  readonly kind: ThreadInquiry['kind']
  readonly body: object
}

/** Long enough for a retry after an outage to send the same bytes. */
const LIFETIME_SECONDS = 86_400

/** Signs what is to be said and adds it to a conversation in which nothing of ours is open. */
export async function withInquiry(
  context: AgentContext,
  thread: ThreadRecord,
  { kind, body }: Saying,
): Promise<ThreadRecord> {
  const at = context.clock()
  const claims = claimsAfter(thread, { ...context, now: at }, LIFETIME_SECONDS)
  const payload = { ...claims, requestId: thread.request.requestId, ...body }
  const key = await signingKeyFor(context, thread.enrolmentId)
  const jws = await signMessage(typOf(kind), payload, key)
  const hash = await signingInputHash(jws)
  const message: ThreadMessage = { from: 'agent', kind, jti: claims.jti, hash, jws, at }
  return {
    ...thread,
    messages: [...thread.messages, message],
    inquiry: { kind, seq: claims.seq },
  }
}

/**
 * Answers a cancellation: `CNCL`, or `RJCR` with `PATE` when a payment is on its way (STA-03).
 */
export async function withCancelled(
  context: AgentContext,
  thread: ThreadRecord,
): Promise<ThreadRecord> {
  const isUnderWay = await context.isPaymentUnderWay(thread)
  const body = isUnderWay ? { status: 'RJCR', reason: { code: 'PATE' } } : { status: 'CNCL' }
  return withInquiry(context, thread, { kind: 'cancelled', body })
}

/**
 * Answers a reminder of a bill that the creditor itself has said is paid: a dispute over all of it with
 * the reason `PAID`, which names the creditor's last receipt. Nothing is paid (FRD-04).
 */
export function withProofOfPayment(
  context: AgentContext,
  thread: ThreadRecord,
  { total }: Pick<ReminderMessage, 'total'>,
): Promise<ThreadRecord> {
  const receipt = thread.receipts.at(-1)
  const proof = receipt && { text: `receipt ${receipt.receiptId} of ${receipt.receivedOn}` }
  const reason = { code: 'PAID', ...proof }
  return withInquiry(context, thread, { kind: 'dispute', body: { disputed: total, reason } })
}

/** Paid by the creditor's own word, and not called in question since. */
export function isPaid({ ending, claim }: ThreadRecord): boolean {
  return ending === 'settled' && claim === 'settled'
}
