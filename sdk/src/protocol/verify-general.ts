// Verifies an agreement: one payload, one signature from each party (RFC 7515 §7.2.1).
// What the payload says is checked elsewhere; here only who signed exactly these bytes, and when.

import { isTimely } from './claims.ts'
import type { JsonObject, MessageHeader } from './decode.ts'
import { decodeHeader, decodePayload, isJsonObject, MAX_MESSAGE_LENGTH } from './decode.ts'
import { encodeUtf8, fromBase64Url } from './encoding.ts'
import type { JwkSet, KeyResolver, VerifyingKey } from './key-set.ts'
import { checkKeyTimes, findVerifyingKey } from './key-set.ts'
import type { Refusal } from './refusals.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'
import type { GeneralJws, JwsSignature } from './sign.ts'
import { parseStrictJson } from './strict-json.ts'
import { isSignedBy } from './verify.ts'

/** One party that must have signed; `issuer` is what its resolver is asked for (else `name`). */
export interface SigningParty {
  readonly name: string
  readonly keys: JwkSet | KeyResolver
  readonly issuer?: string
}

/** What is expected of a message with several signatures; times are epoch seconds. */
export interface VerifyGeneralOptions {
  readonly typ: string
  /** Everyone who must have signed, once each; nobody else may. */
  readonly parties: readonly SigningParty[]
  readonly now: number
  readonly clockToleranceSeconds?: number
  readonly algorithms?: readonly string[]
  /** Believes also a key that was revoked since, as of the payload's `iat`. */
  readonly evidence?: boolean
}

/** A payload that every party signed. */
export interface VerifiedGeneralMessage {
  readonly payload: JsonObject
  readonly payloadBytes: Uint8Array
  /** In the order of `parties`. */
  readonly signatures: ReadonlyArray<{
    readonly party: string
    readonly kid: string
    readonly issuer?: string
  }>
}

interface SignedPart {
  readonly header: MessageHeader
  readonly signingInput: Uint8Array<ArrayBuffer>
  readonly signature: Uint8Array<ArrayBuffer>
}

/**
 * Verifies a JWS in general JSON serialization, as text or as the parsed object, in which every
 * party has exactly one valid signature over the identical payload.
 *
 * Refuses `message-too-large`, `serialization` (not exactly `{payload, signatures: [{protected,
 * signature}]}`), `signatures` (another number than there are parties), the form, header and
 * payload codes of a message, `kid` (one key twice), `ver`, `iat`, `party` (a party without a
 * signature, or with two), `alg`, `signature`, and the codes of keys and their times.
 *
 * @example
 * import { AGREEMENT_TYP, type JwkSet, verifyGeneralJws } from '@parley/sdk/protocol'
 * declare const agreement: string
 * declare const keysOf: Record<'creditor' | 'agent', JwkSet>
 * const verified = await verifyGeneralJws(agreement, {
 *   typ: AGREEMENT_TYP,
 *   parties: [
 *     { name: 'creditor', keys: keysOf.creditor },
 *     { name: 'agent', keys: keysOf.agent },
 *   ],
 *   now: Math.floor(Date.now() / 1000),
 * })
 * if (verified.ok) console.log(verified.value.signatures.length, 'parties signed')
 */
export async function verifyGeneralJws(
  jws: unknown,
  options: VerifyGeneralOptions,
): Promise<Result<VerifiedGeneralMessage, Refusal>> {
  const general = readGeneralJws(jws)
  if (!general.ok) return general
  const parts = decodeParts(general.value, options)
  if (!parts.ok) return parts
  const payloadBytes = fromBase64Url(general.value.payload)
  if (payloadBytes === null) return err({ code: 'encoding' })
  const decoded = decodePayload(payloadBytes)
  if (!decoded.ok) return decoded
  const payload = decoded.value
  if (payload.ver !== '1.0') return err({ code: 'ver' })
  if (!isTimely(payload.iat, options)) return err({ code: 'iat' })

  const signatures: Array<VerifiedGeneralMessage['signatures'][number]> = []
  for (const party of options.parties) {
    const verified = await verifyParty(party, parts.value, { ...options, iat: payload.iat })
    if (!verified.ok) return verified
    const { name, issuer } = party
    const identity = issuer === undefined ? {} : { issuer }
    signatures.push({ party: name, kid: verified.value, ...identity })
  }
  const signers = new Set(signatures.map(({ kid }) => kid))
  if (signers.size !== parts.value.length) return err({ code: 'party' })
  return ok({ payload, payloadBytes, signatures })
}

