// Replies that are kept for the same request again are sealed with the master key, not with that of a person:
// those that speak of somebody who is erased are found by opening them.
import type { Tx } from '../storage/database.ts'
import type { PersonKey } from '../storage/erasures.ts'
import { deleteReply, pageOfReplies } from '../storage/idempotency.ts'
import type { Deps } from './deps.ts'

const PAGE = 500

/** Forgets every kept reply of a creditor that names the person. */
export async function forgetKeptReplies(
  { vault }: Pick<Deps, 'vault'>,
  tx: Tx,
  { creditorId, debtorId }: PersonKey,
): Promise<void> {
  for (let after: { operation: string; key: string } | undefined; ; ) {
    const page = await pageOfReplies(tx, { creditorId, after, limit: PAGE })
    for (const reply of page) {
      const isAbout =
        reply.operation.includes(debtorId) || vault.open(reply.body).includes(debtorId)
      if (isAbout) await deleteReply(tx, { creditorId, ...reply })
    }
    after = page.at(-1)
    if (after === undefined) return
  }
}
