// The result of a run in one signed line: a compact JWS that whoever ran the suite hands on. It shows that the
// report is the one that this key signed; not that the run was honest, nor what system it really was.
import { createHash } from 'node:crypto'
import { CompactSign, calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose'
import type { Role } from '../run/case.ts'
import type { Counts, Report } from './report.ts'

export const RESULT_TYPE = 'parley-conformance-result+jwt'

const ALGORITHM = 'EdDSA'

/** What is signed. */
export interface SignedResult {
  readonly suite: string
  readonly protocol: string
  /** Hash of the rules that the suite quotes, as in the report. */
  readonly specification: string
  readonly role: Role
  /** Name and version of the system under test, as far as it tells. */
  readonly system: string
  /** Base64url SHA-256 of the settings, secrets left out. */
  readonly settings: string
  readonly counts: Counts
  /** Base64url SHA-256 of the report without `volatile`. */
  readonly report: string
  /** When the run started. */
  readonly startedAt: string
}

/** A private key on Ed25519, as RFC 8037 writes it. */
export interface ResultKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly d: string
}

/** Who signed a result, and what about it does not hold. */
export interface ExaminedResult {
  readonly result: SignedResult
  /** RFC 7638 thumbprint of the key. */
  readonly signedBy: string
  /** Empty when all holds. */
  readonly faults: readonly string[]
}

/** Reads a private key. @throws {TypeError} for a text that is none. */
export function readResultKey(text: string): ResultKey {
  const { kty, crv, x, d } = JSON.parse(text) as Partial<Record<keyof ResultKey, unknown>>
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof d !== 'string') {
    throw new TypeError('it is no private JWK on Ed25519')
  }
  return { kty, crv, x, d }
}

/** Reads a key set or a single public key. @throws {TypeError} for a text that is none. */
export function readSigners(text: string): readonly JWK[] {
  const value = JSON.parse(text) as JWK & { readonly keys?: unknown }
  const keys = Array.isArray(value.keys) ? (value.keys as JWK[]) : [value]
  if (!keys.every(({ kty }) => typeof kty === 'string')) throw new TypeError('it is no key set')
  return keys
}

/** Signs the result of a run. `settings` are what the run was asked for, without secrets. */
export async function signResult(
  report: Report,
  settings: object,
  { d, ...jwk }: ResultKey,
): Promise<string> {
  const { suite, protocol, specification, role, counts, volatile } = report
  const { system, startedAt } = volatile
  const result: SignedResult = {
    ...{ suite, protocol, specification, role, system, counts, startedAt },
    settings: hashOf(settings),
    report: hashOfReport(report),
  }
  const header = { alg: ALGORITHM, typ: RESULT_TYPE, kid: await calculateJwkThumbprint(jwk), jwk }
  return await new CompactSign(Buffer.from(JSON.stringify(result)))
    .setProtectedHeader(header)
    .sign(await importJWK({ ...jwk, d }, ALGORITHM))
}

/**
 * Examines a result beside the report that it is said to be of. Without `signers` any key may have signed.
 *
 * @throws {TypeError} for a text that no key signed as a result.
 */
export async function examineResult(
  jws: string,
  report: Report,
  signers?: readonly JWK[],
): Promise<ExaminedResult> {
  const { result, signedBy } = await verified(jws)
  const known = await Promise.all((signers ?? []).map((jwk) => thumbprintOf(jwk)))
  const faults = [
    ...(signers === undefined || known.includes(signedBy)
      ? []
      : [`the key ${signedBy} is not one of those given`]),
    ...(result.report === hashOfReport(report) ? [] : ['the report is another one']),
  ]
  return { result, signedBy, faults }
}

async function verified(jws: string): Promise<{ result: SignedResult; signedBy: string }> {
  try {
    let signedBy = ''
    const { payload, protectedHeader } = await compactVerify(
      jws,
      async ({ jwk }) => {
        if (jwk?.kty !== 'OKP' || jwk.crv !== 'Ed25519') throw new TypeError('no key on Ed25519')
        signedBy = await calculateJwkThumbprint(jwk)
        return await importJWK(jwk, ALGORITHM)
      },
      { algorithms: [ALGORITHM] },
    )
    if (protectedHeader.typ !== RESULT_TYPE) throw new TypeError(`typ is not ${RESULT_TYPE}`)
    return { result: JSON.parse(Buffer.from(payload).toString()) as SignedResult, signedBy }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new TypeError(`it is no signed result: ${why}`)
  }
}

/** Undefined for a key that could not have signed a result. */
async function thumbprintOf(jwk: JWK): Promise<string | undefined> {
  return jwk.crv === 'Ed25519' ? await calculateJwkThumbprint(jwk) : undefined
}

function hashOfReport({ volatile: _, ...report }: Report): string {
  return hashOf(report)
}

function hashOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url')
}
