// The published form of the server's keys: retired and revoked ones stay, with their times.
import type { Algorithm, JwkSet, PublicJwk, PublishedJwk } from '@parley/sdk/protocol'

export interface KeyHistory {
  kid: string
  alg: Algorithm
  publicJwk: PublicJwk
  createdAt: number
  retiredAt: number | null
  revokedAt: number | null
  revokedReason: string | null
}

/** The published form of our keys, retired and revoked ones with their times. */
export function publishedKeys(keys: readonly KeyHistory[]): JwkSet {
  return { keys: keys.map(publishedKey) }
}

function publishedKey(key: KeyHistory): PublishedJwk {
  return {
    ...key.publicJwk,
    kid: key.kid,
    alg: key.alg,
    use: 'sig',
    nbf: key.createdAt,
    ...(key.retiredAt === null ? {} : { exp: key.retiredAt }),
    ...(key.revokedAt === null
      ? {}
      : { revoked: { at: key.revokedAt, reason: key.revokedReason ?? 'unspecified' } }),
  }
}
