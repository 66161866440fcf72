// What the creditor's reply to an answer does to the conversation: agreed, gone on, refused, or
// nothing known yet.

import type { PeerReply } from '../peer/post-message.ts'
import type { Result } from '../protocol/result.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { withDecision } from './answer-decision.ts'
import { checkAgreement } from './check-agreement.ts'
import { type AgentContext, changeThread, type ThreadChange } from './context.ts'
import { handOver } from './hand-over.ts'
import { BEHIND_CODES, CLOCK_CODE, ENDED_CODE, EXPIRED_CODES } from './problem-codes.ts'
import { receiveMessage } from './receive.ts'
import type {
  ThreadAgreement,
  ThreadEnding,
  ThreadKey,
  ThreadMessage,
  ThreadRecord,
} from './store.ts'
import { acknowledged, ended, openMessage, withEvidence, withoutOpen } from './thread.ts'

/** What a delivery came to. */
export type Delivery =
  /** Nothing is left to send. */
  | 'done'
  /** The conversation went on and may call for another answer. */
  | 'again'
  /** The creditor is not reachable or answered nothing usable. */
  | 'waiting'
  /** The creditor's conversation is ahead: fetch its messages first. */
  | 'behind'
  /** The creditor says that the enrolment has ended: ask its inbox. */
  | 'disowned'

/** An answer that was sent, and what came back. */
export interface Exchange {
  readonly message: ThreadMessage
  readonly reply: PeerReply
}

/** Takes in the reply to an answer; an answer that is no longer open is left alone. */
export async function takeReply(
  context: AgentContext,
  key: ThreadKey,
  { message, reply }: Exchange,
): Promise<Delivery> {
  switch (reply.kind) {
    case 'jose-json':
      return takeAgreement(context, key, { message, jws: reply.text })
    case 'jose':
      return takeMessage(context, key, reply.jws)
    case 'problem':
      return takeProblem(context, key, { message, code: reply.code })
    case 'later':
      return wait(context, key, reply)
    case 'json':
    case 'empty':
      return takeEmpty(context, key, message)
  }
}

async function takeMessage(context: AgentContext, key: ThreadKey, jws: string): Promise<Delivery> {
  const received = await receiveMessage(context, jws, 'reply')
  if (!received.ok) return wait(context, key, { code: received.error.code })
  // A reply that was taken in before does not answer this message.
  const isReply = received.value.effect === 'stored'
  return isReply ? 'again' : wait(context, key, UNEXPECTED)
}

/** Nothing has to be said to a `cancelled`; everything else has an answer. */
async function takeEmpty(
  context: AgentContext,
  key: ThreadKey,
  message: ThreadMessage,
): Promise<Delivery> {
  if (message.kind !== 'cancelled') return wait(context, key, UNEXPECTED)
  await changeThread<null>(context, key, async (thread) =>
    thread === undefined || !isStillOpen(thread, message)
      ? NOTHING
      : { thread: { ...thread, inquiry: null }, outcome: null },
  )
  return 'done'
}

async function takeAgreement(
  context: AgentContext,
  key: ThreadKey,
  { message, jws }: { readonly message: ThreadMessage; readonly jws: string },
): Promise<Delivery> {
  const outcome = await changeThread<Result<ThreadAgreement, AgentRefusal> | null>(
    context,
    key,
    async (thread) => {
      if (thread === undefined || !isStillOpen(thread, message)) return NOTHING
      const agreement = await checkAgreement(context, thread, jws)
      if (agreement.ok) return { thread: agreed(thread, agreement.value), outcome: agreement }
      const { code } = agreement.error
      const kept = withEvidence(thread, { at: context.clock(), code, message: jws })
      return { thread: kept === thread ? null : kept, outcome: agreement }
    },
  )
  if (outcome === null) return 'done'
  if (!outcome.ok) {
    context.emit({ type: 'refused', thread: key, refusal: outcome.error })
    return 'waiting'
  }
  context.emit({ type: 'agreed', thread: key, agreementId: outcome.value.agreementId })
  await handOver(context, key)
  return 'done'
}

function agreed(thread: ThreadRecord, agreement: ThreadAgreement): ThreadRecord {
  const { payBy } = agreement
  return {
    ...acknowledged(thread),
    stage: 'agreed',
    agreement,
    former: null,
    receiptsBefore: thread.former === null ? thread.receiptsBefore : thread.receipts.length,
    handOver: payBy === null ? null : { bank: payBy.bank, state: 'pending' },
  }
}

async function takeProblem(
  context: AgentContext,
  key: ThreadKey,
  { message, code }: { readonly message: ThreadMessage; readonly code: string },
): Promise<Delivery> {
  if (BEHIND_CODES.has(code)) return 'behind'
  if (code === CLOCK_CODE) return wait(context, key, { code })
  const isExpired = EXPIRED_CODES.has(code)
  const settled = code === ENDED_CODE ? 'disowned' : 'done'
  const ending = await changeThread<ThreadEnding | null>(context, key, async (thread) => {
    if (thread === undefined || !isStillOpen(thread, message)) return NOTHING
    // An answer that has arrived keeps its place, whatever a later reply says about it.
    if (thread.inquiry === null && thread.answer?.acknowledged === true) return NOTHING
    if (thread.inquiry !== null) {
      return { thread: withoutOpen(thread, code, context.clock()), outcome: null }
    }
    const next = isExpired
      ? await answerAfresh(context, thread, code)
      : ended(withoutOpen(thread, code, context.clock()), 'answer-refused')
    return { thread: next, outcome: next.ending }
  })
  if (ending === null) return isExpired && !isInquiry(message) ? 'again' : settled
  context.emit({ type: 'refused', thread: key, refusal: { code: 'peer-refused', detail: code } })
  context.emit({ type: 'ended', thread: key, ending })
  return settled
}

/** The creditor never took the expired answer, so its place in the conversation is free again. */
function answerAfresh(
  context: AgentContext,
  thread: ThreadRecord,
  code: string,
): Promise<ThreadRecord> {
  const withdrawn = withoutOpen(thread, code, context.clock())
  // A yes of the person stands behind the new answer as it did behind the old one.
  const confirmed = thread.decisions.at(-2)?.decision.kind === 'ask'
  return withDecision(context, withdrawn, { confirmed })
}

const NOTHING: ThreadChange<null> = { thread: null, outcome: null }

function isInquiry({ kind }: ThreadMessage): boolean {
  return kind !== 'accept' && kind !== 'counter' && kind !== 'decline'
}

function isStillOpen(thread: ThreadRecord, message: ThreadMessage): boolean {
  return openMessage(thread)?.hash === message.hash
}

const UNEXPECTED = { code: 'reply-unexpected' }

function wait(
  context: AgentContext,
  key: ThreadKey,
  { code, retryAfterSeconds }: { readonly code: string; readonly retryAfterSeconds?: number },
): Delivery {
  const pause = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  context.emit({ type: 'waiting', thread: key, code, ...pause })
  return 'waiting'
}
