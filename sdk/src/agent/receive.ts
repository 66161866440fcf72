// One message from a creditor: verify → place → decide → keep. When this returns, the message and
// the agent's signed answer are kept together; sending comes later.

import { err, ok, type Result } from '../protocol/result.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { withDecision } from './answer-decision.ts'
import { type AgentContext, changeThread } from './context.ts'
import type { ThreadKey, ThreadRecord } from './store.ts'
import {
  applyMessage,
  ended,
  isCrossed,
  needsDecision,
  openThread,
  type Placement,
  place,
  withEvidence,
} from './thread.ts'
import { type Arrival, checkContent, threadKeyOf, verifyArrival } from './verify-arrival.ts'

/** What became of an accepted message. */
export interface Received {
  readonly thread: ThreadKey
  /** `known` messages have had their effect before. */
  readonly effect: 'stored' | 'known'
}

type Outcome = Result<Received, AgentRefusal>

/** A record to keep (null: none) and what to answer the sender. */
interface Taken {
  readonly thread: ThreadRecord | null
  readonly outcome: Outcome
}

/**
 * Takes in one compact JWS of an enrolled creditor; the same message again has no effect.
 *
 * Refuses what the strict layer refuses, `enrolment-unknown`, `schema`, `content-invalid`,
 * `account-changed` (kept, flagged, never decided), `expired` (a request or menu that came too
 * late is kept without a decision), `seq`, `sequence`, `prev-mismatch`, `equivocation` (both
 * messages are kept) and `busy`.
 */
export async function receiveMessage(context: AgentContext, jws: string): Promise<Outcome> {
  const arrival = await verifyArrival(context, jws)
  const outcome = arrival.ok ? await keep(context, arrival.value) : arrival
  if (!outcome.ok) {
    const thread = arrival.ok ? threadKeyOf(arrival.value) : null
    context.emit({ type: 'refused', thread, refusal: outcome.error })
  }
  return outcome
}

async function keep(context: AgentContext, arrival: Arrival): Promise<Outcome> {
  const kept = await changeThread(context, threadKeyOf(arrival), async (before) => {
    const { thread, outcome } = await take(context, arrival, before)
    return { thread, outcome: { before, after: thread, outcome } }
  })
  if (kept === null) return err({ code: 'busy' })
  if (kept.after !== null) announce(context, arrival, { before: kept.before, after: kept.after })
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
  if (placement !== 'next' && placement !== 'crossing') return refuse(arrival, thread, placement)
  if (incoming.kind === 'request') {
    return thread === undefined ? takeRequest(context, arrival) : refuse(arrival, thread, 'seq')
  }
  return thread === undefined ? refuse(arrival, thread, 'seq') : takeNext(context, arrival, thread)
}

async function takeRequest(context: AgentContext, arrival: Arrival): Promise<Taken> {
  const { enrolment, incoming, isLate } = arrival
  if (incoming.kind !== 'request') throw new TypeError('only a request opens a conversation')
  const opened = openThread(enrolment.id, incoming)
  const { id, account } = incoming.payload.creditor
  const pinned = enrolment.creditor
  if (id !== pinned.id || account.iban !== pinned.account.iban) {
    return { thread: ended(opened, 'account-changed'), outcome: err({ code: 'account-changed' }) }
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
  const applied = applyMessage(thread, incoming)
  if (incoming.kind === 'menu' && isLate) {
    return { thread: ended(applied, 'expired'), outcome: err({ code: 'expired' }) }
  }
  const mustDecide = needsDecision(applied, incoming, isCrossed(thread, incoming))
  return stored(
    arrival,
    mustDecide ? await withDecision(context, applied, { confirmed: false }) : applied,
  )
}

/** A known message has no new effect; one that was refused for its account is refused again. */
function takeKnown(arrival: Arrival, thread: ThreadRecord | undefined): Taken {
  const isFlagged = thread?.ending === 'account-changed' && arrival.incoming.kind === 'request'
  const outcome: Outcome = isFlagged
    ? err({ code: 'account-changed' })
    : ok({ thread: threadKeyOf(arrival), effect: 'known' })
  return { thread: null, outcome }
}

function refuse(
  { incoming: { at, message } }: Arrival,
  thread: ThreadRecord | undefined,
  code: Exclude<Placement, 'next' | 'known' | 'crossing'> | 'seq',
): Taken {
  const outcome: Outcome = err({ code })
  const isProof = code === 'equivocation' || code === 'prev-mismatch'
  if (!isProof || thread === undefined) return { thread: null, outcome }
  const kept = withEvidence(thread, { at, code, message: message.jws })
  return { thread: kept === thread ? null : kept, outcome }
}

function stored(arrival: Arrival, thread: ThreadRecord): Taken {
  return { thread, outcome: ok({ thread: threadKeyOf(arrival), effect: 'stored' }) }
}

function announce(
  context: AgentContext,
  arrival: Arrival,
  { before, after }: { readonly before: ThreadRecord | undefined; readonly after: ThreadRecord },
): void {
  const thread = threadKeyOf(arrival)
  const { incoming } = arrival
  const latest = after.decisions.at(-1)
  if (latest !== undefined && after.decisions.length > (before?.decisions.length ?? 0)) {
    context.emit({ type: 'decided', thread, decision: latest.decision })
  }
  if (incoming.kind === 'receipt' && after.receipts.length > (before?.receipts.length ?? 0)) {
    context.emit({ type: 'receipt', thread, receipt: incoming.payload })
  }
  if (after.ending === null || after.ending === before?.ending) return
  if (after.ending === 'account-changed' && incoming.kind === 'request') {
    const { iban } = incoming.payload.creditor.account
    context.emit({ type: 'account-changed', thread, iban })
  }
  context.emit({ type: 'ended', thread, ending: after.ending })
}
