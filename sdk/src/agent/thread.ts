// A conversation's rules as pure functions: what the creditor's messages change. Nothing is signed,
// sent or saved here.

import type {
  CancelMessage,
  CreditMessage,
  MenuMessage,
  QuoteMessage,
  ReceiptMessage,
  ReminderMessage,
  RequestMessage,
  StatusMessage,
} from '../protocol/generated/messages.ts'
import type { VerifiedMessage } from '../protocol/verify.ts'
import { EMPTY_LANE } from './lane.ts'
import { openPlace } from './place-message.ts'
import type {
  Evidence,
  ThreadAgreement,
  ThreadEnding,
  ThreadMessage,
  ThreadRecord,
  ThreadStage,
} from './store.ts'

/** A verified message of the creditor with its checked payload. */
export type Incoming = { readonly message: VerifiedMessage; readonly at: number } & (
  | { readonly kind: 'request'; readonly payload: RequestMessage }
  | { readonly kind: 'reminder'; readonly payload: ReminderMessage }
  | { readonly kind: 'menu'; readonly payload: MenuMessage }
  | { readonly kind: 'cancel'; readonly payload: CancelMessage }
  | { readonly kind: 'status'; readonly payload: StatusMessage }
  | { readonly kind: 'quote'; readonly payload: QuoteMessage }
  | { readonly kind: 'receipt'; readonly payload: ReceiptMessage }
  | { readonly kind: 'credit'; readonly payload: CreditMessage }
)

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

/** After these a new offer changes nothing. */
const FINAL_ENDINGS: ReadonlySet<string> = new Set([
  'account-changed',
  'enrolment-ended',
  'equivocation',
])

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
    reminder: null,
    menu: payload.menu,
    menuUntil: payload.exp,
    messages: [messageOf(incoming)],
    answer: null,
    inquiry: null,
    counterMade: false,
    decisions: [],
    claim: 'open',
    outstanding: payload.amount,
    disputed: null,
    hold: null,
    agreement: null,
    former: null,
    handOver: null,
    receipts: [],
    receiptsBefore: 0,
    credit: null,
    evidence: [],
    proof: null,
    acks: EMPTY_LANE,
  }
}

/** Applies a creditor's message that `place` found to be `next` or `crossing`. */
export function applyMessage(thread: ThreadRecord, incoming: Incoming): ThreadRecord {
  const crossed = isCrossed(thread, incoming)
  const base = crossed ? withoutOpen(thread, 'crossed', incoming.at) : acknowledged(thread)
  const placed = { ...base, messages: [...base.messages, messageOf(incoming)] }
  switch (incoming.kind) {
    case 'request':
      return applyRevision(placed, incoming.payload)
    case 'reminder':
      return applyReminder(placed, incoming.payload)
    case 'quote':
      return placed
    case 'menu':
      return applyMenu(placed, incoming.payload)
    case 'cancel':
      return ended({ ...placed, claim: 'cancelled' }, 'cancelled')
    case 'status':
      return applyStatus(placed, incoming.payload)
    case 'receipt':
      return applyReceipt(placed, incoming.payload)
    case 'credit':
      return { ...placed, credit: incoming.payload }
  }
}

/** Tells whether the agent has to decide after a message. */
export function needsDecision(
  after: ThreadRecord,
  incoming: Incoming,
  before: ThreadRecord,
): boolean {
  if (after.stage === 'ended' || after.stage === 'agreed') return false
  const { kind } = incoming
  if (kind === 'request' || kind === 'menu') return true
  if (kind === 'reminder') return incoming.payload.menu !== undefined
  return before.answer !== null && after.answer === null
}

/** Tells whether a message takes the place of one of ours. */
function isCrossed(thread: ThreadRecord, incoming: Incoming): boolean {
  return incoming.message.payload.seq < thread.messages.length
}

