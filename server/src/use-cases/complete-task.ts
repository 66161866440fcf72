// A member of staff ends a task, with or without an act on its claim. Act and end are written together,
// and the timeline says who did it, signed.
import { err, ok, type Result } from '@parley/sdk/protocol'
import type { WriteOffReason } from '../domain/claim/end-claim.ts'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import type { SetAsideReason } from '../domain/desk/booking-tasks.ts'
import {
  APPROVE_REFUND,
  BOOKING_ACTIONS,
  HAND_OVER_REVIEW,
  REVIEW_CONTEST,
  type TaskActionKind,
} from '../domain/desk/task-kinds.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { appendEvent } from '../storage/events.ts'
import { endTask, findTask, type Task } from '../storage/tasks.ts'
import { approveHandOver, type HandOverDeps } from './approve-hand-over.ts'
import { decideContest } from './decide-contest.ts'
import { approveRefund, refuseRefund } from './decide-refund.ts'
import type { Tx } from './deps.ts'
import { type ReleasableReason, releaseHold, type SettableReason, setHold } from './manage-holds.ts'
import { type MatchByHand, matchByHand } from './match-by-hand.ts'
import { type ResolveDispute, resolveDispute } from './resolve-dispute.ts'
import { setAsideBooking } from './set-aside-booking.ts'
import { signAct } from './sign-act.ts'
import { writeOffClaim } from './write-off-claim.ts'

/** What is done beside ending the task; each kind needs its own member. */
export interface TaskAction {
  kind: TaskActionKind
  /** For `resolve-dispute`. */
  resolution?: Pick<ResolveDispute, 'outcome' | 'credit' | 'text'>
  /** For `set-hold`; epoch seconds, null until it is released. */
  hold?: { reason: SettableReason; until: number | null }
  /** For `release-hold`. */
  release?: ReleasableReason
  /** For `write-off`. */
  writeOff?: WriteOffReason
  /** For `match-payment`. */
  allocations?: MatchByHand['allocations']
  /** For `set-aside`. */
  setAside?: SetAsideReason
}

export interface CompleteTask {
  creditorId: string
  taskId: string
  outcome: 'done' | 'dismissed'
  /** The member of staff who acts. */
  by: string
  action?: TaskAction
  note?: string
}

/** Rolls the act back: somebody else ended the task meanwhile. */
class TaskEnded extends Error {
  readonly code = 'task-ended'
}

const NOTE_LENGTH = 500

/**
 * Ends a task. The same end by the same person again has no effect. Refuses `text-invalid`, `not-found`,
 * `task-ended`, `action-invalid` (an act that the task or its outcome does not take, or without what it
 * needs), and as the act does.
 */
export async function completeTask(
  deps: HandOverDeps,
  command: CompleteTask,
): Promise<Result<void, Refusal>> {
  const { by, note } = command
  const refused =
    textRefusal(by, 70, '/by') ??
    (note === undefined ? undefined : textRefusal(note, NOTE_LENGTH, '/note'))
  if (refused !== undefined) return err(refused)
  const task = await findTask(deps.db, command)
  if (task === undefined) return err(refusal('not-found', 'you have no task with this id'))
  if (task.state !== 'open') return endedBefore(task, command)
  const unfit = refuseAction(task, command)
  if (unfit !== undefined) return err(unfit)
  const about = claimOf(task)
  if (about === undefined) return await placeBooking(deps, task, command)
  try {
    return await act(deps, about, command)
  } catch (error) {
    if (!(error instanceof TaskEnded)) throw error
    const ended = await findTask(deps.db, command)
    return endedBefore(ended ?? task, command)
  }
}

/** A task about a claim; undefined for one about money that nobody has placed. */
type ClaimTask = Task & { claimId: string }

function claimOf(task: Task): ClaimTask | undefined {
  const { claimId } = task
  return claimId === null ? undefined : { ...task, claimId }
}

/** Money is placed by an act alone, which ends the task by itself: it is never lost from view. */
async function placeBooking(
  deps: HandOverDeps,
  { creditorId, transactionId }: Task,
  { by, note, action = { kind: 'none' } }: CompleteTask,
): Promise<Result<void, Refusal>> {
  const byHand = { creditorId, transactionId: transactionId ?? '', by, note }
  const { kind, allocations, setAside } = action
  if (kind === 'match-payment' && allocations !== undefined) {
    return pointed(await matchByHand(deps, { ...byHand, allocations }), '')
  }
  if (kind === 'set-aside' && setAside !== undefined) {
    return await setAsideBooking(deps, { ...byHand, reason: setAside })
  }
  const detail = 'match this money or set it aside: it does not end otherwise'
  return err(refusal('action-invalid', detail, '/action/kind'))
}

function endedBefore(task: Task, { outcome, by }: CompleteTask): Result<void, Refusal> {
  if (task.state === outcome && task.endedBy === by) return ok(undefined)
  return err(refusal('task-ended', `the task was ended by ${task.endedBy ?? 'somebody else'}`))
}

async function act(
  deps: HandOverDeps,
  task: ClaimTask,
  command: CompleteTask,
): Promise<Result<void, Refusal>> {
  const end = await prepareEnd(deps, task, command)
  const done = await applyAction(deps, { task, command, along: end })
  if (!done.ok) return await refusedUnlessEnded(deps, { done, task, command })
  // What was so before had no effect to write, and so nothing that the end could go along with.
  const now = await findTask(deps.db, task)
  if (now?.state === 'open') {
    await deps.db.transaction().execute(end)
    deps.outboxChanged()
  }
  return ok(undefined)
}

