// A member of staff ends a task, with or without an act on its claim. Act and end are written together,
// and the timeline says who did it, signed.
import { err, ok, type Result } from '@parley/sdk/protocol'
import type { WriteOffReason } from '../domain/claim/end-claim.ts'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import { APPROVE_REFUND, HAND_OVER_REVIEW, type TaskActionKind } from '../domain/desk/task-kinds.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { appendEvent } from '../storage/events.ts'
import { endTask, findTask, type Task } from '../storage/tasks.ts'
import { approveHandOver, type HandOverDeps } from './approve-hand-over.ts'
import { approveRefund, refuseRefund } from './decide-refund.ts'
import type { Tx } from './deps.ts'
import { type ReleasableReason, releaseHold, type SettableReason, setHold } from './manage-holds.ts'
import { type ResolveDispute, resolveDispute } from './resolve-dispute.ts'
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
  try {
    return await act(deps, task, command)
  } catch (error) {
    if (!(error instanceof TaskEnded)) throw error
    const ended = await findTask(deps.db, command)
    return endedBefore(ended ?? task, command)
  }
}

function endedBefore(task: Task, { outcome, by }: CompleteTask): Result<void, Refusal> {
  if (task.state === outcome && task.endedBy === by) return ok(undefined)
  return err(refusal('task-ended', `the task was ended by ${task.endedBy ?? 'somebody else'}`))
}

async function act(
  deps: HandOverDeps,
  task: Task,
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
async function prepareEnd(deps: HandOverDeps, task: Task, command: CompleteTask) {
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
      ...(note === undefined ? {} : { note }),
    },
  })
  return async (tx: Tx) => {
    if (!(await endTask(tx, task, { state: outcome, at, by }))) throw new TaskEnded()
    await appendEvent(tx, event)
  }
}

async function applyAction(
  deps: HandOverDeps,
  context: { task: Task; command: CompleteTask; along: (tx: Tx) => Promise<void> },
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
  // The task of a refund is named after it.
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
  return err({ ...done.error, pointer: `/action/${member}${done.error.pointer}` })
}

/** The member without which an act cannot be done. */
const NEEDS: Partial<Record<TaskActionKind, Exclude<keyof TaskAction, 'kind'>>> = {
  'resolve-dispute': 'resolution',
  'set-hold': 'hold',
  'release-hold': 'release',
  'write-off': 'writeOff',
}

function refuseAction(task: Task, { outcome, action }: CompleteTask): Refusal | undefined {
  if (action === undefined || action.kind === 'none') return undefined
  const { kind } = action
  const pointer = '/action/kind'
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
