// Messages for tests: a good one, and the means to spoil exactly one thing about it.

import { expect } from 'vitest'
import { encodeUtf8, toBase64Url } from '../../src/protocol/encoding.ts'
import type { JwkSet } from '../../src/protocol/key-set.ts'
import type { SigningKey } from '../../src/protocol/keys.ts'
import { generateSigningKey, signatureParameters } from '../../src/protocol/keys.ts'
import type { RefusalCode } from '../../src/protocol/refusals.ts'
import { signMessage } from '../../src/protocol/sign.ts'
import type { VerifyOptions } from '../../src/protocol/verify.ts'
import { verifyMessage } from '../../src/protocol/verify.ts'

export const NOW = 1_800_000_000
export const TYP = 'parley-request+jwt'
export const CREDITOR = 'https://creditor.example'
export const AGENT = 'https://agent.example'

export const es256 = await generateSigningKey('ES256', { extractable: true })
export const ed25519 = await generateSigningKey('Ed25519')
export const stranger = await generateSigningKey('ES256')

export const keys = jwkSet(es256, ed25519)

export function jwkSet(...signers: SigningKey[]): JwkSet {
  return { keys: signers.map(({ kid, publicJwk }) => ({ ...publicJwk, kid })) }
}

/** The claims of a good message; `undefined` removes one. */
export function claims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const good = {
    ver: '1.0',
    iss: CREDITOR,
    aud: AGENT,
    sub: 'deb_4711',
    jti: 'msg_8Jm1vT0pQkq3cXh2Zr5wYg',
    iat: NOW - 5,
    exp: NOW + 86_400,
    thr: 'thr_q3cXh2Zr5wYg8Jm1vT0pQk',
    seq: 0,
    prev: null,
    amount: { value: '120.50', currency: 'EUR' },
  }
  return { ...good, ...changes }
}

export function options(changes: Partial<VerifyOptions> = {}): VerifyOptions {
  return { typ: TYP, keys, now: NOW, audience: AGENT, issuer: CREDITOR, ...changes }
}

/** Signs the claims of a good message with changes, by the rules. */
export function message(changes: Record<string, unknown> = {}, key = es256): Promise<string> {
  return signMessage(TYP, claims(changes), key)
}

/** What to put into a message that no honest sender would send. */
export interface Craft {
  readonly header?: Record<string, unknown> | string
  readonly payload?: Record<string, unknown> | string | Uint8Array
  readonly key?: SigningKey
}

/** Signs any header and any payload, so that only the fault under test can be the reason. */
export async function craft({ header = {}, payload, key = es256 }: Craft): Promise<string> {
  const goodHeader = { alg: key.alg, typ: TYP, kid: key.kid }
  const headerText = typeof header === 'string' ? header : json({ ...goodHeader, ...header })
  const input = `${toBase64Url(encodeUtf8(headerText))}.${toBase64Url(payloadBytes(payload))}`
  return `${input}.${await signRaw(input, key)}`
}

export async function signRaw(input: string, { alg, privateKey }: SigningKey): Promise<string> {
  const parameters = signatureParameters(alg)
  const signature = await crypto.subtle.sign(parameters, privateKey, encodeUtf8(input))
  return toBase64Url(new Uint8Array(signature))
}

/** Expects one refusal, after the good message has passed under the same options. */
export async function expectRefusal(
  jws: unknown,
  code: RefusalCode,
  changes: Partial<VerifyOptions> = {},
): Promise<void> {
  const control = await verifyMessage(await message(), options(changes))
  expect(control, 'the control passes').toMatchObject({ ok: true })
  const result = await verifyMessage(jws, options(changes))
  expect(result).toMatchObject({ ok: false, error: { code } })
}

function payloadBytes(payload: Craft['payload']): Uint8Array {
  if (payload instanceof Uint8Array) return payload
  return encodeUtf8(typeof payload === 'string' ? payload : json(payload ?? claims()))
}

function json(value: Record<string, unknown>): string {
  return JSON.stringify(value)
}
