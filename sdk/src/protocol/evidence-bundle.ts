// The form of an evidence bundle and of the places inside it. What the signatures are worth is
// judged by evidence.ts; here only whether there is something to judge.

import type { JsonObject } from './decode.ts'
import { isJsonObject } from './decode.ts'
import { isIssuer } from './identifiers.ts'
import type { JwkSet } from './key-set.ts'
import type { KeyRefusal } from './keys.ts'
import type { RefusalCode } from './refusals.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'
import type { GeneralJws } from './sign.ts'

/** The `format` member of the bundles that this version writes and reads. */
export const EVIDENCE_FORMAT = 'parley-evidence-1'

export type EvidenceRole = 'creditor' | 'agent' | 'bank'

/** Who signed, with every key that ever spoke for it; retired keys carry their times. */
export interface EvidenceParty {
  readonly iss: string
  readonly role: EvidenceRole
  readonly jwks: JwkSet
}

/** One conversation: compact JWS in the order of `seq`. */
export interface EvidenceThread {
  readonly thr: string
  readonly messages: readonly string[]
  /** The hashes of its messages in their order, once the person was erased; then `messages` is empty. */
  readonly erased?: readonly string[]
}

/** Everything that was signed about one payment request, in one file. */
export interface EvidenceBundle {
  readonly format: typeof EVIDENCE_FORMAT
  readonly paymentRequestId: string
  /** Epoch seconds; nothing inside may be younger. */
  readonly exportedAt: number
  readonly parties: readonly EvidenceParty[]
  readonly threads: readonly EvidenceThread[]
  readonly agreements: readonly GeneralJws[]
  /** Second messages under a place that their signer had taken: proof against it (THR-05). */
  readonly equivocations?: readonly string[]
  /** What the creditor signed when it erased the person: a compact JWS of `parley-erasure+jwt`. */
  readonly erasure?: string
}

/** Where a fault is; a fault of the bundle as a whole has no place. */
export interface EvidencePlace {
  readonly party?: string
  readonly thread?: string
  /** Position in its thread, from 0: the `seq` that belongs there. */
  readonly message?: number
  /** Position among the agreements, from 1. */
  readonly agreement?: number
  /** Position among the equivocations, from 1. */
  readonly equivocation?: number
}

/** Every code that a fault may carry, beside those of single messages and keys. */
export type EvidenceFaultCode =
  | RefusalCode
  | KeyRefusal['code']
  | 'bundle'
  | 'schema'
  | 'sender'
  | 'opening'
  | 'thread-kind'
  | 'noted'
  | 'request-id'
  | 'amount'
  | 'receipt-sum'
  | 'parts-sum'
  | 'equivocation'
  | 'erasure'
  | 'agreement-missing'
  | 'agreement-thread'
  | 'agreement-twice'
  | 'agreement-answer'
  | 'agreement-offer'
  | 'agreement-plan'
  | 'agreement-lines'
  | 'agreement-bytes'

/** One reason why a bundle proves nothing at one place; `detail` quotes no personal data. */
export interface EvidenceFault {
  readonly code: EvidenceFaultCode
  readonly where: EvidencePlace
  readonly detail: string
}

/** What a faultless bundle proves against one of its parties. */
export interface EvidenceFinding {
  readonly code: 'equivocation'
  /** The party that signed both messages. */
  readonly signer: string
  readonly where: EvidencePlace
  readonly detail: string
}

const ROLES: ReadonlySet<unknown> = new Set(['creditor', 'agent', 'bank'])
const ID = /^[A-Za-z0-9_-]{1,64}$/
const THREAD = /^[A-Za-z0-9_-]{16,64}$/
/** SHA-256 in base64url. */
const HASH = /^[A-Za-z0-9_-]{43}$/
const MEMBERS = ['format', 'paymentRequestId', 'exportedAt', 'parties', 'threads', 'agreements']
const OPTIONAL = ['equivocations', 'erasure']

/**
 * Says where a fault is, such as `thread abc…, message 3`, or `the bundle`.
 *
 * @example
 * import { evidencePlaceText } from '@parley/sdk/protocol'
 * evidencePlaceText({ thread: 'thr_1', message: 3 }) // => 'thread thr_1, message 3'
 */
