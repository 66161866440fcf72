// A conversation's rules as pure functions: where a message belongs, and what the creditor's
// messages change. Nothing is signed, sent or saved here.

import type {
  CancelMessage,
  MenuMessage,
  ReceiptMessage,
  RequestMessage,
  StatusMessage,
} from '../protocol/generated/messages.ts'
import type { VerifiedMessage } from '../protocol/verify.ts'
import type { Evidence, ThreadEnding, ThreadMessage, ThreadRecord, ThreadStage } from './store.ts'

/** A verified message of the creditor with its checked payload. */
export type Incoming = { readonly message: VerifiedMessage; readonly at: number } & (
  | { readonly kind: 'request'; readonly payload: RequestMessage }
  | { readonly kind: 'menu'; readonly payload: MenuMessage }
  | { readonly kind: 'cancel'; readonly payload: CancelMessage }
  | { readonly kind: 'status'; readonly payload: StatusMessage }
  | { readonly kind: 'receipt'; readonly payload: ReceiptMessage }
)

/**
 * Where a message stands in its conversation: `next`; `known`; `crossing` (it takes the place of an
 * answer that the creditor has not taken yet); or a refusal.
 */
export type Placement =
  | 'next'
  | 'known'
  | 'crossing'
  | 'sequence'
  | 'equivocation'
  | 'prev-mismatch'

const MAX_EVIDENCE = 16
const ENDED_CLAIMS: Readonly<Partial<Record<StatusMessage['claim'], ThreadEnding>>> = {
  settled: 'settled',
  cancelled: 'cancelled',
  'handed-over': 'handed-over',
  'written-off': 'written-off',
}
const ENDED_CONVERSATIONS: Readonly<Partial<Record<StatusMessage['conversation'], ThreadEnding>>> =
  {
    refused: 'refused',
    impasse: 'impasse',
    'timed-out': 'timed-out',
  }

/** Finds a message's place by `seq`, `prev`, hash and `jti`. */
export function place(
  thread: ThreadRecord | undefined,
  { hash, payload }: VerifiedMessage,
): Placement {
  const { seq, prev, jti } = payload
  const messages = thread?.messages ?? []
  const known = messages[seq]
  if (known?.hash === hash) return 'known'
  if (messages.some((message) => message.jti === jti)) return 'equivocation'
  if (seq > messages.length) return 'sequence'
  const follows = prev === (messages[seq - 1]?.hash ?? null)
  const isOpenAnswer = (at: number) => thread?.answer?.seq === at && !thread.answer.acknowledged
  if (known !== undefined) return isOpenAnswer(seq) && follows ? 'crossing' : 'equivocation'
  if (follows) return 'next'
  // It follows a message that crossed our answer and has not come yet.
  return isOpenAnswer(seq - 1) ? 'sequence' : 'prev-mismatch'
}

/** Starts a conversation with a request at `seq` 0; it still has to be decided. */
export function openThread(
  enrolmentId: string,
  incoming: Incoming & { readonly kind: 'request' },
): ThreadRecord {
  const { payload } = incoming
  return {
    enrolmentId,
    thr: payload.thr,
    version: 1,
    stage: 'quiet',
    ending: null,
    request: payload,
    menu: payload.menu,
    menuUntil: payload.exp,
    messages: [messageOf(incoming)],
    answer: null,
    counterMade: false,
    decisions: [],
    claim: 'open',
    outstanding: payload.amount,
    agreement: null,
    handOver: null,
    receipts: [],
    evidence: [],
  }
}

/** Applies a creditor's message that `place` found to be `next` or `crossing`. */
export function applyMessage(thread: ThreadRecord, incoming: Incoming): ThreadRecord {
  const crossed = isCrossed(thread, incoming)
  const base = crossed ? withoutAnswer(thread, 'crossed', incoming.at) : acknowledged(thread)
  const placed = { ...base, messages: [...base.messages, messageOf(incoming)] }
  switch (incoming.kind) {
    case 'request':
      return placed
    case 'menu':
      return applyMenu(placed, incoming.payload)
    case 'cancel':
      return ended({ ...placed, claim: 'cancelled' }, 'cancelled')
    case 'status':
      return applyStatus(placed, incoming.payload)
    case 'receipt':
      return applyReceipt(placed, incoming.payload)
  }
}

