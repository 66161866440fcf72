// Activation codes: each gives one agent the right to enrol for a debtor, once.
import type { Database, Tx } from './database.ts'

export interface ActivationCode {
  creditorId: string
  debtorId: string
  expiresAt: number
  usedAt: number | null
}

export async function insertActivationCode(
  tx: Tx,
  code: { creditorId: string; debtorId: string; codeHash: Buffer; at: number; expiresAt: number },
): Promise<void> {
  await tx
    .insertInto('activation_codes')
    .values({
      creditor_id: code.creditorId,
      code_hash: code.codeHash,
      debtor_id: code.debtorId,
      created_at: code.at,
      expires_at: code.expiresAt,
      used_at: null,
    })
    .execute()
}

export async function findActivationCode(
  db: Database,
  codeHash: Buffer,
): Promise<ActivationCode | undefined> {
  const row = await db
    .selectFrom('activation_codes')
    .selectAll()
    .where('code_hash', '=', codeHash)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    creditorId: row.creditor_id,
    debtorId: row.debtor_id,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  }
}

/** Marks a code as used. Returns false when somebody used it first. */
export async function useActivationCode(tx: Tx, codeHash: Buffer, at: number): Promise<boolean> {
  const result = await tx
    .updateTable('activation_codes')
    .set({ used_at: at })
    .where('code_hash', '=', codeHash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}
