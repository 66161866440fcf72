// Evidence about somebody who was erased: the hashes are left, and the proof of the creditor.
import { beforeAll, describe, expect, it } from 'vitest'
import { verifyEvidence } from '../../src/protocol/evidence.ts'
import type { EvidenceBundle } from '../../src/protocol/evidence-bundle.ts'
import { ERASURE_TYP, erasedChain } from '../../src/protocol/evidence-erasure.ts'
import { signingInputHash } from '../../src/protocol/hash.ts'
import type { SigningKey } from '../../src/protocol/keys.ts'
import { signMessage } from '../../src/protocol/sign.ts'
import {
  CREDITOR,
  caseBundle,
  creditorKey,
  EXPORTED_AT,
  faultsOf,
  strangerKey,
} from './evidence-fixtures.ts'

let erased: EvidenceBundle
let stated: object

beforeAll(async () => {
  const whole = await caseBundle()
  const threads = await Promise.all(
    whole.threads.map(async ({ thr, messages }) => ({
      thr,
      messages: [],
      erased: await Promise.all(messages.map((jws) => signingInputHash(jws))),
    })),
  )
  const proven = await Promise.all(
    threads.map(async ({ thr, erased: hashes }) => ({
      thr,
      messages: hashes.length,
      chain: await erasedChain(hashes),
    })),
  )
  stated = { ver: '1.0', iss: CREDITOR, iat: EXPORTED_AT - 60, threads: proven }
  erased = { ...whole, threads, agreements: [], erasure: await proofBy(creditorKey) }
})

const proofBy = (key: SigningKey, change: object = {}) =>
  signMessage(ERASURE_TYP, { ...stated, ...change }, key)

/** The bundle with the hashes of its conversation changed. */
function withHashes(change: (hashes: string[]) => string[]): EvidenceBundle {
  const threads = erased.threads.map((thread) =>
    (thread.erased?.length ?? 0) < 3
      ? thread
      : { ...thread, erased: change([...(thread.erased ?? [])]) },
  )
  return { ...erased, threads }
}

describe('[EVI-05] an erased thread', () => {
  it('verifies by its hashes and the proof of the creditor', async () => {
    const report = await verifyEvidence(erased)
    expect(report).toMatchObject({ ok: true, faults: [], checked: { messages: 0, erased: 11 } })
  })

  it.each<[string, () => Promise<EvidenceBundle> | EvidenceBundle]>([
    ['without a proof', () => ({ ...erased, erasure: '' })],
    [
      'with the proof of a stranger',
      async () => ({ ...erased, erasure: await proofBy(strangerKey) }),
    ],
    [
      'with the proof of another creditor',
      async () => ({
        ...erased,
        erasure: await proofBy(creditorKey, { iss: 'https://other.example' }),
      }),
    ],
    [
      'that its proof does not name',
      async () => ({ ...erased, erasure: await proofBy(creditorKey, { threads: [] }) }),
    ],
    ['with a hash too many', () => withHashes((hashes) => [...hashes, 'A'.repeat(43)])],
    ['with another order', () => withHashes((hashes) => hashes.toReversed())],
  ])('is a fault %s', async (_how, spoil) => {
    const { ok, faults } = await verifyEvidence(await spoil())
    expect(ok).toBe(false)
    const { thread } = faults[0]?.where ?? {}
    expect(faults[0]?.code).toBe('erasure')
    expect(erased.threads.map(({ thr }) => thr)).toContain(thread)
  })

  it.each([
    ['beside messages', { messages: ['a.b.c'] }],
    ['without a hash', { erased: [] }],
    ['with a hash twice', { erased: ['A'.repeat(43), 'A'.repeat(43)] }],
    ['with something else than a hash', { erased: ['no hash'] }],
  ])('is no form of a bundle %s', async (_how, change) => {
    const [first, ...rest] = erased.threads
    const spoilt = { ...erased, threads: [{ ...first, ...change }, ...rest] }
    expect(await faultsOf(spoilt as EvidenceBundle)).toMatchObject([
      expect.stringContaining('bundle'),
    ])
  })
})
