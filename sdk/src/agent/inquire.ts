// A question to a creditor and its answer: kept, sent, answered. When the creditor has said something
// else meanwhile, that is read first and the question is weighed anew (THR-04).

import { compareDays, type Day, dayInZone, daysBetween, parseDay } from '../protocol/days.ts'
import { peekClaims } from '../protocol/decode.ts'
import type { QuoteMessage, Reason, StatusMessage } from '../protocol/generated/messages.ts'
import { type Amount, parseAmountOrZero } from '../protocol/money.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { activeEnrolment } from './change-enrolment.ts'
import { type AgentContext, changeThread } from './context.ts'
import { type Saying, withInquiry } from './inquiry.ts'
import type { ThreadKey, ThreadMessage, ThreadRecord } from './store.ts'
import { openMessage } from './thread.ts'

/** Sends what waits in a conversation and takes the replies in. */
export type Deliver = (key: ThreadKey) => Promise<void>

/** What to say, and whether it makes sense as the conversation stands. */
export interface Inquiry extends Saying {
  /** Null, or why it must not be said. */
  readonly objection: (thread: ThreadRecord) => AgentRefusal | null
}

/** Days ahead for which there are quotes (STA-02). */
const MAX_QUOTE_DAYS = 366
const MAX_ATTEMPTS = 3
/** The creditor never gave it a place, for a reason that may have passed. */
const AGAIN_CODES: ReadonlySet<string> = new Set(['crossed', 'expired', 'too-old'])

/** Where a claim stands (STA-01). */
export const statusInquiry: Inquiry = { kind: 'query', body: {}, objection: () => null }

/** What is owed on a day, or ends the agreed plan then: from today to 366 days ahead (STA-02, PLN-08). */
export function quoteInquiry(asOf: Day, now: number, { payoff = false } = {}): Inquiry {
  return {
    kind: 'query',
    body: payoff ? { asOf, payoff } : { asOf },
    objection: ({ request }) => {
      const today = dayInZone(now, request.timeZone)
      const isInWindow =
        parseDay(asOf).ok &&
        compareDays(today, asOf) <= 0 &&
        daysBetween(today, asOf) <= MAX_QUOTE_DAYS
      return isInWindow ? null : { code: 'date-outside-window' }
    },
  }
}

/** The debtor disputes a part, at most what is outstanding; zero takes it back (DIS-01, DIS-02). */
export function disputeInquiry(disputed: Amount, reason: Reason): Inquiry {
  return {
    kind: 'dispute',
    body: { disputed, reason },
    objection: ({ outstanding }) => {
      const part = parseAmountOrZero(disputed)
      const whole = parseAmountOrZero(outstanding)
      const isPart =
        part.ok &&
        whole.ok &&
        part.value.currency === whole.value.currency &&
        part.value.minor <= whole.value.minor
      return isPart ? null : { code: 'amount-invalid' }
    },
  }
}

/** The debtor asks for a person, without a reason (ASS-01). */
export const assistanceInquiry: Inquiry = { kind: 'assistance', body: {}, objection: () => null }

/** What is not right: a fact of the profile, or a step about the claim. */
export type Contested = { readonly factId: string } | { readonly step: string }

/** The debtor contests what was learnt or done; a person of the creditor decides (PRF-02). */
export function contestInquiry(contested: Contested, text?: string): Inquiry {
  const body = text === undefined ? contested : { ...contested, text }
  return { kind: 'contest', body, objection: () => null }
}

/**
 * Says something in a conversation and returns the creditor's answer.
 *
 * Refuses `not-found`, the inquiry's own objection, `busy` (an answer of ours is still open),
 * `unreachable` (kept; `resume` sends it) and `peer-refused` with the creditor's code.
 */
export async function inquire(
  context: AgentContext,
  { key, inquiry }: { readonly key: ThreadKey; readonly inquiry: Inquiry },
  deliver: Deliver,
): Promise<Result<StatusMessage | QuoteMessage, AgentRefusal>> {
  if ((await activeEnrolment(context, key.enrolmentId)) === undefined) {
    return err({ code: 'not-found' })
  }
  let last: AgentRefusal = { code: 'busy' }
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    // What waits from an earlier try goes first: one message of ours is open at a time.
    await deliver(key)
    const said = await say(context, key, inquiry)
    if (!said.ok) return said
    await deliver(key)
    const answer = answerTo(await context.store.thread(key), said.value)
    if (answer.ok || !AGAIN_CODES.has(answer.error.detail ?? '')) return answer
    last = answer.error
  }
  return err(last)
}

/** The quote in an answer; refuses `content-invalid` for one about another day. */
export function asQuote(
  answer: Result<StatusMessage | QuoteMessage, AgentRefusal>,
  asOf: Day,
): Result<QuoteMessage, AgentRefusal> {
  if (!answer.ok) return answer
  const isQuote = 'asOf' in answer.value && answer.value.asOf === asOf
  return isQuote ? ok(answer.value as QuoteMessage) : err({ code: 'content-invalid' })
}

/** The payoff in an answer; refuses `content-invalid` for a quote that does not end a plan. */
export function asPayoff(
  answer: Result<StatusMessage | QuoteMessage, AgentRefusal>,
  asOf: Day,
): Result<QuoteMessage, AgentRefusal> {
  const quote = asQuote(answer, asOf)
  if (!quote.ok) return quote
  return quote.value.payoff === undefined ? err({ code: 'content-invalid' }) : quote
}

/** The status in an answer; refuses `content-invalid` for anything else. */
export function asStatus(
  answer: Result<StatusMessage | QuoteMessage, AgentRefusal>,
): Result<StatusMessage, AgentRefusal> {
  if (!answer.ok) return answer
  return 'claim' in answer.value ? ok(answer.value) : err({ code: 'content-invalid' })
}

async function say(
  context: AgentContext,
  key: ThreadKey,
  inquiry: Inquiry,
): Promise<Result<ThreadMessage, AgentRefusal>> {
  type Said = Result<ThreadMessage, AgentRefusal>
  const said = await changeThread<Said>(context, key, async (thread) => {
    const refuse = (error: AgentRefusal) => ({ thread: null, outcome: err(error) })
    if (thread === undefined || thread.proof !== null) return refuse({ code: 'not-found' })
    if (openMessage(thread) !== null) return refuse({ code: 'busy' })
    const objection = inquiry.objection(thread)
    if (objection !== null) return refuse(objection)
    const changed = await withInquiry(context, thread, inquiry)
    const message = changed.messages.at(-1)
    return message === undefined
      ? refuse({ code: 'busy' })
      : { thread: changed, outcome: ok(message) }
  })
  return said ?? err({ code: 'busy' })
}

function answerTo(
  thread: ThreadRecord | undefined,
  said: ThreadMessage,
): Result<StatusMessage | QuoteMessage, AgentRefusal> {
  const at = thread?.messages.findIndex(({ hash }) => hash === said.hash) ?? -1
  if (at < 0) {
    const refused = thread?.evidence.find(({ message }) => message === said.jws)
    return err({ code: 'peer-refused', detail: refused?.code ?? 'unknown' })
  }
  const reply = thread?.messages[at + 1]
  // It was verified and checked before it was kept.
  const peeked = peekClaims(reply?.jws)
  if (reply === undefined || !peeked.ok) return err({ code: 'unreachable' })
  return ok(peeked.value.payload as unknown as StatusMessage | QuoteMessage)
}
