// One message from a creditor: verify → place → decide → keep. When this returns, the message and
// the agent's signed answer are kept together; sending comes later.

import { dayInZone } from '../protocol/days.ts'
import type { RequestMessage } from '../protocol/generated/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { withAck } from './acknowledge.ts'
import type { ArrivalRefusal } from './agent-refusal.ts'
import { withDecision } from './answer-decision.ts'
import { type AgentContext, changeThread } from './context.ts'
import { chosenByPolicy, withCreditChoice } from './credit-choice.ts'
import { endConversations } from './end-conversations.ts'
import { takeEnrolmentNews } from './enrolment-news.ts'
import { isPaid, withCancelled, withProofOfPayment } from './inquiry.ts'
import { accountStanding } from './pinned-account.ts'
import { place, twinOf } from './place-message.ts'
import { revisionFault } from './revision.ts'
import type { ThreadKey, ThreadRecord } from './store.ts'
import {
  applyMessage,
  ended,
  needsDecision,
  openThread,
  withEvidence,
  withProof,
} from './thread.ts'
import { type Arrival, checkContent, threadKeyOf, verifyArrival } from './verify-arrival.ts'

/** What became of an accepted message. */
export interface Received {
  /** Its conversation; null for a message of an enrolment's own thread. */
  readonly thread: ThreadKey | null
  /** `known` messages have had their effect before. */
  readonly effect: 'stored' | 'known'
  /** The signed `noted` of an enrolment's thread. */
  readonly reply?: string
}

/** How a message came: pushed, pulled, or as the reply to one of ours. */
export type Way = 'push' | 'pull' | 'reply'

type Outcome = Result<Received, ArrivalRefusal>

/** A record to keep (null: none) and what to answer the sender. */
interface Taken {
  readonly thread: ThreadRecord | null
  readonly outcome: Outcome
}

/**
 * Takes in one compact JWS of an enrolled creditor; the same message again has no effect.
 *
 * Refuses what the strict layer refuses, `enrolment-unknown`, `schema`, `content-invalid`,
 * `account` (kept, flagged, never decided), `expired` (an offer that came too late is kept without a
 * decision), `seq`, `sequence`, `sequence-stale`, `prev`, `equivocation` (both messages are kept and
 * the conversation stops), `revision-superseded`, `agreement-exists` and `busy`.
 */
export async function receiveMessage(
  context: AgentContext,
  jws: string,
  way: Way,
): Promise<Outcome> {
  const arrival = await verifyArrival(context, jws)
  if (!arrival.ok) return refused(context, arrival.error, { thread: null, jws })
  if ('news' in arrival.value) {
    const { enrolmentId, news } = arrival.value
    const taken = await takeEnrolmentNews(context, enrolmentId, { news, wasPushed: way === 'push' })
    if (!taken.ok) return refused(context, taken.error, { thread: null, jws })
    if (news.kind === 'revoke') await endConversations(context, enrolmentId)
    return ok({ thread: null, ...taken.value })
  }
  const outcome = await keep(context, arrival.value, way)
  const thread = threadKeyOf(arrival.value)
  return outcome.ok ? outcome : refused(context, outcome.error, { thread, jws })
}

function refused(
  context: AgentContext,
  refusal: ArrivalRefusal,
  message: { readonly thread: ThreadKey | null; readonly jws: string },
): Result<never, ArrivalRefusal> {
  context.emit({ type: 'refused', ...message, refusal })
  return err(refusal)
}

async function keep(context: AgentContext, arrival: Arrival, way: Way): Promise<Outcome> {
  const mustAcknowledge = context.acknowledge && way !== 'reply'
  const kept = await changeThread(context, threadKeyOf(arrival), async (before) => {
    const taken = await take(context, arrival, before)
    const { outcome } = taken
    const isNew = outcome.ok && outcome.value.effect === 'stored' && taken.thread !== null
    const { hash: ref } = arrival.incoming.message
    const thread =
      isNew && mustAcknowledge && taken.thread !== null
        ? withAck(taken.thread, { status: 'RCVD', ref })
        : taken.thread
    return { thread, outcome: { before, after: thread, outcome } }
  })
  if (kept === null) return err({ code: 'busy' })
  if (kept.after !== null)
    await announce(context, arrival, { before: kept.before, after: kept.after })
  return kept.outcome
}

async function take(
  context: AgentContext,
  arrival: Arrival,
  thread: ThreadRecord | undefined,
): Promise<Taken> {
  const content = checkContent(arrival, thread)
  if (!content.ok) return { thread: null, outcome: content }
  const { incoming } = arrival
  const placement = place(thread, incoming.message)
  if (placement === 'known') return takeKnown(arrival, thread)
  if (thread !== undefined && thread.proof !== null) return refuse('equivocation')
  if (placement === 'equivocation') return takeTwin(arrival, thread)
  if (placement === 'prev') return takeStray(arrival, thread)
  if (placement !== 'next' && placement !== 'crossing') return refuse(placement)
  if (thread !== undefined) return takeNext(context, arrival, thread)
  return incoming.kind === 'request' ? takeRequest(context, arrival) : refuse('seq')
}

async function takeRequest(context: AgentContext, arrival: Arrival): Promise<Taken> {
  const { enrolment, incoming, isLate } = arrival
  if (incoming.kind !== 'request') throw new TypeError('only a request opens a conversation')
  const opened = openThread(enrolment.id, incoming)
  if (!mayNameAccount(context, arrival, incoming.payload)) {
    return { thread: ended(opened, 'account-changed'), outcome: err({ code: 'account' }) }
  }
  if (isLate) return { thread: ended(opened, 'expired'), outcome: err({ code: 'expired' }) }
  return stored(arrival, await withDecision(context, opened, { confirmed: false }))
}

