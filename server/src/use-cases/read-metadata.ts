// Who this server is: roles, keys with their times, endpoints, limits; as JSON and signed.
import {
  ANYONE,
  type CommonClaims,
  type JwkSet,
  MAX_MESSAGE_LENGTH,
  type MetaMessage,
  toBase64Url,
  typOf,
} from '@parley/sdk/protocol'
import { publishedKeys } from '../domain/claim/published-keys.ts'
import { publicSigningKeys } from '../storage/signing-keys.ts'
import type { Deps } from './deps.ts'
import { DEFAULT_LIFETIME_SECONDS } from './prepare-message.ts'

type MetaBody = Omit<MetaMessage, keyof CommonClaims>

/** The metadata document with its signed form. */
export async function readMetadata(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl'>,
): Promise<MetaBody & { issuer: string; signedMetadata: string }> {
  const body = metaBody(deps.publicUrl, await readJwks(deps))
  const now = deps.clock.now()
  const claims: CommonClaims = {
    ver: '1.0',
    iss: deps.publicUrl,
    aud: ANYONE,
    sub: deps.publicUrl,
    jti: toBase64Url(deps.ids.randomBytes(16)),
    iat: now,
    exp: now + DEFAULT_LIFETIME_SECONDS,
    thr: toBase64Url(deps.ids.randomBytes(16)),
    seq: 0,
    prev: null,
  }
  const signedMetadata = await deps.signer.sign(typOf('meta'), { ...claims, ...body })
  return { issuer: deps.publicUrl, ...body, signedMetadata }
}

/** Every key that was ever published, with its times. */
export async function readJwks(deps: Pick<Deps, 'db'>): Promise<JwkSet> {
  return publishedKeys(await publicSigningKeys(deps.db))
}

function metaBody(publicUrl: string, jwks: JwkSet): MetaBody {
  return {
    roles: ['creditor'],
    versions: ['1.0'],
    algorithms: ['ES256', 'Ed25519'],
    jwks: { keys: [...jwks.keys] },
    endpoints: {
      messages: `${publicUrl}/parley/messages`,
      enrol: `${publicUrl}/parley/enrolments`,
      jwks: `${publicUrl}/.well-known/jwks.json`,
    },
    capabilities: [
      ...[
        'request',
        'menu',
        'counter',
        'agreement',
        'revision',
        'lease',
        'receipt',
        'pull',
        'push',
      ],
      ...['link', 'rekey', 'preference', 'account-change'],
      ...['ack', 'query', 'quote', 'dispute', 'assistance', 'cancelled'],
      ...['contest', 'profile'],
    ],
    limits: {
      maxMessageBytes: MAX_MESSAGE_LENGTH,
      maxRoundTrips: 2,
      maxLifetimeSeconds: DEFAULT_LIFETIME_SECONDS,
    },
  }
}
