// Wycheproof: signatures that must and must not verify, through the same door as messages.

import { expect, it } from 'vitest'
import { toBase64Url } from '../../src/protocol/encoding.ts'
import { checkPublicJwk, importPublicKey } from '../../src/protocol/keys.ts'
import { isSignedBy } from '../../src/protocol/verify.ts'
import { describeCorpus, readCorpusJson } from './corpus-files.ts'

interface Suite {
  testGroups: Array<{
    publicKey: { pk?: string; wx?: string; wy?: string }
    tests: Array<{ tcId: number; msg: string; sig: string; result: 'valid' | 'invalid' }>
  }>
}

const ED25519 = 'conformance/wycheproof/ed25519_test.json'
const ES256_RAW = 'conformance/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json'
const ES256_DER = 'conformance/wycheproof/ecdsa_secp256r1_sha256_test.json'

describeCorpus(ED25519, () => {
  it('verifies exactly the valid signatures', async () => {
    expect(await wronglyJudged(ED25519, (result) => result === 'valid')).toEqual([])
  })
})

describeCorpus(ES256_RAW, () => {
  it('verifies exactly the valid signatures', async () => {
    expect(await wronglyJudged(ES256_RAW, (result) => result === 'valid')).toEqual([])
  })
})

describeCorpus(ES256_DER, () => {
  it('verifies no signature in DER, valid or not', async () => {
    expect(await wronglyJudged(ES256_DER, () => false)).toEqual([])
  })
})

async function wronglyJudged(path: string, shouldVerify: (result: string) => boolean) {
  const wrong: number[] = []
  for (const { publicKey, tests } of readCorpusJson<Suite>(path).testGroups) {
    for (const { tcId, msg, sig, result } of tests) {
      const isVerified = await verifies(publicKey, msg, sig)
      if (isVerified !== shouldVerify(result)) wrong.push(tcId)
    }
  }
  return wrong
}

async function verifies(
  publicKey: Suite['testGroups'][number]['publicKey'],
  message: string,
  signature: string,
): Promise<boolean> {
  const checked = checkPublicJwk(jwkOf(publicKey))
  if (!checked.ok) return false
  const { alg } = checked.value
  const { kid, key } = await importPublicKey(checked.value)
  const record = { kid, alg, jwk: checked.value }
  return isSignedBy({ record, key }, fromHex(message), fromHex(signature))
}

function jwkOf({ pk, wx = '', wy = '' }: Suite['testGroups'][number]['publicKey']): object {
  if (pk !== undefined) return { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(fromHex(pk)) }
  const [x, y] = [wx, wy].map((hex) => toBase64Url(fromHex(hex.padStart(64, '0').slice(-64))))
  return { kty: 'EC', crv: 'P-256', x, y }
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
