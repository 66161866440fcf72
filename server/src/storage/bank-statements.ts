// Which statements were imported whole: they tell what is missing between them, while the transactions
// alone decide what is new.
import type { StatementPlace } from '../domain/statement/statement-sequence.ts'
import type { StatementKind } from '../domain/statement/statement-types.ts'
import type { Database, Tx } from './database.ts'

export interface ImportedStatement {
  creditorId: string
  /** The same statement in two files has one key. */
  statementKey: string
  place: StatementPlace
  importedAt: number
}

/** Notes statements whose transactions are all stored; those noted before stay as they are. */
export async function noteStatements(
  tx: Tx,
  statements: readonly ImportedStatement[],
): Promise<void> {
  // A statement of PostgreSQL takes 65,535 parameters.
  for (let at = 0; at < statements.length; at += 1_000)
    await insert(tx, statements.slice(at, at + 1_000))
}

async function insert(tx: Tx, statements: readonly ImportedStatement[]): Promise<void> {
  await tx
    .insertInto('bank_statements')
    .values(
      statements.map(({ creditorId, statementKey, place, importedAt }) => ({
        creditor_id: creditorId,
        statement_key: statementKey,
        account: place.account,
        kind: place.kind,
        statement_id: place.statementId,
        last_day: place.day === '' ? null : place.day,
        electronic_sequence: place.electronicSequence ?? null,
        legal_sequence: place.legalSequence ?? null,
        page: place.page?.number ?? null,
        is_last_page: place.page?.isLast ?? null,
        imported_at: importedAt,
      })),
    )
    .onConflict((conflict) => conflict.columns(['creditor_id', 'statement_key']).doNothing())
    .execute()
}

/** More than a bank sends about an account in the years around a file. */
const MAX_PLACES = 5_000

/** The places of the statements of some accounts between two days, oldest first. */
export async function statementPlaces(
  db: Database,
  query: { creditorId: string; accounts: readonly string[]; from: string; to: string },
): Promise<StatementPlace[]> {
  if (query.accounts.length === 0) return []
  const rows = await db
    .selectFrom('bank_statements')
    .selectAll()
    .where('creditor_id', '=', query.creditorId)
    .where('account', 'in', [...query.accounts])
    .where('last_day', '>=', query.from)
    .where('last_day', '<=', query.to)
    .orderBy('last_day')
    .limit(MAX_PLACES)
    .execute()
  return rows.map((row) => ({
    account: row.account,
    kind: row.kind as StatementKind,
    statementId: row.statement_id,
    ...(row.electronic_sequence === null ? {} : { electronicSequence: row.electronic_sequence }),
    ...(row.legal_sequence === null ? {} : { legalSequence: row.legal_sequence }),
    day: row.last_day ?? '',
    ...(row.page === null ? {} : { page: { number: row.page, isLast: row.is_last_page === true } }),
  }))
}
