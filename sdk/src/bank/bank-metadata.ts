// What a bank publishes: its keys and its name, at /.well-known/parley and /.well-known/jwks.json.

import { toBase64Url } from '../protocol/encoding.ts'
import type { JwkSet } from '../protocol/key-set.ts'
import { ANYONE, JOSE_MEDIA_TYPE, typOf } from '../protocol/messages.ts'
import { signMessage } from '../protocol/sign.ts'
import type { BankContext } from './context.ts'

const LIFETIME_SECONDS = 86_400
const RENEW_SECONDS = 3600

/** Serves the metadata; it is signed once an hour. */
export interface PublishedMetadata {
  jwks(): JwkSet
  /** JSON with the signed form in it, or the signed form alone for `Accept: application/jose`. */
  respond(accept: string | null): Promise<Response>
}

/** Prepares a bank's published metadata. */
export function publishMetadata(
  context: Pick<BankContext, 'issuer' | 'key' | 'clock' | 'randomBytes'>,
): PublishedMetadata {
  const { kid, alg, publicJwk } = context.key
  const jwks: JwkSet = { keys: [{ ...publicJwk, kid, alg, use: 'sig' }] }
  let signed: { readonly jws: string; readonly at: number } | null = null

  async function signedMetadata(): Promise<string> {
    const now = context.clock()
    if (signed === null || now - signed.at >= RENEW_SECONDS) {
      signed = { jws: await sign(context, jwks), at: now }
    }
    return signed.jws
  }

  return {
    jwks: () => jwks,
    async respond(accept) {
      const jws = await signedMetadata()
      if (accept?.includes(JOSE_MEDIA_TYPE) === true) {
        return new Response(jws, { headers: { 'content-type': JOSE_MEDIA_TYPE } })
      }
      return Response.json({
        issuer: context.issuer,
        ...statementsOf(context, jwks),
        signedMetadata: jws,
      })
    },
  }
}

function sign(
  context: Pick<BankContext, 'issuer' | 'key' | 'clock' | 'randomBytes'>,
  jwks: JwkSet,
): Promise<string> {
  const now = context.clock()
  const { issuer } = context
  const claims = {
    ver: '1.0',
    iss: issuer,
    aud: ANYONE,
    sub: issuer,
    jti: toBase64Url(context.randomBytes(16)),
    iat: now,
    exp: now + LIFETIME_SECONDS,
    thr: toBase64Url(context.randomBytes(16)),
    seq: 0,
    prev: null,
  }
  return signMessage(typOf('meta'), { ...claims, ...statementsOf(context, jwks) }, context.key)
}

function statementsOf({ issuer }: Pick<BankContext, 'issuer'>, jwks: JwkSet): object {
  return {
    roles: ['bank'],
    versions: ['1.0'],
    algorithms: ['ES256', 'Ed25519'],
    jwks,
    endpoints: { jwks: `${issuer}/.well-known/jwks.json` },
    capabilities: ['pay-agreements'],
    limits: { maxMessageBytes: 65_536 },
  }
}
