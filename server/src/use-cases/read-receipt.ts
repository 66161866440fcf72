// A receipt of the claim behind a link: the signed message, as the person's agent would have got it.
import { peekClaims, type ReceiptMessage, typOf } from '@parley/sdk/protocol'
import { messagesOfThread, threadsOfClaim } from '../storage/threads.ts'
import { claimOfLink } from './claim-of-link.ts'
import type { Deps } from './deps.ts'

export interface SignedReceipt {
  jws: string
  receipt: ReceiptMessage
}

/** Finds it; undefined for a receipt of another claim. */
export async function readReceipt(
  deps: Pick<Deps, 'db' | 'clock' | 'links'>,
  { token, receiptId }: { token: string; receiptId: string },
): Promise<SignedReceipt | undefined> {
  const claim = await claimOfLink(deps, token)
  if (claim === undefined) return undefined
  for (const thread of await threadsOfClaim(deps.db, claim)) {
    const messages = await messagesOfThread(deps.db, thread)
    for (const { jws } of messages.filter(({ typ }) => typ === typOf('receipt'))) {
      if (jws === null) continue
      const peeked = peekClaims(jws)
      // A message that we signed ourselves and kept.
      const receipt = peeked.ok ? (peeked.value.payload as unknown as ReceiptMessage) : undefined
      if (receipt?.receiptId === receiptId) return { jws, receipt }
    }
  }
  return undefined
}
