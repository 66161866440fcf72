// Signing keys of the parties that the suite plays.
import { createECDH, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { Seeded } from './seeded.ts'

export type SigningAlg = 'ES256' | 'Ed25519'

/** A key pair under its RFC 7638 thumbprint. */
export interface PartyKey {
  readonly alg: SigningAlg
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** The bare public key: `kty`, `crv` and coordinates. */
  readonly publicJwk: JWK
}

const PKCS8_OF_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Draws a key. */
export async function drawKey(seeded: Seeded, alg: SigningAlg = 'ES256'): Promise<PartyKey> {
  const privateKey = alg === 'ES256' ? ecKey(seeded) : edKey(seeded)
  const publicKey = createPublicKey(privateKey)
  const publicJwk = publicKey.export({ format: 'jwk' }) as JWK
  const kid = await calculateJwkThumbprint(publicJwk)
  return { alg, kid, privateKey, publicKey, publicJwk }
}

/** The name of an agent that enrols with this key (PTY-02). */
export function thumbprintUri({ kid }: Pick<PartyKey, 'kid'>): string {
  return `urn:ietf:params:oauth:jwk-thumbprint:sha-256:${kid}`
}

function ecKey(seeded: Seeded): KeyObject {
  const pair = createECDH('prime256v1')
  // The first byte keeps the number below the order of the curve.
  const secret = seeded.bytes(32)
  secret[0] = (secret[0] ?? 0) & 0x7f
  pair.setPrivateKey(secret)
  const point = pair.getPublicKey()
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: secret.toString('base64url'),
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  return createPrivateKey({ key: jwk, format: 'jwk' })
}

function edKey(seeded: Seeded): KeyObject {
  const key = Buffer.concat([PKCS8_OF_ED25519, seeded.bytes(32)])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}
