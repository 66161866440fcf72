// What the master key itself seals: the server's own secrets and keys, secrets of webhooks, and replies that
// are kept for the same request again. Read in pages, so that another master key can take them over.
import { type RawBuilder, sql } from 'kysely'
import type { Database } from './database.ts'

export interface SealedSecret {
  /** Names the row within its kind. */
  id: string
  sealed: Buffer
  /** What it was sealed for. */
  context: string
}

interface SecretColumn {
  table: string
  column: string
  id: RawBuilder<string>
  context: RawBuilder<string>
  where: RawBuilder<boolean>
}

const NO_CONTEXT = sql<string>`''`
const ALL = sql<boolean>`true`

const COLUMNS = {
  'signing keys': {
    table: 'signing_keys',
    column: 'encrypted_private_jwk',
    id: sql<string>`kid`,
    context: NO_CONTEXT,
    where: ALL,
  },
  'secrets of webhooks': {
    table: 'webhook_endpoints',
    column: 'encrypted_secret',
    id: sql<string>`endpoint_id collate "C"`,
    context: NO_CONTEXT,
    where: ALL,
  },
  'secrets of the server': {
    table: 'server_secrets',
    column: 'sealed',
    id: sql<string>`name`,
    context: sql<string>`name`,
    where: ALL,
  },
  'kept replies': {
    table: 'idempotency_keys',
    column: 'reply',
    id: sql<string>`jsonb_build_array(creditor_id, operation, key)::text collate "C"`,
    context: NO_CONTEXT,
    // The reply to an issue is sealed with the key of its person.
    where: sql<boolean>`reply_thr is null`,
  },
} as const satisfies Record<string, SecretColumn>

export type SecretKind = keyof typeof COLUMNS

export const SECRET_KINDS = Object.keys(COLUMNS) as SecretKind[]

/** Secrets of a kind with ids above `after`, in their order. */
export async function pageOfSecrets(
  db: Database,
  kind: SecretKind,
  { after, limit }: { after: string; limit: number },
): Promise<SealedSecret[]> {
  const { table, column, id, context, where } = COLUMNS[kind]
  const { rows } = await sql<SealedSecret>`
    select ${id} as id, ${sql.ref(column)} as sealed, ${context} as context
    from ${sql.table(table)} where ${where} and ${id} > ${after}
    order by ${id} limit ${limit}`.execute(db)
  return rows
}

/** Puts a secret under another seal, unless somebody was faster. */
export async function replaceSecret(
  db: Database,
  kind: SecretKind,
  { sealed }: SealedSecret,
  by: Buffer,
): Promise<void> {
  const { table, column } = COLUMNS[kind]
  await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${by}
    where ${sql.ref(column)} = ${sealed}`.execute(db)
}
