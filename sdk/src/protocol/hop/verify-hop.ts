// Verifies the signature of a request from another server. Cheap checks first; whether the nonce is
// new is the caller's to ask, since it keeps them. Spec: HOP.
import { type InnerList, type Item, type Parameters, parseDictionary } from 'structured-headers'
import { encodeUtf8 } from '../encoding.ts'
import { checkKeyTimes, findVerifyingKey, type KeyPolicy } from '../key-set.ts'
import { signatureParameters } from '../keys.ts'
import { err, ok, type Result } from '../result.ts'
import { isDigestOf } from './content-digest.ts'
import {
  HOP_TAG,
  type HopRefusal,
  type HopRefusalCode,
  MAX_HOP_AHEAD_SECONDS,
  MAX_HOP_SECONDS,
  requiredComponents,
} from './hop-profile.ts'
import { componentsOf, type HopRequest, signatureBase } from './signature-base.ts'

/** Whom the receiver awaits, and when it looks. */
export interface HopPolicy {
  /** Whose key has to have signed; keys of others are not looked at. */
  readonly issuer: string
  readonly keys: KeyPolicy['keys']
  /** Epoch seconds. */
  readonly now: number
}

/** A verified hop. Refuse it with `hop-replay` when the key has used the nonce before. */
export interface VerifiedHop {
  readonly kid: string
  readonly nonce: string
  readonly created: number
}

interface Labelled {
  readonly covered: readonly Item[]
  readonly parameters: Parameters
  readonly signature: Uint8Array<ArrayBuffer>
}

interface HopParameters {
  readonly created: number
  readonly expires: number
  readonly nonce: string
  readonly kid: string
}

const NONCE = /^[A-Za-z0-9_-]{22,128}$/

/**
 * Verifies the one signature with the tag `parley-1`.
 *
 * Refuses `hop-missing` (no signature at all), `hop-signature` (none or several with the tag, not
 * parseable, wrong), `hop-parameters`, `hop-coverage`, `hop-created`, `hop-digest` and `hop-key`.
 *
 * @example
 * import { type HopRequest, type JwkSet, verifyHop } from '@parley/sdk/protocol'
 * declare const request: HopRequest
 * declare const keys: JwkSet
 * const now = Math.floor(Date.now() / 1000)
 * const hop = await verifyHop(request, { issuer: 'https://bank.example', keys, now })
 * if (!hop.ok) console.log(hop.error.code, hop.error.detail)
 */
export async function verifyHop(
  request: HopRequest,
  policy: HopPolicy,
): Promise<Result<VerifiedHop, HopRefusal>> {
  const labelled = ourSignature(request.headers)
  if (!labelled.ok) return labelled
  const { covered, parameters, signature } = labelled.value
  const checked = checkParameters(parameters, policy.now)
  if (!checked.ok) return checked
  const names = covered.map(([name]) => name)
  const missing = requiredComponents(request).find((name) => !names.includes(name))
  if (missing !== undefined) return refuse('hop-coverage', `${missing} is not covered`)
  if (new Set(names).size < names.length) return refuse('hop-coverage', 'a component stands twice')
  const base = signatureBase(covered, parameters, componentsOf(request))
  if (base === undefined) return refuse('hop-coverage', 'a covered component is not there')
  if (!(await hasItsDigest(request))) return refuse('hop-digest', 'the body has another digest')
  const { kid, nonce, created } = checked.value
  const isGenuine = await verifyBase(base, signature, { ...policy, kid })
  return isGenuine.ok ? ok({ kid, nonce, created }) : isGenuine
}

function ourSignature(headers: HopRequest['headers']): Result<Labelled, HopRefusal> {
  const [inputField, signatureField] = [headers.get('signature-input'), headers.get('signature')]
  if (inputField === undefined || signatureField === undefined) {
    return refuse('hop-missing', 'sign the request: RFC 9421 with the tag parley-1')
  }
  try {
    const signatures = parseDictionary(signatureField)
    const ours = [...parseDictionary(inputField)].filter(([, value]) => isOurs(value))
    const [label, input] = ours[0] ?? []
    const bytes = label === undefined ? undefined : signatures.get(label)?.[0]
    if (ours.length !== 1 || input === undefined || !(bytes instanceof ArrayBuffer)) {
      return refuse('hop-signature', 'exactly one signature must have the tag parley-1')
    }
    const [covered, parameters] = input as InnerList
    return ok({ covered, parameters, signature: new Uint8Array(bytes) })
  } catch {
    return refuse('hop-signature', 'Signature or Signature-Input is no structured field')
  }
}

function isOurs(value: Item | InnerList): boolean {
  return Array.isArray(value[0]) && value[1].get('tag') === HOP_TAG
}

function checkParameters(parameters: Parameters, now: number): Result<HopParameters, HopRefusal> {
  if (parameters.has('alg')) return refuse('hop-parameters', 'alg must be absent')
  const [created, expires] = [parameters.get('created'), parameters.get('expires')]
  const [nonce, kid] = [parameters.get('nonce'), parameters.get('keyid')]
  if (!isEpochSeconds(created) || !isEpochSeconds(expires)) {
    return refuse('hop-parameters', 'created and expires must be epoch seconds')
  }
  if (typeof nonce !== 'string' || !NONCE.test(nonce) || typeof kid !== 'string') {
    return refuse('hop-parameters', 'nonce must be 22 to 128 base64url characters, keyid a text')
  }
  if (expires <= created || expires > created + MAX_HOP_SECONDS) {
    return refuse('hop-parameters', `expires must follow created by at most ${MAX_HOP_SECONDS} s`)
  }
  const isFresh = created <= now + MAX_HOP_AHEAD_SECONDS && created >= now - MAX_HOP_SECONDS
  if (!isFresh || expires <= now) return refuse('hop-created', `the time here is ${now}`)
  return ok({ created, expires, nonce, kid })
}

function isEpochSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

async function hasItsDigest({ headers, body }: HopRequest): Promise<boolean> {
  if (body === undefined || body.length === 0) return true
  return await isDigestOf(headers.get('content-digest') ?? '', body)
}

async function verifyBase(
  base: string,
  signature: Uint8Array<ArrayBuffer>,
  { kid, keys, issuer, now }: HopPolicy & { kid: string },
): Promise<Result<true, HopRefusal>> {
  const found = await findVerifyingKey({ kid }, issuer, { keys })
  if (!found.ok) return refuse('hop-key', 'keyid is no key of the sender')
  const { record, key } = found.value
  const timely = checkKeyTimes(record, { iat: now, now, evidence: false })
  if (!timely.ok) return refuse('hop-key', 'keyid is no valid key of the sender now')
  const parameters = signatureParameters(record.alg)
  const isGenuine = await crypto.subtle.verify(parameters, key, signature, encodeUtf8(base))
  return isGenuine ? ok(true) : refuse('hop-signature', 'the signature does not fit the request')
}

function refuse(code: HopRefusalCode, detail: string): Result<never, HopRefusal> {
  return err({ code, detail })
}
