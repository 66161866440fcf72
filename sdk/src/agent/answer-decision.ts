// Takes a decision in a conversation and, if it calls for one, adds the signed answer. The record it
// returns is kept as one: a decision without its answer is never stored.

import { dayInZone } from '../protocol/days.ts'
import { checkedMoney, withAnswer } from './answer.ts'
import { commitmentsOf } from './commitments.ts'
import type { AgentContext } from './context.ts'
import { type Decision, type DecisionHistory, decide } from './decide.ts'
import type { ThreadRecord } from './store.ts'
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
  return withAnswer(decided, decision, { ...context, now })
}

async function historyOf(
  { store }: AgentContext,
  thread: ThreadRecord,
  confirmed: boolean,
): Promise<DecisionHistory> {
  const threads = await store.threads()
  const { currency } = thread.request.amount
  const duplicateOf = findDuplicate(thread, threads)
  return {
    counterMade: thread.counterMade,
    answersMade: thread.messages.filter(({ from }) => from === 'agent').length,
    confirmed,
    partlyPaid: thread.receipts.length > 0,
    commitments: commitmentsOf(threads, { except: thread, currency }),
    ...(duplicateOf === undefined ? {} : { duplicateOf }),
  }
}

/** Another conversation about the same reference or request that is agreed, settled or close to. */
function findDuplicate(thread: ThreadRecord, threads: readonly ThreadRecord[]): string | undefined {
  const { request, enrolmentId, thr } = thread
  return threads.find(
    (other) =>
      other.enrolmentId === enrolmentId &&
      other.thr !== thr &&
      (other.stage === 'agreed' || other.stage === 'answering' || other.ending === 'settled') &&
      (other.request.requestId === request.requestId ||
        other.request.remittance.reference === request.remittance.reference),
  )?.request.requestId
}
