// Keys of banks as they were when we believed a message of theirs. Evidence shows them; verifying
// never reads them.
import type { KeyRecord, PublishedJwk } from '@parley/sdk/protocol'
import type { Database, Tx } from './database.ts'

export interface PeerKey {
  iss: string
  jwk: PublishedJwk
}

/** Keeps the key that verified a peer's message; the first sight of it stays. */
export async function rememberPeerKey(
  tx: Tx,
  seen: { creditorId: string; iss: string; key: KeyRecord; at: number },
): Promise<void> {
  const { creditorId, iss, key, at } = seen
  const validFrom = key.notBefore === undefined ? {} : { nbf: key.notBefore }
  const jwk: PublishedJwk = { ...key.jwk, kid: key.kid, ...validFrom }
  await tx
    .insertInto('peer_keys')
    .values({
      creditor_id: creditorId,
      iss,
      kid: key.kid,
      jwk: JSON.stringify(jwk),
      first_seen: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Every remembered key of the given peers. */
export async function peerKeysOf(
  db: Database | Tx,
  query: { creditorId: string; issuers: readonly string[] },
): Promise<PeerKey[]> {
  if (query.issuers.length === 0) return []
  return await db
    .selectFrom('peer_keys')
    .select(['iss', 'jwk'])
    .where('creditor_id', '=', query.creditorId)
    .where('iss', 'in', query.issuers)
    .orderBy('iss')
    .orderBy('first_seen')
    .orderBy('kid')
    .execute()
}
