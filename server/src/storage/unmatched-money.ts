// How much money waits for somebody to place it.
import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Unmatched credits of one currency. */
export interface UnmatchedMoney {
  currency: string
  count: number
  /** Minor units. */
  sum: bigint
  /** The day of the oldest, by the bank's booking day where it gave one. */
  oldest: string | null
}

/** What waits of a creditor, by currency. */
export async function unmatchedMoneyOf(
  db: Database,
  creditorId: string,
): Promise<UnmatchedMoney[]> {
  return await db
    .selectFrom('bank_transactions')
    .select((eb) => [
      'currency',
      eb.fn.countAll<number>().as('count'),
      sql<bigint>`sum(amount)`.as('sum'),
      eb.fn.min('booking_date').as('oldest'),
    ])
    .where('creditor_id', '=', creditorId)
    .where('state', '=', 'unmatched')
    .where('direction', '=', 'credit')
    .groupBy('currency')
    .orderBy('currency')
    .execute()
}

/** Unmatched credits of all creditors: how many, and when the first of them was imported. */
export async function countUnmatched(
  db: Database,
): Promise<{ count: number; oldestAt: number | null }> {
  const row = await db
    .selectFrom('bank_transactions')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('imported_at').as('oldestAt')])
    .where('state', '=', 'unmatched')
    .where('direction', '=', 'credit')
    .executeTakeFirstOrThrow()
  return row
}