/** Takes a message of ours back that the creditor has not taken; it is kept as evidence. */
export function withoutOpen(thread: ThreadRecord, code: string, at: number): ThreadRecord {
  const { answer, inquiry } = thread
  const seq = openPlace(thread)
  if (seq === null) return thread
  const message = thread.messages[seq]?.jws ?? ''
  const kept = withEvidence(thread, { at, code, message })
  const messages = thread.messages.slice(0, seq)
  if (inquiry !== null) return { ...kept, messages, inquiry: null }
  const counterMade = thread.counterMade && answer?.kind !== 'counter'
  return { ...kept, messages, answer: null, counterMade }
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

/** Marks what the agent said as arrived. */
export function acknowledged(thread: ThreadRecord): ThreadRecord {
  const { answer } = thread
  const arrived = answer === null ? null : { ...answer, acknowledged: true }
  return { ...thread, answer: arrived, inquiry: null }
}

/**
 * Keeps both messages that a creditor signed for one place and stops the conversation; an agreement
 * that both signed before stays in force. Spec: THR-05.
 */
export function withProof(
  thread: ThreadRecord,
  proof: { readonly first: string; readonly second: string },
): ThreadRecord {
  const stopped = { ...thread, proof: thread.proof ?? proof }
  return thread.agreement === null ? ended(stopped, 'equivocation') : stopped
}

/**
 * What the agent said and still waits for a reply: not arrived yet, or arrived while the agreement
 * that answers it got lost. Sending it again gets the same reply.
 */
export function openMessage(thread: ThreadRecord | undefined): ThreadMessage | null {
  if (thread === undefined || thread.proof !== null) return null
  if (thread.inquiry !== null) return thread.messages[thread.inquiry.seq] ?? null
  if (thread.stage !== 'answering' || thread.answer === null) return null
  const { seq, plan, acknowledged: hasArrived } = thread.answer
  return hasArrived && plan === null ? null : (thread.messages[seq] ?? null)
}

/** The stage that a fresh decision puts a conversation in. */
export function stageAfter(kind: 'accept' | 'counter' | 'decline' | 'ask' | 'quiet'): ThreadStage {
  if (kind === 'ask') return 'asking'
  return kind === 'quiet' ? 'quiet' : 'answering'
}

/** From now on only this revision can be agreed to (REV-01). */
function applyRevision(thread: ThreadRecord, request: RequestMessage): ThreadRecord {
  const { menu, amount: outstanding, exp: menuUntil } = request
  const revised = { ...thread, request, outstanding, reminder: null, counterMade: false }
  const open = thread.agreement === null ? revised : setAside(revised, thread.agreement)
  return reopened({ ...open, answer: null, menu, menuUntil })
}

/** The agreement stays in force until the other plan for the rest is agreed on (PLN-05). */
function setAside(thread: ThreadRecord, agreement: ThreadAgreement): ThreadRecord {
  const former = { agreement, handOver: thread.handOver }
  return { ...thread, stage: 'quiet', agreement: null, handOver: null, former }
}

/** No other plan came about: the agreement goes on as it was. */
export function restored(thread: ThreadRecord): ThreadRecord {
  return thread.former === null
    ? thread
    : { ...thread, ...thread.former, stage: 'agreed', former: null }
}

/** What is settled or agreed stays so, whatever a reminder asks for. */
function applyReminder(thread: ThreadRecord, reminder: ReminderMessage): ThreadRecord {
  const shown = { ...thread, reminder }
  if (thread.claim !== 'open' || thread.agreement !== null) return shown
  const { menu, total: outstanding, exp: menuUntil } = reminder
  const owed = { ...shown, outstanding }
  return menu === undefined ? owed : reopened({ ...owed, menu, menuUntil })
}

function applyMenu(thread: ThreadRecord, { menu, exp }: MenuMessage): ThreadRecord {
  return reopened({ ...thread, menu, menuUntil: exp })
}

/** A new offer takes up a conversation that had ended without a result. */
function reopened(thread: ThreadRecord): ThreadRecord {
  const { claim, agreement, ending } = thread
  const mayGoOn = claim === 'open' && agreement === null && !FINAL_ENDINGS.has(ending ?? '')
  return mayGoOn && ending !== null ? { ...thread, stage: 'quiet', ending: null } : thread
}

function applyStatus(thread: ThreadRecord, status: StatusMessage): ThreadRecord {
  const { claim, conversation, outstanding, disputed = null, hold = null, plan } = status
  // What is not owed any more is not to be chosen about.
  const credit = status.creditOwed === undefined ? null : thread.credit
  const known = { ...thread, claim, outstanding, disputed, hold, credit }
  const isOffered = plan?.state === 'replan-offered'
  const updated = conversation === 'agreed' && !isOffered ? restored(known) : known
  const isAgreed = updated.agreement !== null || updated.former !== null
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
