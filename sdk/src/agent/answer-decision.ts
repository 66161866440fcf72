// Takes a decision in a conversation and, if it calls for one, adds the signed answer. The record it
// returns is kept as one: a decision without its answer is never stored.

import { dayInZone } from '../protocol/days.ts'
import { checkedMoney, withAnswer } from './answer.ts'
import { commitmentsOf, creditorOf, spentOf } from './commitments.ts'
import type { AgentContext } from './context.ts'
import { type Decision, type DecisionHistory, decide } from './decide.ts'
import type { Enrolment } from './enrolment.ts'
import { resemblesKnown } from './known-names.ts'
import { signingKeyFor } from './own-keys.ts'
import { accountStanding, isCoolingOff } from './pinned-account.ts'
import type { ThreadMessage, ThreadRecord } from './store.ts'
import { ended, stageAfter } from './thread.ts'

/** Decides on the latest menu; a menu that is no longer firm ends the conversation as `expired`. */
export async function withDecision(
  context: AgentContext,
  thread: ThreadRecord,
  options: { readonly confirmed: boolean },
): Promise<ThreadRecord> {
  const now = context.clock()
  if (thread.menuUntil <= now) return ended(thread, 'expired')
  const decision = decide({
    principal: checkedMoney(thread.request.amount),
    menu: thread.menu,
    today: dayInZone(now, thread.request.timeZone),
    cashFlow: await context.readCashFlow(),
    policy: await context.readPolicy(),
    history: await historyOf(context, thread, options.confirmed),
  })
  return withGivenDecision(context, thread, decision)
}

/** Keeps a decision that was taken elsewhere, such as by the person, and answers with it. */
export async function withGivenDecision(
  context: AgentContext,
  thread: ThreadRecord,
  decision: Decision,
): Promise<ThreadRecord> {
  const now = context.clock()
  const decided: ThreadRecord = {
    ...thread,
    stage: stageAfter(decision.kind),
    decisions: [...thread.decisions, { at: now, decision }],
  }
  if (decision.kind === 'ask' || decision.kind === 'quiet') return decided
  const key = await signingKeyFor(context, thread.enrolmentId)
  return withAnswer(decided, decision, { ...context, key, now })
}

async function historyOf(
  { store, clock }: AgentContext,
  thread: ThreadRecord,
  confirmed: boolean,
): Promise<DecisionHistory> {
  const threads = await store.threads()
  const enrolments = await store.enrolments()
  const { currency } = thread.request.amount
  const duplicateOf = findDuplicate(thread, threads)
  return {
    counterMade: thread.counterMade,
    answersMade: thread.messages.filter(isAnswer).length,
    confirmed,
    // What was paid of the plan before is no part of what another plan is made over.
    partlyPaid: thread.former === null && thread.receipts.length > 0,
    disputed: thread.disputed !== null && !/^[0.]+$/.test(thread.disputed.value),
    creditor: creditorOf(thread),
    commitments: commitmentsOf(threads, { except: thread, currency }),
    spent: spentOf(threads, currency),
    ...creditorFacts(thread, enrolments, clock()),
    ...(duplicateOf === undefined ? {} : { duplicateOf }),
  }
}

/** What is known of the creditor: another one's name, another account. */
function creditorFacts(
  { enrolmentId, request }: ThreadRecord,
  enrolments: readonly Enrolment[],
  now: number,
): Pick<DecisionHistory, 'looksLike' | 'accountChanging'> {
  const enrolment = enrolments.find(({ id }) => id === enrolmentId)
  if (enrolment?.state !== 'active') return {}
  const { creditor, timeZone } = request
  const { server, enrolledAt: since } = enrolment
  const named = { server, creditorId: creditor.id, name: creditor.name, since }
  const looksLike = enrolment.looksLike ?? resemblesKnown(enrolments, named)
  const moment = { today: dayInZone(now, timeZone), now }
  const isPinned = accountStanding(enrolment, creditor, moment) === 'pinned'
  const accountChanging = isCoolingOff(enrolment, moment) || !isPinned
  return { accountChanging, ...(looksLike === null ? {} : { looksLike }) }
}

function isAnswer({ from, kind }: ThreadMessage): boolean {
  return from === 'agent' && (kind === 'accept' || kind === 'counter' || kind === 'decline')
}

/** Another bill of the same creditor with this reference or id that is agreed, paid or close to. */
function findDuplicate(thread: ThreadRecord, threads: readonly ThreadRecord[]): string | undefined {
  const { request, enrolmentId, thr } = thread
  return threads.find(
    (other) =>
      !(other.enrolmentId === enrolmentId && other.thr === thr) &&
      creditorOf(other) === creditorOf(thread) &&
      isPaidOrClose(other) &&
      (other.request.requestId === request.requestId ||
        other.request.remittance.reference === request.remittance.reference),
  )?.request.requestId
}

function isPaidOrClose({ stage, ending, receipts }: ThreadRecord): boolean {
  const isClose = stage === 'agreed' || stage === 'answering'
  return isClose || ending === 'settled' || receipts.length > 0
}
