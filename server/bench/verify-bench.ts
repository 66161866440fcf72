// The strict layer against the bare signature check of the same platform, 64 at a time.
import { generateSigningKey, signMessage, toBase64Url, verifyMessage } from '@parley/sdk/protocol'
import { median } from './load.ts'

const CONCURRENCY = 64
const ROUNDS = 5
const SECONDS = 1

const ISSUER = 'https://creditor.example'
const AUDIENCE = 'https://agent.example'
const NOW = 1_800_000_000

/** Verifications a second by the strict layer, and as a ratio to WebCrypto alone. */
export async function benchVerify(): Promise<{ perSecond: number; ratio: number }> {
  const key = await generateSigningKey('ES256')
  const jws = await signMessage('parley-request+jwt', payload(), key)
  const keys = { keys: [{ ...key.publicJwk, kid: key.kid }] }
  const options = { typ: 'parley-request+jwt', keys, now: NOW, audience: AUDIENCE, issuer: ISSUER }
  const strict = async () => {
    const verified = await verifyMessage(jws, options)
    if (!verified.ok) throw new Error(`the control was refused: ${verified.error.code}`)
  }
  const raw = await rawVerifier(jws, key.publicJwk)
  const ratios: number[] = []
  const rates: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const ceiling = await rate(raw)
    const ours = await rate(strict)
    ratios.push(ours / ceiling)
    rates.push(ours)
  }
  return { perSecond: median(rates), ratio: median(ratios) }
}

async function rawVerifier(jws: string, jwk: object): Promise<() => Promise<void>> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
  const [header = '', body = '', signature = ''] = jws.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const input = Buffer.from(`${header}.${body}`)
  return async () => {
    if (!(await crypto.subtle.verify(algorithm, key, bytes, input))) throw new Error('raw failed')
  }
}

async function rate(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  const until = start + SECONDS * 1000
  let done = 0
  const loop = async () => {
    while (performance.now() < until) {
      await work()
      done++
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, loop))
  return done / ((performance.now() - start) / 1000)
}

function payload() {
  return {
    ver: '1.0',
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'sub_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    jti: toBase64Url(new Uint8Array(16)),
    iat: NOW,
    exp: NOW + 3_600,
    thr: 'thread-0000000000000000',
    seq: 0,
    prev: null,
    padding: 'x'.repeat(800),
  }
}
