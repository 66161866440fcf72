// Work for the creditor's own people. What a person wrote is sealed; the rest says what is to be done
// until when.
import { type Selectable, sql } from 'kysely'
import type { ClaimState } from '../domain/claim/claim.ts'
import { detailsPlace as bookingPlace, readDetails } from './bank-transactions.ts'
import type { Database, Tx } from './database.ts'
import { OF_CREDITOR } from './keyring.ts'
import { openNames } from './sealed-debtors.ts'
import { openFields, sealFields } from './sealed-fields.ts'
import type { TasksTable } from './tables/dunning.ts'

export interface TaskKey {
  creditorId: string
  taskId: string
}

/** Either about a claim and its debtor, or about a booking. */
export interface NewTask extends TaskKey {
  claimId: string | null
  debtorId: string | null
  transactionId?: string | null
  /** A code, such as `look-into-dispute`. */
  kind: string
  /** What called for it; the same kind of task for the same origin is written once. */
  origin: string
  /** JSON; null when the claim says all that is needed, and once the person was erased. */
  details: string | null
  /** Epoch seconds. */
  dueAt: number
  createdAt: number
}

/** A task about a claim. */
export interface NewClaimTask extends NewTask {
  claimId: string
  debtorId: string
}

export interface Task extends NewTask {
  transactionId: string | null
  state: 'open' | 'done' | 'dismissed'
  endedAt: number | null
  /** Who ended it. */
  endedBy: string | null
}