/** Tells whether the agent has to decide after a message. */
export function needsDecision(
  thread: ThreadRecord,
  incoming: Incoming,
  wasCrossed: boolean,
): boolean {
  if (thread.stage === 'ended' || thread.stage === 'agreed') return false
  return incoming.kind === 'request' || incoming.kind === 'menu' || wasCrossed
}

/** Tells whether a message takes the place of an answer. */
export function isCrossed(thread: ThreadRecord, incoming: Incoming): boolean {
  return incoming.message.payload.seq < thread.messages.length
}

/** Takes an answer back that the creditor has not taken; it is kept as evidence. */
export function withoutAnswer(thread: ThreadRecord, code: string, at: number): ThreadRecord {
  const { answer } = thread
  if (answer === null) return thread
  const withdrawn = thread.messages[answer.seq]
  return withEvidence(
    {
      ...thread,
      answer: null,
      counterMade: thread.counterMade && answer.kind !== 'counter',
      messages: thread.messages.slice(0, answer.seq),
    },
    { at, code, message: withdrawn?.jws ?? '' },
  )
}

/** Keeps a refused message as proof: at most 16, each only once. */
export function withEvidence(thread: ThreadRecord, evidence: Evidence): ThreadRecord {
  const isKnown = thread.evidence.some(({ message }) => message === evidence.message)
  if (isKnown || thread.evidence.length >= MAX_EVIDENCE) return thread
  return { ...thread, evidence: [...thread.evidence, evidence] }
}

/** Ends a conversation. */
export function ended(thread: ThreadRecord, ending: ThreadEnding): ThreadRecord {
  return { ...thread, stage: 'ended', ending }
}

/** Marks the last answer as arrived. */
export function acknowledged(thread: ThreadRecord): ThreadRecord {
  const { answer } = thread
  return answer === null ? thread : { ...thread, answer: { ...answer, acknowledged: true } }
}

/**
 * The answer of a conversation that still waits for its reply: not arrived yet, or arrived while
 * the agreement that answers it got lost. Sending it again gets the same reply.
 */
export function openAnswer(thread: ThreadRecord | undefined): ThreadMessage | null {
  if (thread?.stage !== 'answering' || thread.answer === null) return null
  const { seq, plan, acknowledged: hasArrived } = thread.answer
  return hasArrived && plan === null ? null : (thread.messages[seq] ?? null)
}

/** The stage that a fresh decision puts a conversation in. */
export function stageAfter(kind: 'accept' | 'counter' | 'decline' | 'ask' | 'quiet'): ThreadStage {
  if (kind === 'ask') return 'asking'
  return kind === 'quiet' ? 'quiet' : 'answering'
}

/** A new menu takes up a conversation that had ended without a result. */
function applyMenu(thread: ThreadRecord, { menu, exp }: MenuMessage): ThreadRecord {
  const updated = { ...thread, menu, menuUntil: exp }
  const { claim, agreement, ending } = thread
  const mayGoOn = claim === 'open' && agreement === null && ending !== 'account-changed'
  return mayGoOn && ending !== null ? { ...updated, stage: 'quiet', ending: null } : updated
}

function applyStatus(thread: ThreadRecord, status: StatusMessage): ThreadRecord {
  const { claim, conversation, outstanding } = status
  const updated = { ...thread, claim, outstanding }
  const isAgreed = thread.agreement !== null
  const ending = ENDED_CLAIMS[claim] ?? (isAgreed ? undefined : ENDED_CONVERSATIONS[conversation])
  return ending === undefined ? updated : ended(updated, ending)
}

function applyReceipt(thread: ThreadRecord, receipt: ReceiptMessage): ThreadRecord {
  const { outstanding } = receipt
  const updated = { ...thread, receipts: [...thread.receipts, receipt], outstanding }
  const isSettled = /^[0.]+$/.test(outstanding.value)
  return isSettled ? ended({ ...updated, claim: 'settled' }, 'settled') : updated
}

function messageOf({ kind, message, at }: Incoming): ThreadMessage {
  const { hash, jws, payload } = message
  return { from: 'creditor', kind, jti: payload.jti, hash, jws, at }
}
