// The server's signing keys, a chain in which each replaces the one before. All stay, for evidence.
import type { Algorithm, PublicJwk } from '@parley/sdk/protocol'
import type { Database, Tx } from './database.ts'

export interface StoredSigningKey {
  kid: string
  alg: Algorithm
  publicJwk: PublicJwk
  encryptedPrivateJwk: Buffer
  /** Published from then on. */
  createdAt: number
  /** Signs from then on, until its successor does. */
  signsFrom: number
  /** Believed for what it signed until then. */
  retiredAt: number | null
  revokedAt: number | null
  revokedReason: string | null
}

/** A key that nobody has seen yet. */
export type NewSigningKey = Pick<
  StoredSigningKey,
  'kid' | 'alg' | 'publicJwk' | 'encryptedPrivateJwk'
>

/** The public half of a key, which everybody may see. */
export type PublicSigningKey = Omit<StoredSigningKey, 'encryptedPrivateJwk'>

const PUBLIC_COLUMNS = [
  'kid',
  'alg',
  'public_jwk as publicJwk',
  'created_at as createdAt',
  'signs_from as signsFrom',
  'retired_at as retiredAt',
  'revoked_at as revokedAt',
  'revoked_reason as revokedReason',
] as const

/** Every key that was ever published, newest first. */
export async function publicSigningKeys(db: Database | Tx): Promise<PublicSigningKey[]> {
  const rows = await inOrder(db).select(PUBLIC_COLUMNS).execute()
  return rows.map((row) => ({ ...row, alg: row.alg as Algorithm }))
}

/** The same with their private halves, sealed: for who signs. */
export async function allSigningKeys(db: Database | Tx): Promise<StoredSigningKey[]> {
  const rows = await inOrder(db)
    .select([...PUBLIC_COLUMNS, 'encrypted_private_jwk as encryptedPrivateJwk'])
    .execute()
  return rows.map((row) => ({ ...row, alg: row.alg as Algorithm }))
}

function inOrder(db: Database | Tx) {
  return db
    .selectFrom('signing_keys')
    .orderBy('created_at', 'desc')
    .orderBy('signs_from', 'desc')
    .orderBy('kid')
}

/** Stores the successor of a key, or the first. Returns false when somebody stored one before. */
export async function insertSigningKey(
  db: Database | Tx,
  key: NewSigningKey & { createdAt: number; signsFrom: number; replaces: string },
): Promise<boolean> {
  const result = await db
    .insertInto('signing_keys')
    .values({
      kid: key.kid,
      alg: key.alg,
      public_jwk: JSON.stringify(key.publicJwk),
      encrypted_private_jwk: key.encryptedPrivateJwk,
      created_at: key.createdAt,
      signs_from: key.signsFrom,
      replaces: key.replaces,
      retired_at: null,
      revoked_at: null,
      revoked_reason: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Says until when a key is believed; null when it has no successor after all. */
export async function retireSigningKey(
  tx: Tx,
  kid: string,
  retiredAt: number | null,
): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ retired_at: retiredAt })
    .where('kid', '=', kid)
    .execute()
}

/** Lets a key sign from another moment on. */
export async function moveSigningKey(tx: Tx, kid: string, signsFrom: number): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ signs_from: signsFrom })
    .where('kid', '=', kid)
    .execute()
}

/** Takes the trust from a key. Returns false for an unknown or revoked one. */
export async function revokeStoredKey(
  tx: Tx,
  kid: string,
  { at, reason }: { at: number; reason: string },
): Promise<boolean> {
  const result = await tx
    .updateTable('signing_keys')
    .set({ revoked_at: at, revoked_reason: reason })
    .where('kid', '=', kid)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}
