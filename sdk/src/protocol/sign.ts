// Signs bytes as a JWS. Takes the payload as it is: JSON is serialised once, here or by the
// caller, and never again. Signing runs in WebCrypto's threads; keep it outside transactions.

import { encodeUtf8, toBase64Url } from './encoding.ts'
import type { SigningKey } from './keys.ts'
import { signatureParameters } from './keys.ts'

/** One signature of a general JWS: its protected header and signature, both base64url. */
export interface JwsSignature {
  readonly protected: string
  readonly signature: string
}

/** A JWS in general JSON serialization (RFC 7515 §7.2.1): one payload, several signatures. */
export interface GeneralJws {
  readonly payload: string
  readonly signatures: readonly JwsSignature[]
}

/**
 * Signs a message as a compact JWS (RFC 7515 §7.1) whose header is exactly `alg`, `typ`, `kid`.
 *
 * An object is serialised with `JSON.stringify`; bytes are signed as they are.
 *
 * @example
 * import { generateSigningKey, signMessage, typOf } from '@parley/sdk/protocol'
 * const key = await generateSigningKey('ES256')
 * const jws = await signMessage(typOf('query'), { ver: '1.0' }, key)
 * jws.split('.').length // => 3
 */
export async function signMessage(
  typ: string,
  payload: object | Uint8Array,
  key: SigningKey,
): Promise<string> {
  const bytes = payload instanceof Uint8Array ? payload : encodeUtf8(JSON.stringify(payload))
  const signingInput = `${encodeHeader(typ, key)}.${toBase64Url(bytes)}`
  return `${signingInput}.${await signText(signingInput, key)}`
}

/**
 * Makes one party's signature over the agreement both parties hold; give every party the same
 * bytes and join the results with `assembleGeneralJws`.
 *
 * @example
 * import { AGREEMENT_TYP, agreementSignature, encodeUtf8, generateSigningKey } from '@parley/sdk/protocol'
 * const bytes = encodeUtf8('{"ver":"1.0"}')
 * const key = await generateSigningKey('ES256')
 * const own = await agreementSignature(bytes, AGREEMENT_TYP, key)
 * own.signature.length // => 86
 */
export async function agreementSignature(
  payloadBytes: Uint8Array,
  typ: string,
  key: SigningKey,
): Promise<JwsSignature> {
  const header = encodeHeader(typ, key)
  const signature = await signText(`${header}.${toBase64Url(payloadBytes)}`, key)
  return { protected: header, signature }
}

/**
 * Joins the parties' signatures over the same payload bytes into one general JWS.
 *
 * @example
 * import { AGREEMENT_TYP, agreementSignature, assembleGeneralJws, encodeUtf8, generateSigningKey } from '@parley/sdk/protocol'
 * const bytes = encodeUtf8('{"ver":"1.0"}')
 * const key = await generateSigningKey('ES256')
 * const own = await agreementSignature(bytes, AGREEMENT_TYP, key)
 * assembleGeneralJws(bytes, [own]).payload // => 'eyJ2ZXIiOiIxLjAifQ'
 */
export function assembleGeneralJws(
  payloadBytes: Uint8Array,
  signatures: readonly JwsSignature[],
): GeneralJws {
  return { payload: toBase64Url(payloadBytes), signatures: [...signatures] }
}

function encodeHeader(typ: string, { alg, kid }: SigningKey): string {
  return toBase64Url(encodeUtf8(JSON.stringify({ alg, typ, kid })))
}

async function signText(signingInput: string, { alg, privateKey }: SigningKey): Promise<string> {
  const input = encodeUtf8(signingInput)
  const signature = await crypto.subtle.sign(signatureParameters(alg), privateKey, input)
  return toBase64Url(new Uint8Array(signature))
}
