// Judges what is left of threads whose person was erased: the hashes in their order, against the proof that
// the creditor signed when the messages went.

import { isJsonObject } from './decode.ts'
import { encodeUtf8 } from './encoding.ts'
import type { EvidenceBundle, EvidenceFault } from './evidence-bundle.ts'
import { sha256Base64Url } from './hash.ts'
import { verifyGeneralJws } from './verify-general.ts'

/** The `typ` of a proof of erasure. */
export const ERASURE_TYP = 'parley-erasure+jwt'

/** What a proof states of one thread. */
export interface ErasedThread {
  readonly thr: string
  /** How many messages it had. */
  readonly messages: number
  /** {@link erasedChain} of their hashes. */
  readonly chain: string
}

/**
 * SHA-256 over the hashes of a thread's messages in their order, joined by a space, in base64url: what a
 * proof of erasure keeps of them.
 *
 * @example
 * import { erasedChain } from '@parley/sdk/protocol'
 * const chain = await erasedChain(['aGFzaCAw', 'aGFzaCAx'])
 * chain.length // => 43
 */
export async function erasedChain(hashes: readonly string[]): Promise<string> {
  return await sha256Base64Url(encodeUtf8(hashes.join(' ')))
}

/** The faults of erased threads: `erasure` for each that no proof of the creditor covers. */
export async function erasureFaults(bundle: EvidenceBundle): Promise<EvidenceFault[]> {
  const erased = bundle.threads.filter((thread) => thread.erased !== undefined)
  if (erased.length === 0) return []
  const proven = await provenThreads(bundle)
  const faults: EvidenceFault[] = []
  for (const { thr, erased: hashes = [] } of erased) {
    const proof = proven.find((thread) => thread.thr === thr)
    const isWhole = proof?.messages === hashes.length && proof.chain === (await erasedChain(hashes))
    if (isWhole) continue
    const detail = proof === undefined ? 'no proof of erasure names it' : 'is not as it was erased'
    faults.push({ code: 'erasure', where: { thread: thr }, detail })
  }
  return faults
}

async function provenThreads({
  erasure = '',
  parties,
  exportedAt,
}: EvidenceBundle): Promise<ErasedThread[]> {
  const creditor = parties.find(({ role }) => role === 'creditor')
  const [header, payload, signature, more] = erasure.split('.')
  if (creditor === undefined || !header || !payload || !signature || more !== undefined) return []
  const verified = await verifyGeneralJws(
    { payload, signatures: [{ protected: header, signature }] },
    {
      typ: ERASURE_TYP,
      parties: [{ name: 'creditor', issuer: creditor.iss, keys: creditor.jwks }],
      now: exportedAt,
      evidence: true,
    },
  )
  if (!verified.ok || verified.value.payload['iss'] !== creditor.iss) return []
  const { threads } = verified.value.payload
  return Array.isArray(threads) ? threads.filter(isErasedThread) : []
}

function isErasedThread(value: unknown): value is ErasedThread {
  if (!isJsonObject(value)) return false
  const { thr, messages, chain } = value
  return typeof thr === 'string' && Number.isSafeInteger(messages) && typeof chain === 'string'
}
