// What a peer publishes at /.well-known/parley, signed for real.
import {
  ANYONE,
  type JwkSet,
  type PublishedJwk,
  type SigningKey,
  signMessage,
  toBase64Url,
  typOf,
} from '@parley/sdk/protocol'

export interface PeerMetadata {
  issuer: string
  keys: readonly SigningKey[]
  now: number
  /** Replaces the published keys, by default those of `keys`. */
  jwks?: JwkSet
  /** Who signs, by default the first of `keys`. */
  signer?: SigningKey
  /** Replaces claims of the signed form. */
  claims?: Record<string, unknown>
}

/** The JSON text of the document. */
export async function peerMetadata(metadata: PeerMetadata): Promise<string> {
  const { issuer, keys, now, claims } = metadata
  const jwks = metadata.jwks ?? { keys: keys.map(publishedJwk) }
  const signer = metadata.signer ?? keys[0]
  if (signer === undefined) throw new Error('metadata needs a signer')
  const facts = {
    roles: ['bank'],
    versions: ['1.0'],
    algorithms: ['ES256'],
    jwks,
    endpoints: { messages: `${issuer}/parley/messages` },
    capabilities: [],
    limits: {},
  }
  const signedMetadata = await signMessage(
    typOf('meta'),
    {
      ver: '1.0',
      iss: issuer,
      aud: ANYONE,
      sub: ANYONE,
      jti: toBase64Url(new Uint8Array(16).fill(7)),
      iat: now,
      exp: now + 86_400,
      thr: 'metadatametadata',
      seq: 0,
      prev: null,
      ...facts,
      ...claims,
    },
    signer,
  )
  return JSON.stringify({ issuer, ...facts, signedMetadata })
}

export function publishedJwk(key: SigningKey): PublishedJwk {
  return { ...key.publicJwk, kid: key.kid }
}
