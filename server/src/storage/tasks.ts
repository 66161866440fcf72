// Work for the creditor's own people. What a person wrote is sealed; the rest says what is to be done
// until when.
import type { Database, Tx } from './database.ts'

export interface TaskKey {
  creditorId: string
  taskId: string
}

export interface NewTask extends TaskKey {
  claimId: string
  debtorId: string
  /** A code, such as `look-into-dispute`. */
  kind: string
  /** What called for it; the same kind of task for the same origin is written once. */
  origin: string
  /** Sealed JSON; null when the claim says all that is needed. */
  details: Buffer | null
  /** Epoch seconds. */
  dueAt: number
  createdAt: number
}

export interface Task extends NewTask {
  state: 'open' | 'done' | 'dismissed'
  endedAt: number | null
  /** Who ended it. */
  endedBy: string | null
}

/** Writes tasks. Returns the ids of those that nobody wrote before. */
export async function insertTasks(tx: Tx, tasks: readonly NewTask[]): Promise<string[]> {
  if (tasks.length === 0) return []
  const rows = await tx
    .insertInto('tasks')
    .values(
      tasks.map((task) => ({
        creditor_id: task.creditorId,
        task_id: task.taskId,
        claim_id: task.claimId,
        debtor_id: task.debtorId,
        kind: task.kind,
        origin: task.origin,
        details: task.details,
        due_at: task.dueAt,
        created_at: task.createdAt,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['creditor_id', 'claim_id', 'kind', 'origin']).doNothing(),
    )
    .returning('task_id')
    .execute()
  return rows.map((row) => row.task_id)
}

/** Open tasks of a creditor, the most urgent first. */
export async function openTasks(
  db: Database,
  query: { creditorId: string; limit: number },
): Promise<Task[]> {
  const rows = await db
    .selectFrom('tasks')
    .selectAll()
    .where('creditor_id', '=', query.creditorId)
    .where('state', '=', 'open')
    .orderBy('due_at')
    .orderBy('task_id')
    .limit(query.limit)
    .execute()
  return rows.map(toTask)
}

export async function findTask(db: Database | Tx, key: TaskKey): Promise<Task | undefined> {
  const row = await db
    .selectFrom('tasks')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('task_id', '=', key.taskId)
    .executeTakeFirst()
  return row === undefined ? undefined : toTask(row)
}

/** Ends an open task. Returns false when it had ended before. */
export async function endTask(
  tx: Tx,
  key: TaskKey,
  end: { state: 'done' | 'dismissed'; at: number; by: string },
): Promise<boolean> {
  const result = await tx
    .updateTable('tasks')
    .set({ state: end.state, ended_at: end.at, ended_by: end.by })
    .where('creditor_id', '=', key.creditorId)
    .where('task_id', '=', key.taskId)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Ends the open tasks of a kind that a claim has: what they asked for has happened. */
export async function endTasksOfKind(
  tx: Tx,
  claim: { creditorId: string; claimId: string },
  { kind, at, by }: { kind: string; at: number; by: string },
): Promise<void> {
  await tx
    .updateTable('tasks')
    .set({ state: 'done', ended_at: at, ended_by: by })
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('kind', '=', kind)
    .where('state', '=', 'open')
    .execute()
}

function toTask(row: {
  creditor_id: string
  task_id: string
  claim_id: string
  debtor_id: string
  kind: string
  origin: string
  details: Buffer | null
  due_at: number
  state: string
  created_at: number
  ended_at: number | null
  ended_by: string | null
}): Task {
  return {
    creditorId: row.creditor_id,
    taskId: row.task_id,
    claimId: row.claim_id,
    debtorId: row.debtor_id,
    kind: row.kind,
    origin: row.origin,
    details: row.details,
    dueAt: row.due_at,
    state: row.state as Task['state'],
    createdAt: row.created_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
  }
}
