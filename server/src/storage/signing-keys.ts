// The server's signing keys. One is active per algorithm; retired ones stay, for old evidence.
import type { Algorithm, PublicJwk } from '@parley/sdk/protocol'
import type { Database } from './database.ts'

export interface StoredSigningKey {
  kid: string
  alg: Algorithm
  publicJwk: PublicJwk
  encryptedPrivateJwk: Buffer
  createdAt: number
  retiredAt: number | null
  revokedAt: number | null
  revokedReason: string | null
}

/** Every key that was ever published, newest first. */
export async function allSigningKeys(db: Database): Promise<StoredSigningKey[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('kid')
    .execute()
  return rows.map((row) => ({
    kid: row.kid,
    alg: row.alg as Algorithm,
    publicJwk: row.public_jwk,
    encryptedPrivateJwk: row.encrypted_private_jwk,
    createdAt: row.created_at,
    retiredAt: row.retired_at,
    revokedAt: row.revoked_at,
    revokedReason: row.revoked_reason,
  }))
}

/** Stores a key unless one is active already: two processes may start at once. */
export async function insertSigningKeyOnce(
  db: Database,
  key: Pick<StoredSigningKey, 'kid' | 'alg' | 'publicJwk' | 'encryptedPrivateJwk' | 'createdAt'>,
): Promise<void> {
  await db
    .insertInto('signing_keys')
    .values({
      kid: key.kid,
      alg: key.alg,
      public_jwk: JSON.stringify(key.publicJwk),
      encrypted_private_jwk: key.encryptedPrivateJwk,
      created_at: key.createdAt,
      retired_at: null,
      revoked_at: null,
      revoked_reason: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
