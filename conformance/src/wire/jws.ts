// Compact and General JWS, made by hand: hostile messages need bytes that no library writes. What others
// send is verified by jose (`verify-messages.ts`), so that no fault can hide on both sides.
import { createHash, sign } from 'node:crypto'
import type { PartyKey } from './keys.ts'

/** Claims that every message has (SIG-14). */
export interface Claims {
  readonly ver: string
  readonly iss: string
  readonly aud: string
  readonly sub: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
  readonly thr: string
  readonly seq: number
  readonly prev: string | null
  readonly [member: string]: unknown
}

export interface MessageHeader {
  readonly alg: string
  readonly typ: string
  readonly kid: string
}

export const typOf = (kind: string): string => `parley-${kind}+jwt`

/** The raw signature over bytes: 64 of them, as SIG-12 says. */
export function signatureOf(bytes: string | Buffer, key: PartyKey): string {
  const data = Buffer.from(bytes)
  const made =
    key.alg === 'ES256'
      ? sign('sha256', data, { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
      : sign(null, data, key.privateKey)
  return made.toString('base64url')
}

/** A compact JWS over exactly these bytes of header and payload. */
export function signParts(
  header: string | Buffer,
  payload: string | Buffer,
  key: PartyKey,
): string {
  const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
  return `${input}.${signatureOf(input, key)}`
}

/** A message as the specification wants it. */
export function signMessage(kind: string, claims: Claims, key: PartyKey): string {
  const header: MessageHeader = { alg: key.alg, typ: typOf(kind), kid: key.kid }
  return signParts(JSON.stringify(header), JSON.stringify(claims), key)
}

/** The name of a message (SIG-20): the hash of its signing input. */
export function hashOf(jws: string): string {
  return sha256(jws.slice(0, jws.lastIndexOf('.')))
}

/** base64url SHA-256 of a text. */
export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('base64url')
}

/** Header and payload of a compact JWS, unverified; undefined for what is none. */
export function decodeJws(
  text: string,
): { header: Record<string, unknown>; payload: Record<string, unknown> } | undefined {
  const [header, payload] = text.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  try {
    return { header: JSON.parse(header ?? ''), payload: JSON.parse(payload ?? '') }
  } catch {
    return undefined
  }
}
