// What a party that the suite plays publishes at `/.well-known/parley`.
import { signMessage } from '../wire/jws.ts'
import type { PartyKey } from '../wire/keys.ts'
import type { Seeded } from '../wire/seeded.ts'

/** A key as a set lists it; what a case adds or changes. */
export type PublishedKey = Readonly<Record<string, unknown>>

/** Who publishes. */
export interface Publisher {
  readonly role: 'creditor' | 'bank'
  readonly origin: string
  readonly endpoints: Readonly<Record<string, string>>
  readonly keys: readonly PublishedKey[]
  /** The key that signs the document. */
  readonly signedWith: PartyKey
}

const LIFETIME_SECONDS = 86_400

/** A key as it is published, valid without end. */
export function publishedKey({ publicJwk, kid, alg }: PartyKey): PublishedKey {
  return { ...publicJwk, kid, alg, use: 'sig' }
}

/** The document, with its signed form. */
export function metadataDocument(
  { role, origin, endpoints, keys, signedWith }: Publisher,
  { seeded, now }: { readonly seeded: Seeded; readonly now: number },
): object {
  const facts = {
    ...{ roles: [role], versions: ['1.0'], algorithms: ['ES256', 'Ed25519'] },
    ...{ jwks: { keys }, endpoints, capabilities: [], limits: { maxMessageBytes: 65_536 } },
  }
  const common = {
    ...{ ver: '1.0', iss: origin, aud: 'urn:parley:anyone', sub: origin, jti: seeded.id() },
    ...{ iat: now, exp: now + LIFETIME_SECONDS, thr: seeded.id(), seq: 0, prev: null },
  }
  return {
    issuer: origin,
    ...facts,
    signedMetadata: signMessage('meta', { ...common, ...facts }, signedWith),
  }
}