/** Writes tasks. Returns the ids of those that nobody wrote before. */
export async function insertTasks(tx: Tx, tasks: readonly NewTask[]): Promise<string[]> {
  if (tasks.length === 0) return []
  const details = await sealFields(
    tx,
    tasks.map(({ creditorId, debtorId, taskId, details: text }) => ({
      creditorId,
      personId: debtorId ?? OF_CREDITOR,
      place: detailsPlace(taskId),
      text: text ?? '',
    })),
  )
  const rows = await tx
    .insertInto('tasks')
    .values(
      tasks.map((task, index) => ({
        creditor_id: task.creditorId,
        task_id: task.taskId,
        claim_id: task.claimId,
        debtor_id: task.debtorId,
        transaction_id: task.transactionId ?? null,
        kind: task.kind,
        origin: task.origin,
        details: task.details === null ? null : (details[index] ?? null),
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
  return await toTasks(db, rows)
}

/** Every task about a claim, the first one first. */
export async function tasksOfClaim(
  db: Database | Tx,
  { creditorId, claimId }: { creditorId: string; claimId: string },
): Promise<Task[]> {
  const rows = await db
    .selectFrom('tasks')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .where('claim_id', '=', claimId)
    .orderBy('created_at')
    .orderBy('task_id')
    .execute()
  return await toTasks(db, rows)
}

/** An open task with what a list shows of its claim, or of its booking. */
export interface TaskRow extends Task {
  /** Of the claim; null for a task about a booking. */
  invoiceNumber: string | null
  currency: string
  claimState: ClaimState | null
  /** What is owed, or the money that waits, in minor units. */
  outstanding: bigint
  /** Or the payer, where the bank names one. */
  debtorName: string | null
  /** What happened last to the claim. */
  lastEvent: string | null
  /** The day on which it is due, as days since the epoch in UTC: what a page is ordered by. */
  dueDayNumber: number
}

/** Where a page of tasks went on to: the place of its last row. */
export interface TaskPlace {
  dueDayNumber: number
  outstanding: bigint
  taskId: string
}

const DUE_DAY = sql<number>`tasks.due_at / 86400`
/** What is owed, or the money that waits. */
const OUTSTANDING = sql<bigint>`coalesce(
  claims.principal + claims.price - claims.credit - claims.paid, bank_transactions.amount)`

/** Ends of tasks are no news about the claim. */
const LAST_EVENT = sql<string | null>`(select e.type from events e
  where e.creditor_id = tasks.creditor_id and e.claim_id = tasks.claim_id
    and e.type not like 'task.%'
  order by e.event_id desc limit 1)`

/** A page of open tasks: what is due first, and of one day the largest amount first. */
export async function pageOfOpenTasks(
  db: Database,
  query: {
    creditorId: string
    kind?: string | undefined
    after?: TaskPlace | undefined
    limit: number
  },
): Promise<TaskRow[]> {
  const { after } = query
  let select = tasksWithClaims(db, query.creditorId).where('tasks.state', '=', 'open')
  if (query.kind !== undefined) select = select.where('tasks.kind', '=', query.kind)
  if (after !== undefined) {
    select = select.where(
      sql<boolean>`(${DUE_DAY}, -(${OUTSTANDING}), tasks.task_id)
        > (${after.dueDayNumber}::int8, ${-after.outstanding}::numeric, ${after.taskId})`,
    )
  }
  const rows = await select
    .orderBy(DUE_DAY)
    .orderBy(OUTSTANDING, 'desc')
    .orderBy('tasks.task_id')
    .limit(query.limit)
    .execute()
  return await toTaskRows(db, rows)
}

/** A task with its claim, whatever became of it; undefined for another creditor's. */
export async function findTaskRow(db: Database, key: TaskKey): Promise<TaskRow | undefined> {
  const row = await tasksWithClaims(db, key.creditorId)
    .where('tasks.task_id', '=', key.taskId)
    .executeTakeFirst()
  return row === undefined ? undefined : (await toTaskRows(db, [row]))[0]
}

/** The kinds of a creditor's open tasks, and how many there are of each. */
export async function openTaskCounts(
  db: Database,
  creditorId: string,
): Promise<{ kind: string; count: number }[]> {
  return await db
    .selectFrom('tasks')
    .select((eb) => ['kind', eb.fn.countAll<number>().as('count')])
    .where('creditor_id', '=', creditorId)
    .where('state', '=', 'open')
    .groupBy('kind')
    .orderBy('kind')
    .execute()
}

function tasksWithClaims(db: Database, creditorId: string) {
  return db
    .selectFrom('tasks')
    .leftJoin('claims', (join) =>
      join
        .onRef('claims.creditor_id', '=', 'tasks.creditor_id')
        .onRef('claims.claim_id', '=', 'tasks.claim_id'),
    )
    .leftJoin('debtors', (join) =>
      join
        .onRef('debtors.creditor_id', '=', 'tasks.creditor_id')
        .onRef('debtors.debtor_id', '=', 'tasks.debtor_id'),
    )
    .leftJoin('bank_transactions', (join) =>
      join
        .onRef('bank_transactions.creditor_id', '=', 'tasks.creditor_id')
        .onRef('bank_transactions.transaction_id', '=', 'tasks.transaction_id'),
    )
    .selectAll('tasks')
    .select([
      'claims.invoice_number',
      sql<string>`coalesce(claims.currency, bank_transactions.currency)`.as('currency'),
      'claims.claim_state',
      'debtors.name',
      'bank_transactions.details as booking',
      OUTSTANDING.as('outstanding'),
      DUE_DAY.as('due_day_number'),
      LAST_EVENT.as('last_event'),
    ])
    .where('tasks.creditor_id', '=', creditorId)
}

type JoinedRow = Awaited<ReturnType<ReturnType<typeof tasksWithClaims>['executeTakeFirstOrThrow']>>

async function toTaskRows(db: Database | Tx, rows: readonly JoinedRow[]): Promise<TaskRow[]> {
  const tasks = await toTasks(db, rows)
  const names = await openNames(db, rows)
  const bookings = await openFields(
    db,
    rows.map((row) => ({
      creditorId: row.creditor_id,
      place: bookingPlace(row.transaction_id ?? ''),
      sealed: row.booking,
    })),
  )
  return rows.map((row, index) => ({
    ...(tasks[index] as Task),
    invoiceNumber: row.invoice_number,
    currency: row.currency,
    claimState: row.claim_state as ClaimState | null,
    outstanding: row.outstanding,
    debtorName: names[index] ?? payerOf(bookings[index] ?? null),
    lastEvent: row.last_event,
    dueDayNumber: row.due_day_number,
  }))
}

function payerOf(booking: string | null): string | null {
  return readDetails(booking).debtorName ?? null
}

export async function findTask(db: Database | Tx, key: TaskKey): Promise<Task | undefined> {
  const row = await db
    .selectFrom('tasks')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('task_id', '=', key.taskId)
    .executeTakeFirst()
  return row === undefined ? undefined : (await toTasks(db, [row]))[0]
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

/** Ends the open task about a booking: what it asked for has happened. */
export async function endTasksOfBooking(
  tx: Tx,
  booking: { creditorId: string; transactionId: string },
  { at, by }: { at: number; by: string },
): Promise<void> {
  await tx
    .updateTable('tasks')
    .set({ state: 'done', ended_at: at, ended_by: by })
    .where('creditor_id', '=', booking.creditorId)
    .where('transaction_id', '=', booking.transactionId)
    .where('state', '=', 'open')
    .execute()
}

/** Ends the open tasks of a kind that a claim has: what they asked for has happened. */
export async function endTasksOfKind(
  tx: Tx,
  claim: { creditorId: string; claimId: string },
  { kind, at, by, origin }: { kind: string; at: number; by: string; origin?: string },
): Promise<void> {
  let update = tx
    .updateTable('tasks')
    .set({ state: 'done', ended_at: at, ended_by: by })
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('kind', '=', kind)
    .where('state', '=', 'open')
  if (origin !== undefined) update = update.where('origin', '=', origin)
  await update.execute()
}

async function toTasks(
  db: Database | Tx,
  rows: readonly Selectable<TasksTable>[],
): Promise<Task[]> {
  const details = await openFields(
    db,
    rows.map((row) => ({
      creditorId: row.creditor_id,
      place: detailsPlace(row.task_id),
      sealed: row.details,
    })),
  )
  return rows.map((row, index) => ({
    creditorId: row.creditor_id,
    taskId: row.task_id,
    claimId: row.claim_id,
    debtorId: row.debtor_id,
    transactionId: row.transaction_id,
    kind: row.kind,
    origin: row.origin,
    details: details[index] ?? null,
    dueAt: row.due_at,
    state: row.state as Task['state'],
    createdAt: row.created_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
  }))
}

const detailsPlace = (taskId: string) => `tasks.details ${taskId}`