async function takeNext(
  context: AgentContext,
  arrival: Arrival,
  thread: ThreadRecord,
): Promise<Taken> {
  const { incoming, isLate } = arrival
  if (incoming.kind === 'request') {
    const code = revisionFault(thread, incoming.payload)
    if (code !== null) return refuse(code)
  }
  const applied = applyMessage(thread, incoming)
  if (incoming.kind === 'request' && !mayNameAccount(context, arrival, incoming.payload)) {
    return { thread: ended(applied, 'account-changed'), outcome: err({ code: 'account' }) }
  }
  if (incoming.kind === 'cancel') return stored(arrival, await withCancelled(context, applied))
  if (incoming.kind === 'reminder' && isPaid(thread) && !isLate) {
    return stored(arrival, await withProofOfPayment(context, applied, incoming.payload))
  }
  if (incoming.kind === 'credit') {
    return stored(arrival, isLate ? applied : await withCreditChoice(context, applied))
  }
  const mustDecide = needsDecision(applied, incoming, thread)
  if (mustDecide && isLate && incoming.kind !== 'status' && incoming.kind !== 'receipt') {
    return { thread: ended(applied, 'expired'), outcome: err({ code: 'expired' }) }
  }
  if (mustDecide) {
    return stored(arrival, await withDecision(context, applied, { confirmed: false }))
  }
  // The creditor said something else first: a cancellation is still to be answered.
  const isOwed = thread.inquiry?.kind === 'cancelled' && placedBefore(thread, incoming)
  return stored(arrival, isOwed ? await withCancelled(context, applied) : applied)
}

function placedBefore({ messages }: ThreadRecord, { message }: Arrival['incoming']): boolean {
  return message.payload.seq < messages.length
}

/** The pinned account, or one that was announced and may be named by now (ENR-03, ENR-07). */
function mayNameAccount(
  { clock }: AgentContext,
  { enrolment }: Arrival,
  { creditor, timeZone }: RequestMessage,
): boolean {
  const now = clock()
  const moment = { today: dayInZone(now, timeZone), now }
  return accountStanding(enrolment, creditor, moment) !== 'unknown'
}

/** A known message has no new effect; one that was refused for its account is refused again. */
function takeKnown(arrival: Arrival, thread: ThreadRecord | undefined): Taken {
  const isFlagged = thread?.ending === 'account-changed' && arrival.incoming.kind === 'request'
  const outcome: Outcome = isFlagged
    ? err({ code: 'account' })
    : ok({ thread: threadKeyOf(arrival), effect: 'known' })
  return { thread: null, outcome }
}

/** A second message for one place, or of one name: both are kept, the conversation stops (THR-05). */
function takeTwin({ incoming }: Arrival, thread: ThreadRecord | undefined): Taken {
  const { at, message } = incoming
  const first = twinOf(thread?.messages ?? [], message.payload)
  if (thread === undefined || first === undefined) return refuse('equivocation')
  const kept = withEvidence(thread, { at, code: 'equivocation', message: message.jws })
  const proof = { first: first.jws, second: message.jws }
  return { thread: withProof(kept, proof), outcome: err({ code: 'equivocation' }) }
}

/** A message that follows another one than the last is kept as proof and changes nothing. */
function takeStray({ incoming }: Arrival, thread: ThreadRecord | undefined): Taken {
  if (thread === undefined) return refuse('prev')
  const { at, message } = incoming
  const kept = withEvidence(thread, { at, code: 'prev', message: message.jws })
  return { thread: kept === thread ? null : kept, outcome: err({ code: 'prev' }) }
}

function refuse(code: ArrivalRefusal['code']): Taken {
  return { thread: null, outcome: err({ code }) }
}

function stored(arrival: Arrival, thread: ThreadRecord): Taken {
  return { thread, outcome: ok({ thread: threadKeyOf(arrival), effect: 'stored' }) }
}

async function announce(
  context: AgentContext,
  arrival: Arrival,
  { before, after }: { readonly before: ThreadRecord | undefined; readonly after: ThreadRecord },
): Promise<void> {
  const thread = threadKeyOf(arrival)
  const { incoming } = arrival
  const latest = after.decisions.at(-1)
  if (latest !== undefined && after.decisions.length > (before?.decisions.length ?? 0)) {
    context.emit({ type: 'decided', thread, decision: latest.decision })
  }
  if (incoming.kind === 'receipt' && after.receipts.length > (before?.receipts.length ?? 0)) {
    context.emit({ type: 'receipt', thread, receipt: incoming.payload })
  }
  if (incoming.kind === 'credit' && after.credit !== before?.credit) {
    const said = after.inquiry?.kind === 'credit-choice'
    const choice = said ? chosenByPolicy(incoming.payload, await context.readPolicy()) : null
    context.emit({ type: 'credit', thread, credit: incoming.payload, choice })
  }
  if (incoming.kind === 'reminder' && after.reminder !== before?.reminder) {
    context.emit({ type: 'reminder', thread, reminder: incoming.payload })
  }
  if (after.proof !== null && (before?.proof ?? null) === null) {
    context.emit({ type: 'equivocation', thread, proof: after.proof })
  }
  if (after.ending === null || after.ending === before?.ending) return
  if (after.ending === 'account-changed' && incoming.kind === 'request') {
    const { iban } = incoming.payload.creditor.account
    context.emit({ type: 'account-changed', thread, iban })
  }
  context.emit({ type: 'ended', thread, ending: after.ending })
}