/** Whoever was faster may have made the act impossible: then that the task has ended says more. */
async function refusedUnlessEnded(
  deps: HandOverDeps,
  { done, task, command }: { done: Result<void, Refusal>; task: Task; command: CompleteTask },
): Promise<Result<void, Refusal>> {
  const now = await findTask(deps.db, task)
  return now === undefined || now.state === 'open' ? done : endedBefore(now, command)
}

/** Signs the act; the function that it returns writes the end of the task with it. */
async function prepareEnd(deps: HandOverDeps, task: ClaimTask, command: CompleteTask) {
  const { outcome, by, note, action } = command
  const { creditorId, claimId, taskId, kind } = task
  const at = deps.clock.now()
  const event = await signAct(deps, {
    creditorId,
    claimId,
    type: `task.${outcome}`,
    at,
    data: {
      taskId,
      kind,
      by,
      outcome,
      action: action?.kind ?? 'none',
    },
    ...(note === undefined ? {} : { words: { note } }),
  })
  return async (tx: Tx) => {
    if (!(await endTask(tx, task, { state: outcome, at, by }))) throw new TaskEnded()
    await appendEvent(tx, event)
  }
}

async function applyAction(
  deps: HandOverDeps,
  context: { task: ClaimTask; command: CompleteTask; along: (tx: Tx) => Promise<void> },
): Promise<Result<void, Refusal>> {
  const { task, command, along } = context
  const { creditorId, claimId } = task
  const key = { creditorId, claimId }
  const { by, note, action = { kind: 'none' } } = command
  const { kind, resolution, hold, release, writeOff } = action
  if (kind === 'resolve-dispute' && resolution !== undefined) {
    return pointed(await resolveDispute(deps, { ...key, ...resolution, along }), 'resolution')
  }
  if (kind === 'set-hold' && hold !== undefined) {
    return pointed(await setHold(deps, { ...key, ...hold, along }), 'hold')
  }
  if (kind === 'release-hold' && release !== undefined) {
    return await releaseHold(deps, { ...key, reason: release, along })
  }
  if (kind === 'write-off' && writeOff !== undefined) {
    return await writeOffClaim(deps, { ...key, reason: writeOff, by, along })
  }
  if (kind === 'approve-hand-over') return await approveHandOver(deps, { ...key, by, along })
  // The task of a contest, and that of a refund, is named after it.
  if (kind === 'uphold-contest' || kind === 'reject-contest') {
    const outcome = kind === 'uphold-contest' ? 'upheld' : 'rejected'
    return await decideContest(deps, { creditorId, contestId: task.origin, outcome, by, along })
  }
  const refund = { creditorId: task.creditorId, refundId: task.origin, by, along }
  if (kind === 'approve-refund') return withoutValue(await approveRefund(deps, refund))
  if (kind === 'refuse-refund') {
    return withoutValue(
      await refuseRefund(deps, { ...refund, reason: note ?? 'refused at the desk' }),
    )
  }
  return ok(undefined)
}

function withoutValue(done: Result<unknown, Refusal>): Result<void, Refusal> {
  return done.ok ? ok(undefined) : done
}

/** A refusal of an act names the member of its own body: here that body is a member. */
function pointed(done: Result<void, Refusal>, member: string): Result<void, Refusal> {
  if (done.ok || done.error.pointer === undefined) return done
  const path = member === '' ? '/action' : `/action/${member}`
  return err({ ...done.error, pointer: `${path}${done.error.pointer}` })
}

/** The member without which an act cannot be done. */
const NEEDS: Partial<Record<TaskActionKind, Exclude<keyof TaskAction, 'kind'>>> = {
  'resolve-dispute': 'resolution',
  'set-hold': 'hold',
  'release-hold': 'release',
  'write-off': 'writeOff',
  'match-payment': 'allocations',
  'set-aside': 'setAside',
}

function refuseAction(task: Task, { outcome, action }: CompleteTask): Refusal | undefined {
  const pointer = '/action/kind'
  const isContest = action?.kind === 'uphold-contest' || action?.kind === 'reject-contest'
  if (isContest !== (task.kind === REVIEW_CONTEST)) {
    return refusal('action-invalid', 'what is contested is upheld or rejected', pointer)
  }
  if (action === undefined || action.kind === 'none') return undefined
  const { kind } = action
  if (BOOKING_ACTIONS.includes(kind) !== (task.claimId === null)) {
    return refusal('action-invalid', 'money takes other acts than a claim', pointer)
  }
  const isHandOver = kind === 'approve-hand-over' || kind === 'refuse-hand-over'
  if (isHandOver && task.kind !== HAND_OVER_REVIEW) {
    return refusal('action-invalid', 'only a hand-over-review decides on a hand-over', pointer)
  }
  const isRefund = kind === 'approve-refund' || kind === 'refuse-refund'
  if (isRefund && task.kind !== APPROVE_REFUND) {
    return refusal('action-invalid', 'only an approve-refund decides on a refund', pointer)
  }
  if (outcome === 'dismissed' && kind !== 'refuse-hand-over') {
    return refusal('action-invalid', 'a task that is dismissed has no act', pointer)
  }
  if (outcome === 'done' && kind === 'refuse-hand-over') {
    return refusal('action-invalid', 'a hand-over is refused by dismissing its task', pointer)
  }
  const needed = NEEDS[kind]
  if (needed === undefined || action[needed] !== undefined) return undefined
  return refusal('action-invalid', `${kind} needs ${needed}`, `/action/${needed}`)
}
