// Signatures and keys that are odd as numbers: what a verifier that trusts its library alone may
// let through (SIG-023, SIG-045). The rule for ECDSA: r and s lie in 1 … n − 1, and both s and
// n − s are good, because RFC 7518 §3.4 and WebCrypto know no "low s". A message is therefore
// named by its signing input and by (iss, jti), never by its token.

import { describe, expect, it } from 'vitest'
import { fromBase64Url, toBase64Url } from '../../src/protocol/encoding.ts'
import type { PublishedJwk } from '../../src/protocol/key-set.ts'
import type { SigningKey } from '../../src/protocol/keys.ts'
import { thumbprint } from '../../src/protocol/keys.ts'
import { verifyMessage } from '../../src/protocol/verify.ts'
import {
  craft,
  ed25519,
  es256,
  expectRefusal,
  jwkSet,
  message,
  options,
} from './message-fixtures.ts'

/** Order of the group of P-256 (SEC 2 §2.4.2). */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
/** Prime of the field of P-256. */
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
/** Order of the base point of Ed25519 (RFC 8032 §5.1). */
const L = 2n ** 252n + 27742317777372353535851937790883648493n

describe('an ES256 signature', () => {
  const token = message()

  it.each<[string, (r: bigint, s: bigint) => [bigint, bigint]]>([
    ['r = 0', (_, s) => [0n, s]],
    ['s = 0', (r) => [r, 0n]],
    ['r = s = 0', () => [0n, 0n]],
    ['r = n', (_, s) => [N, s]],
    ['s = n', (r) => [r, N]],
    ['r = n, s = n', () => [N, N]],
    ['r = 1, s = 1', () => [1n, 1n]],
    ['−r', (r, s) => [N - r, s]],
    ['r = p', (_, s) => [P, s]],
    ['both as great as 32 bytes allow', () => [2n ** 256n - 1n, 2n ** 256n - 1n]],
  ])('is refused with %s (SIG-023)', async (_, change) => {
    await expectRefusal(await withHalves(await token, change, bigEndian), 'signature')
  })

  it('is good with n − s too, and says the same under the same hash', async () => {
    const twin = await withHalves(await token, (r, s) => [r, N - s], bigEndian)
    expect(twin).not.toBe(await token)
    const [first, second] = [
      await verifyMessage(await token, options()),
      await verifyMessage(twin, options()),
    ]
    if (!first.ok || !second.ok) throw new Error('refused')
    expect(second.value.hash).toBe(first.value.hash)
    expect(second.value.payload).toEqual(first.value.payload)
  })
})

describe('an Ed25519 signature', () => {
  const token = message({}, ed25519)

  it.each<[string, (point: bigint, scalar: bigint) => [bigint, bigint]]>([
    ['S + L, the same scalar again', (r, s) => [r, s + L]],
    ['S + 2L', (r, s) => [r, s + 2n * L]],
    ['L − S', (r, s) => [r, L - s]],
    ['S = 0', (r) => [r, 0n]],
    ['S = L', (r) => [r, L]],
    ['R the neutral point, S = 0', () => [1n, 0n]],
    ['R all zero, S all zero', () => [0n, 0n]],
    ['R beyond the field', (_, s) => [2n ** 255n - 1n, s]],
    ['the sign of R turned', (r, s) => [r ^ (1n << 255n), s]],
  ])('is refused with %s (SIG-023)', async (_, change) => {
    await expectRefusal(await withHalves(await token, change, littleEndian), 'signature')
  })
})

describe('a published key', () => {
  it.each<[string, bigint]>([
    ['0', 0n],
    ['1, the neutral point', 1n],
    ['p − 1', 2n ** 255n - 20n],
    ['p, zero again', 2n ** 255n - 19n],
    ['p + 1, one again', 2n ** 255n - 18n],
    ['1 with a sign', 1n | (1n << 255n)],
    ['a point of order 8', 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n],
  ])(
    'of small order is unknown, whatever it is said to have signed: y = %s (SIG-045)',
    async (_, y) => {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(littleEndian.write(y)) }
      // With such a key, R = the neutral point and S = 0 fits every message for one in eight.
      const jws = await signedBy(jwk, Uint8Array.from([1, ...new Uint8Array(63)]))
      await expectRefusal(jws, 'key-unknown', { keys: await setWith(jwk) })
    },
  )

  it.each<[string, (x: bigint, y: bigint) => [bigint, bigint]]>([
    ['off the curve by one', (x, y) => [x, y ^ 1n]],
    ['with its halves swapped', (x, y) => [y, x]],
    ['at infinity', () => [0n, 0n]],
    ['beyond the field', (_, y) => [P, y]],
  ])('%s is unknown (SIG-045)', async (_, change) => {
    const { x = '', y = '' } = es256.publicJwk
    const point = change(bigEndian.read(bytesOf(x)), bigEndian.read(bytesOf(y)))
    const [newX, newY] = point.map((half) => toBase64Url(bigEndian.write(half)))
    const jwk = { kty: 'EC', crv: 'P-256', x: newX ?? '', y: newY ?? '' }
    const jws = await signedBy(jwk, new Uint8Array(64))
    await expectRefusal(jws, 'key-unknown', { keys: await setWith(jwk) })
  })
})

interface ByteOrder {
  readonly read: (bytes: Uint8Array) => bigint
  readonly write: (value: bigint) => Uint8Array
}

const bigEndian: ByteOrder = {
  read: (bytes) => BigInt(`0x${hexOf(bytes)}`),
  write: (value) => fromHex(value.toString(16).padStart(64, '0')),
}

const littleEndian: ByteOrder = {
  read: (bytes) => bigEndian.read(bytes.toReversed()),
  write: (value) => bigEndian.write(value).toReversed(),
}

async function withHalves(
  jws: string,
  change: (first: bigint, second: bigint) => [bigint, bigint],
  order: ByteOrder,
): Promise<string> {
  const [header, payload, signature = ''] = jws.split('.')
  const bytes = bytesOf(signature)
  const halves = change(order.read(bytes.slice(0, 32)), order.read(bytes.slice(32)))
  const changed = Uint8Array.from(halves.flatMap((half) => [...order.write(half)]))
  return `${header}.${payload}.${toBase64Url(changed)}`
}

async function signedBy(jwk: PublishedJwkBody, signature: Uint8Array): Promise<string> {
  const key: SigningKey = jwk.kty === 'EC' ? es256 : ed25519
  const jws = await craft({ key, header: { kid: await thumbprint(jwk) } })
  return jws.replace(/[^.]*$/, toBase64Url(signature))
}

type PublishedJwkBody = Omit<PublishedJwk, 'kid'>

async function setWith(jwk: PublishedJwkBody) {
  return { keys: [...jwkSet(es256).keys, { ...jwk, kid: await thumbprint(jwk) }] }
}

function bytesOf(text: string): Uint8Array {
  return fromBase64Url(text) ?? new Uint8Array()
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
