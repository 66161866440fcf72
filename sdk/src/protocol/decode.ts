// First half of the strict layer: from untrusted text to a header and a payload, every step
// cheaper than a signature check. Nothing here is verified; no key is touched.

import { decodeUtf8, encodeUtf8, fromBase64Url, toBase64Url } from './encoding.ts'
import { isSha256Text } from './identifiers.ts'
import type { Refusal, RefusalCode } from './refusals.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'
import { parseStrictJson } from './strict-json.ts'

/** The protected header of every Parley message: exactly these members. */
export interface MessageHeader {
  readonly alg: string
  readonly typ: string
  /** RFC 7638 thumbprint of the signing key. */
  readonly kid: string
}

/** A JSON object whose members are not checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** A compact JWS taken apart; `signingInput` holds the bytes that the signature covers. */
export interface DecodedMessage {
  readonly header: MessageHeader
  readonly payload: JsonObject
  readonly payloadBytes: Uint8Array<ArrayBuffer>
  readonly signingInput: Uint8Array<ArrayBuffer>
  readonly signature: Uint8Array<ArrayBuffer>
}

/** Largest accepted message, in characters of its text (64 KiB). */
export const MAX_MESSAGE_LENGTH = 65_536

const HEADER_MEMBERS: ReadonlySet<string> = new Set(['alg', 'typ', 'kid'])
const KNOWN_ALGORITHMS: ReadonlySet<unknown> = new Set(['ES256', 'Ed25519', 'EdDSA'])
const MAX_KEPT_HEADERS = 500
const MAX_KEPT_LENGTH = 400

/** Headers by their encoded form: a sender's messages of one kind all have the same. */
const keptHeaders = new Map<string, MessageHeader>()

/**
 * Takes a compact JWS apart without verifying it.
 *
 * Refuses, in this order: `serialization` (not a text), `message-too-large` (before decoding),
 * `serialization` (not three parts), `encoding` (not canonical base64url), then what
 * `decodeHeader` and `decodePayload` refuse. The signature may still have any length.
 */
export function decodeCompactJws(jws: unknown): Result<DecodedMessage, Refusal> {
  if (typeof jws !== 'string') return refuse('serialization', 'not a compact JWS')
  if (jws.length > MAX_MESSAGE_LENGTH) return refuse('message-too-large')
  const [header = '', payload = '', signature = '', ...others] = jws.split('.', 4)
  if (others.length > 0 || jws.length < header.length + payload.length + 2) {
    return refuse('serialization', 'not three parts')
  }
  const payloadBytes = fromBase64Url(payload)
  const signatureBytes = fromBase64Url(signature)
  if (payloadBytes === null || signatureBytes === null) return refuse('encoding')

  const decodedHeader = decodeHeader(header)
  if (!decodedHeader.ok) return decodedHeader
  const decodedPayload = decodePayload(payloadBytes)
  if (!decodedPayload.ok) return decodedPayload
  return ok({
    header: decodedHeader.value,
    payload: decodedPayload.value,
    payloadBytes,
    signingInput: encodeUtf8(jws.slice(0, header.length + payload.length + 1)),
    signature: signatureBytes,
  })
}

/**
 * Decodes a protected header and holds it to exactly `alg`, `typ` and `kid`.
 *
 * Refuses `encoding`, the `json-…` codes, `crit` (`crit` or `b64` present), `header` (any other
 * member: `jku`, `jwk`, `x5u`, `x5c` …), `alg` (none of ES256, Ed25519, EdDSA), `typ` (not a
 * text) and `kid` (not a thumbprint).
 */
export function decodeHeader(encoded: string): Result<MessageHeader, Refusal> {
  const isKeepable = encoded.length <= MAX_KEPT_LENGTH
  const kept = isKeepable ? keptHeaders.get(encoded) : undefined
  if (kept !== undefined) return ok(kept)
  const bytes = fromBase64Url(encoded)
  if (bytes === null) return refuse('encoding')
  const header = readHeader(bytes)
  if (header.ok && isKeepable) {
    if (keptHeaders.size >= MAX_KEPT_HEADERS) keptHeaders.clear()
    // Encoded anew, the text is the same; a slice would keep the whole message in memory.
    keptHeaders.set(toBase64Url(bytes), header.value)
  }
  return header
}

function readHeader(bytes: Uint8Array): Result<MessageHeader, Refusal> {
  const decoded = decodePayload(bytes)
  if (!decoded.ok) return decoded
  const { alg, typ, kid } = decoded.value
  const extra = Object.keys(decoded.value).find((name) => !HEADER_MEMBERS.has(name))
  if (Object.hasOwn(decoded.value, 'crit') || Object.hasOwn(decoded.value, 'b64')) {
    return refuse('crit')
  }
  if (extra !== undefined) return refuse('header', 'only alg, typ and kid are allowed')
  if (typeof alg !== 'string' || !KNOWN_ALGORITHMS.has(alg)) return refuse('alg')
  if (typeof typ !== 'string') return refuse('typ')
  if (!isSha256Text(kid)) return refuse('kid', 'not an RFC 7638 thumbprint')
  return ok(Object.freeze({ alg, typ, kid }))
}

/**
 * Decodes payload bytes as one strict JSON object.
 *
 * Refuses `json-utf8` (malformed UTF-8 or a byte order mark), the codes of `parseStrictJson` and
 * `json-object` (an array, a text, null …).
 */
export function decodePayload(bytes: Uint8Array): Result<JsonObject, Refusal> {
  const text = decodeUtf8(bytes)
  if (text === null || text.startsWith('\uFEFF')) return refuse('json-utf8')
  const parsed = parseStrictJson(text)
  if (!parsed.ok) return parsed
  return isJsonObject(parsed.value) ? ok(parsed.value) : refuse('json-object')
}

/**
 * Reads the header and payload of a message WITHOUT verifying its signature. For routing only,
 * such as finding the thread it names: everything it returns may be forged.
 *
 * @example
 * import { peekClaims } from '@parley/sdk/protocol'
 * declare const jws: string
 * const peeked = peekClaims(jws)
 * if (peeked.ok) console.log('claims to be', peeked.value.payload['iss'])
 */
export function peekClaims(
  jws: unknown,
): Result<{ readonly header: MessageHeader; readonly payload: JsonObject }, Refusal> {
  const decoded = decodeCompactJws(jws)
  if (!decoded.ok) return decoded
  const { header, payload } = decoded.value
  return ok({ header, payload })
}

/** Tells whether a parsed value is a JSON object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(code: RefusalCode, detail?: string): Result<never, Refusal> {
  return err(detail === undefined ? { code } : { code, detail })
}
