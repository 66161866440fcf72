// Nonces of hops that were let in, for as long as a repetition could pass for fresh.
import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Remembers a nonce of a key. Returns false when it is known. */
export async function rememberNonce(
  db: Database,
  { kid, nonce, forgetAt }: { kid: string; nonce: string; forgetAt: number },
): Promise<boolean> {
  const result = await db
    .insertInto('hop_nonces')
    .values({ kid, nonce, forget_at: forgetAt })
    .onConflict((conflict) => conflict.columns(['kid', 'nonce']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Deletes old nonces, `limit` at most; returns how many. */
export async function forgetNonces(
  db: Database,
  { before, limit }: { before: number; limit: number },
): Promise<number> {
  const result = await sql`
    delete from hop_nonces where (kid, nonce) in (
      select kid, nonce from hop_nonces where forget_at <= ${before}::int8
      order by forget_at limit ${limit}::int)`.execute(db)
  return Number(result.numAffectedRows ?? 0)
}
