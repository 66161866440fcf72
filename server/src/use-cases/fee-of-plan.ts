// The fee of an agreed plan, as both sides signed it.
import { type Agreement, decodeUtf8, fromBase64Url, parseAmount } from '@parley/sdk/protocol'
import type { StoredAgreement } from '../storage/agreements.ts'

/** Returns the fee in minor units; zero for a plan without one, for a rebate, and of an erased person. */
export function feeOf({ jws, total }: Pick<StoredAgreement, 'jws' | 'total'>): bigint {
  if (jws === null) return 0n
  const text = decodeUtf8(fromBase64Url(jws.payload) ?? new Uint8Array())
  const { principal } = JSON.parse(text ?? '') as Agreement
  const parsed = parseAmount(principal)
  if (!parsed.ok) throw new Error('an agreement of our own making has no valid amount')
  const fee = total - parsed.value.minor
  return fee > 0n ? fee : 0n
}