function readGeneralJws(jws: unknown): Result<GeneralJws, Refusal> {
  const parsed = typeof jws === 'string' ? parseText(jws) : ok(jws)
  if (!parsed.ok) return parsed
  if (!isGeneralJws(parsed.value)) return err({ code: 'serialization' })
  const { payload, signatures } = parsed.value
  const length = signatures.reduce(
    (sum, part) => sum + part.protected.length + part.signature.length,
    payload.length,
  )
  return length > MAX_MESSAGE_LENGTH ? err({ code: 'message-too-large' }) : ok(parsed.value)
}

function parseText(text: string): Result<unknown, Refusal> {
  return text.length > MAX_MESSAGE_LENGTH
    ? err({ code: 'message-too-large' })
    : parseStrictJson(text)
}

function decodeParts(
  jws: GeneralJws,
  { typ, parties }: VerifyGeneralOptions,
): Result<SignedPart[], Refusal> {
  if (jws.signatures.length !== parties.length) return err({ code: 'signatures' })
  const parts: SignedPart[] = []
  for (const { protected: encodedHeader, signature: encodedSignature } of jws.signatures) {
    const header = decodeHeader(encodedHeader)
    if (!header.ok) return header
    if (header.value.typ !== typ) return err({ code: 'typ' })
    const signature = fromBase64Url(encodedSignature)
    if (signature === null) return err({ code: 'encoding' })
    const signingInput = encodeUtf8(`${encodedHeader}.${jws.payload}`)
    parts.push({ header: header.value, signingInput, signature })
  }
  const names = new Set(parts.map(({ header }) => header.kid))
  return names.size === parts.length ? ok(parts) : err({ code: 'kid', detail: 'one key twice' })
}

async function verifyParty(
  party: SigningParty,
  parts: readonly SignedPart[],
  options: VerifyGeneralOptions & { readonly iat: number },
): Promise<Result<string, Refusal>> {
  const found = await findPartOf(party, parts, options)
  if (!found.ok) return found
  const { part, verifyingKey } = found.value
  const isSigned = await isSignedBy(verifyingKey, part.signingInput, part.signature)
  if (!isSigned) return err({ code: 'signature', detail: party.name })
  const { iat, now, evidence = false } = options
  const times = checkKeyTimes(verifyingKey.record, { iat, now, evidence, isAgreement: true })
  return times.ok ? ok(part.header.kid) : times
}

/** The one signature whose key is the party's; a key that is not found belongs to someone else. */
async function findPartOf(
  { name, issuer = name, keys }: SigningParty,
  parts: readonly SignedPart[],
  { algorithms }: VerifyGeneralOptions,
): Promise<Result<{ part: SignedPart; verifyingKey: VerifyingKey }, Refusal>> {
  const policy = algorithms === undefined ? { keys } : { keys, algorithms }
  const own: Array<{ part: SignedPart; verifyingKey: VerifyingKey }> = []
  for (const part of parts) {
    const found = await findVerifyingKey(part.header, issuer, policy)
    if (found.ok) own.push({ part, verifyingKey: found.value })
    else if (found.error.code !== 'key-unknown') return found
  }
  const [only, ...others] = own
  return only !== undefined && others.length === 0 ? ok(only) : err({ code: 'party', detail: name })
}

function isGeneralJws(value: unknown): value is GeneralJws {
  if (!hasExactly(value, ['payload', 'signatures'])) return false
  const { payload, signatures } = value
  return typeof payload === 'string' && Array.isArray(signatures) && signatures.every(isSignature)
}

function isSignature(value: unknown): value is JwsSignature {
  if (!hasExactly(value, ['protected', 'signature'])) return false
  return typeof value.protected === 'string' && typeof value.signature === 'string'
}

function hasExactly(value: unknown, names: readonly string[]): value is JsonObject {
  if (!isJsonObject(value)) return false
  const own = Object.keys(value)
  return own.length === names.length && names.every((name) => own.includes(name))
}