export function evidencePlaceText(where: EvidencePlace): string {
  const parts = [
    ...(where.party === undefined ? [] : [`party ${where.party}`]),
    ...(where.thread === undefined ? [] : [`thread ${where.thread}`]),
    ...(where.message === undefined ? [] : [`message ${where.message}`]),
    ...(where.agreement === undefined ? [] : [`agreement ${where.agreement}`]),
    ...(where.equivocation === undefined ? [] : [`equivocation ${where.equivocation}`]),
  ]
  return parts.length === 0 ? 'the bundle' : parts.join(', ')
}

/**
 * Reads untrusted JSON as a bundle. Refuses with code `bundle` whatever is not exactly the form of
 * `parley-evidence-1`, and a bundle without a party, a thread or a message: nothing proves nothing.
 */
export function readEvidenceBundle(bundle: unknown): Result<EvidenceBundle, EvidenceFault> {
  const detail = formFault(bundle)
  return detail === undefined
    ? ok(bundle as EvidenceBundle)
    : err({ code: 'bundle', where: {}, detail })
}

function formFault(bundle: unknown): string | undefined {
  if (!isJsonObject(bundle)) return 'not a JSON object'
  if (bundle.format !== EVIDENCE_FORMAT) return `format is not ${EVIDENCE_FORMAT}`
  const members = [...MEMBERS, ...OPTIONAL.filter((name) => name in bundle)]
  if (!hasExactly(bundle, members)) return `members must be exactly ${MEMBERS.join(', ')}`
  const { paymentRequestId, exportedAt, parties, threads, agreements, equivocations = [] } = bundle
  if (!isText(paymentRequestId, ID)) return 'paymentRequestId is not an id'
  if (!Number.isSafeInteger(exportedAt)) return 'exportedAt is not whole epoch seconds'
  if (!isFilledArray(parties)) return 'parties must not be empty'
  const party = parties.findIndex((entry) => !isParty(entry))
  if (party >= 0) return `party ${party + 1} is not {iss, role, jwks: {keys}}`
  if (!isFilledArray(threads)) return 'threads must not be empty'
  const thread = threads.findIndex((entry) => !isThread(entry))
  if (thread >= 0) return `thread ${thread + 1} is not {thr, messages} with at least one message`
  const areObjects = Array.isArray(agreements) && agreements.every(isJsonObject)
  if (!areObjects) return 'agreements must be an array of objects'
  const areTexts = Array.isArray(equivocations) && equivocations.every(isString)
  if (!areTexts) return 'equivocations must be an array of compact JWS'
  const { erasure = '' } = bundle
  return isString(erasure) ? undefined : 'erasure must be a compact JWS'
}

function isParty(value: unknown): boolean {
  if (!isJsonObject(value) || !hasExactly(value, ['iss', 'role', 'jwks'])) return false
  const { iss, role, jwks } = value
  // Which host the server ran on is not the verifier's to judge: loopback serves trials.
  if (!isIssuer(iss, { allowLoopbackHttp: true }) || !ROLES.has(role)) return false
  return isJsonObject(jwks) && Array.isArray(jwks.keys) && jwks.keys.every(isJsonObject)
}

function isThread(value: unknown): boolean {
  if (!isJsonObject(value)) return false
  if ('erased' in value) return isErasedThread(value)
  if (!hasExactly(value, ['thr', 'messages'])) return false
  const { thr, messages } = value
  return isText(thr, THREAD) && isFilledArray(messages) && messages.every(isString)
}

function isErasedThread(value: JsonObject): boolean {
  if (!hasExactly(value, ['thr', 'messages', 'erased'])) return false
  const { thr, messages, erased } = value
  const isEmpty = Array.isArray(messages) && messages.length === 0
  if (!isText(thr, THREAD) || !isEmpty || !isFilledArray(erased)) return false
  return erased.every((hash) => isText(hash, HASH)) && new Set(erased).size === erased.length
}

function isFilledArray(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0
}

function isText(value: unknown, pattern: RegExp): value is string {
  return isString(value) && pattern.test(value)
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function hasExactly(value: JsonObject, names: readonly string[]): boolean {
  const own = Object.keys(value)
  return own.length === names.length && names.every((name) => own.includes(name))
}
