// The work queue as staff see it: a page of open tasks, and one task with all that is needed to act.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { readTaskDetails, type TaskDetails } from '../domain/desk/task-details.ts'
import {
  APPROVE_REFUND,
  HAND_OVER_REVIEW,
  REVIEW_CONTEST,
  type Urgency,
  urgencyOf,
} from '../domain/desk/task-kinds.ts'
import type { CaseGap } from '../domain/hand-over/check-case-file.ts'
import type { IdentifiedFact } from '../domain/learning/customer-standing.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type Debtor, findDebtor } from '../storage/debtors.ts'
import { type EventRow, latestEvents } from '../storage/events.ts'
import { findLearntFact } from '../storage/learnt-facts.ts'
import { findContest, type ProfileContest } from '../storage/profile-contests.ts'
import { findRefund, type Refund } from '../storage/refunds.ts'
import {
  findTaskRow,
  openTaskCounts,
  pageOfOpenTasks,
  type TaskPlace,
  type TaskRow,
} from '../storage/tasks.ts'
import type { Deps } from './deps.ts'
import { type BankTransactionDetailView, readBankTransaction } from './read-bank-transaction.ts'
import { type CaseFileDeps, readCaseFile } from './read-case-file.ts'
import { type Page, type PaymentRequestView, readPaymentRequest } from './read-payment-requests.ts'

export type { TaskRow }

/** A task as lists show it. */
export interface TaskView extends TaskRow {
  urgency: Urgency
}

/** One task with what it is about, and what led to it. */
export type TaskDetailView = ClaimTaskView | BookingTaskView

/** A task about money that nobody has placed, or had. */
export interface BookingTaskView extends TaskView {
  about: 'booking'
  booking: BankTransactionDetailView
}

/** A task about a claim. */
export interface ClaimTaskView extends TaskView, TaskDetails {
  about: 'claim'
  paymentRequest: PaymentRequestView
  /** The newest events, the newest first. */
  timeline: EventRow[]
  /** Of a hand-over-review: what the file still lacks. */
  gaps: CaseGap[]
  /** Of a review-contest: what the customer says is not right. */
  contested: ContestedView | null
  /** Of an approve-refund: what is to be decided on. */
  refund: Refund | null
  /** Whom it is about, and how to reach them. */
  debtor: Debtor
}

/** What is contested, with the fact where it is one. */
export interface ContestedView {
  contest: ProfileContest
  fact: IdentifiedFact | null
}

type ReadDeps = Pick<Deps, 'db' | 'clock' | 'links' | 'vault' | 'journeys'> & CaseFileDeps

const TIMELINE = 20

/** A page of open tasks, the most urgent first; a cursor that is none begins anew. */
export async function listTasks(
  deps: Pick<Deps, 'db' | 'clock'>,
  query: {
    creditorId: string
    kind?: string | undefined
    cursor?: string | undefined
    limit: number
  },
): Promise<Page<TaskView>> {
  const { creditorId, kind, cursor, limit } = query
  const after = readPlace(cursor ?? '')
  const rows = await pageOfOpenTasks(deps.db, { creditorId, kind, after, limit: limit + 1 })
  const now = deps.clock.now()
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const next = rows.length > limit && last !== undefined ? writePlace(last) : null
  const data = page.map((row) => ({ ...row, urgency: urgencyOf(row.dueAt, now) }))
  return { data, next }
}

/** How many tasks are open, by kind. */
export async function countTasks(
  deps: Pick<Deps, 'db'>,
  { creditorId }: { creditorId: string },
): Promise<{ kind: string; count: number }[]> {
  return await openTaskCounts(deps.db, creditorId)
}

/** One task, also one that was ended. Refuses `not-found`. */
export async function readTask(
  deps: ReadDeps,
  key: { creditorId: string; taskId: string },
): Promise<Result<TaskDetailView, Refusal>> {
  const row = await findTaskRow(deps.db, key)
  if (row === undefined) return err(refusal('not-found', 'you have no task with this id'))
  const { creditorId, claimId, debtorId, transactionId } = row
  const urgency = urgencyOf(row.dueAt, deps.clock.now())
  if (claimId === null || debtorId === null) {
    const booking = await readBankTransaction(deps, {
      creditorId,
      transactionId: transactionId ?? '',
    })
    if (!booking.ok) return booking
    return ok({ ...row, urgency, about: 'booking', booking: booking.value })
  }
  const paymentRequest = await readPaymentRequest(deps, { creditorId, claimId })
  if (!paymentRequest.ok) return paymentRequest
  const timeline = await latestEvents(deps.db, { creditorId, claimId, limit: TIMELINE })
  const details = readTaskDetails(row.details)
  const gaps = await gapsOf(deps, { ...row, claimId })
  const contested = await contestedOf(deps, row)
  const refund = await refundOf(deps, row)
  const debtor = await findDebtor(deps.db, { creditorId, debtorId })
  if (debtor === undefined) throw new Error(`task ${row.taskId} has no debtor`)
  const about = { about: 'claim', debtor, paymentRequest: paymentRequest.value } as const
  return ok({ ...row, ...details, ...about, urgency, gaps, contested, refund, timeline })
}

/** The task of a contest is named after it. */
async function contestedOf(
  { db }: ReadDeps,
  { creditorId, kind, origin: contestId }: TaskRow,
): Promise<ContestedView | null> {
  if (kind !== REVIEW_CONTEST) return null
  const contest = await findContest(db, { creditorId, contestId })
  if (contest === undefined) return null
  const found = await findLearntFact(db, { creditorId, factId: contest.subject })
  return { contest, fact: found?.learnt ?? null }
}

/** The task of a refund is named after it. */
async function refundOf(
  { db }: ReadDeps,
  { creditorId, kind, origin: refundId }: TaskRow,
): Promise<Refund | null> {
  if (kind !== APPROVE_REFUND) return null
  return (await findRefund(db, { creditorId, refundId })) ?? null
}

async function gapsOf(
  deps: ReadDeps,
  { kind, state, ...row }: TaskRow & { claimId: string },
): Promise<CaseGap[]> {
  if (kind !== HAND_OVER_REVIEW || state !== 'open') return []
  const file = await readCaseFile(deps, row)
  return file.ok ? file.value.gaps : []
}

const PLACE = /^([0-9]{1,9})-(-?[0-9]{1,20})-([A-Za-z0-9_]{1,64})$/

function writePlace({ dueDayNumber, outstanding, taskId }: TaskPlace): string {
  return `${dueDayNumber}-${outstanding}-${taskId}`
}

function readPlace(cursor: string): TaskPlace | undefined {
  const [, day, value, taskId] = PLACE.exec(cursor) ?? []
  if (day === undefined || value === undefined || taskId === undefined) return undefined
  return { dueDayNumber: Number(day), outstanding: BigInt(value), taskId }
}
