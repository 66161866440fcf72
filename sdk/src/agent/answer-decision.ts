// Takes a decision in a conversation and, if it calls for one, adds the signed answer. The record it
// returns is kept as one: a decision without its answer is never stored.

import { dayInZone } from '../protocol/days.ts'
import { checkedMoney, withAnswer } from './answer.ts'
import { commitmentsOf, creditorOf, spentOf } from './commitments.ts'
import type { AgentContext } from './context.ts'
import { type Decision, type DecisionHistory, decide } from './decide.ts'
import type { Enrolment } from './enrolment.ts'
import { findDuplicate } from './find-duplicate.ts'
import type { FraudWarning } from './fraud-warning.ts'
import { resemblesKnown } from './known-names.ts'
import { signingKeyFor } from './own-keys.ts'
import { accountStanding, isCoolingOff } from './pinned-account.ts'
import type { ThreadMessage, ThreadRecord } from './store.ts'
import { ended, stageAfter } from './thread.ts'
import { amountsBefore, unusualAmount } from './unusual-amount.ts'

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
    warnings: warningsAbout(thread, { threads, enrolments, now: clock() }),
  }
}

interface Known {
  readonly threads: readonly ThreadRecord[]
  readonly enrolments: readonly Enrolment[]
  /** Epoch seconds. */
  readonly now: number
}

/** What the person has to look at, the most serious first. Spec: FRD-01 to FRD-03. */
function warningsAbout(thread: ThreadRecord, { threads, enrolments, now }: Known): FraudWarning[] {
  const duplicate = findDuplicate(thread, threads)
  const amount = checkedMoney(thread.request.amount)
  const unusual = unusualAmount(amount, amountsBefore(thread, threads))
  return [
    ...creditorWarnings(thread, enrolments, now),
    ...(duplicate === undefined ? [] : [duplicate]),
    ...(unusual === undefined ? [] : [unusual]),
  ]
}

/** What is known of the creditor: another one's name, another account. */
function creditorWarnings(
  { enrolmentId, request }: ThreadRecord,
  enrolments: readonly Enrolment[],
  now: number,
): FraudWarning[] {
  const enrolment = enrolments.find(({ id }) => id === enrolmentId)
  if (enrolment?.state !== 'active') return []
  const { creditor, timeZone } = request
  const { server, enrolledAt: since } = enrolment
  const named = { server, creditorId: creditor.id, name: creditor.name, since }
  const looksLike = enrolment.looksLike ?? resemblesKnown(enrolments, named)
  const moment = { today: dayInZone(now, timeZone), now }
  const isPinned = accountStanding(enrolment, creditor, moment) === 'pinned'
  const isChanging = isCoolingOff(enrolment, moment) || !isPinned
  const { iban } = enrolment.announced?.creditor.account ?? creditor.account
  return [
    ...(looksLike === null ? [] : [{ code: 'look-alike' as const, looksLike }]),
    ...(isChanging ? [{ code: 'account-change' as const, iban }] : []),
  ]
}

function isAnswer({ from, kind }: ThreadMessage): boolean {
  return from === 'agent' && (kind === 'accept' || kind === 'counter' || kind === 'decline')
}
