// The notices of a claim that left, with what each of them stated.
import { isDeepStrictEqual } from 'node:util'
import { countsAsArrived, type Delivery } from '../domain/delivery/delivery.ts'
import type { StoredNotice } from './column-types.ts'
import type { Database, Tx } from './database.ts'

export interface SentNotice {
  messageId: string
  terms: StoredNotice
  /** It bounced, came back or may never have left. */
  isUndelivered: boolean
}

/** Tells whether two notices state the same, whatever the order of their members. */
export function isSameNotice(one: StoredNotice | null, other: StoredNotice | null): boolean {
  return isDeepStrictEqual(one, other)
}

/** Every notice of a claim that left, oldest first. */
export async function noticesOf(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
): Promise<SentNotice[]> {
  const rows = await db
    .selectFrom('human_messages')
    .select(['message_id', 'notice', 'delivery'])
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('is_notice', '=', true)
    .where('state', '=', 'sent')
    .orderBy('sent_at')
    .orderBy('message_id')
    .execute()
  return rows.flatMap(({ message_id: messageId, notice, delivery }) => {
    const isUndelivered = !countsAsArrived(delivery as Delivery | null)
    return notice === null ? [] : [{ messageId, terms: notice, isUndelivered }]
  })
}
