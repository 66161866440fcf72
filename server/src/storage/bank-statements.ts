// Which statements were imported whole: for people who ask, since the transactions alone decide what
// is new.
import type { Tx } from './database.ts'

export interface ImportedStatement {
  creditorId: string
  /** The same statement in two files has one key. */
  statementKey: string
  account: string
  kind: '053' | '054'
  importedAt: number
}

/** Notes statements whose transactions are all stored; those noted before stay as they are. */
export async function noteStatements(
  tx: Tx,
  statements: readonly ImportedStatement[],
): Promise<void> {
  if (statements.length === 0) return
  await tx
    .insertInto('bank_statements')
    .values(
      statements.map((statement) => ({
        creditor_id: statement.creditorId,
        statement_key: statement.statementKey,
        account: statement.account,
        kind: statement.kind,
        imported_at: statement.importedAt,
      })),
    )
    .onConflict((conflict) => conflict.columns(['creditor_id', 'statement_key']).doNothing())
    .execute()
}
