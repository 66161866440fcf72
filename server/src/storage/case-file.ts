// What a case file holds beside claim, payments and events: holds with their ends, every message to the
// person with its proof of delivery, charges, and the kinds of tasks that are open.
import type { Delivery } from '../domain/delivery/delivery.ts'
import type { StoredNotice } from './column-types.ts'
import type { Database, Tx } from './database.ts'

interface ClaimKey {
  creditorId: string
  claimId: string
}

export interface PastHold {
  reason: string
  until: number | null
  createdAt: number
  releasedAt: number | null
  releasedAs: string | null
}

/** All holds of a claim, released ones included, oldest first. */
export async function holdHistoryOf(db: Database | Tx, claim: ClaimKey): Promise<PastHold[]> {
  return await db
    .selectFrom('claim_holds')
    .select([
      'reason',
      'until',
      'created_at as createdAt',
      'released_at as releasedAt',
      'released_as as releasedAs',
    ])
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .orderBy('created_at')
    .orderBy('reason')
    .execute()
}

export interface ToldMessage {
  messageId: string
  step: string
  channel: string
  template: string
  journeyId: string | null
  state: string
  sentAt: number | null
  /** What it stated, when it was a notice. */
  notice: StoredNotice | null
  provider: string | null
  providerId: string | null
  delivery: Delivery | null
}

/** Messages to the person about a claim that were handed to a channel, oldest first. */
export async function toldMessagesOf(db: Database | Tx, claim: ClaimKey): Promise<ToldMessage[]> {
  return await db
    .selectFrom('human_messages')
    .select((eb) => [
      'message_id as messageId',
      'step',
      'channel',
      'template',
      'journey_id as journeyId',
      'state',
      'sent_at as sentAt',
      'notice',
      'provider',
      'provider_id as providerId',
      eb.ref('delivery').$castTo<Delivery | null>().as('delivery'),
    ])
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('state', 'in', ['sent', 'failed'])
    .orderBy('created_at')
    .orderBy('message_id')
    .execute()
}

export interface StoredCharge {
  rule: string
  period: string
  amount: bigint
  formula: string
  state: string
  reason: string | null
  changedOn: string
}

/** Interest and fees of a claim, waived and reversed ones included. */
export async function chargesOf(db: Database | Tx, claim: ClaimKey): Promise<StoredCharge[]> {
  return await db
    .selectFrom('charges')
    .select(['rule', 'period', 'amount', 'formula', 'state', 'reason', 'changed_on as changedOn'])
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .orderBy('rule')
    .orderBy('period')
    .execute()
}

/** The kinds of a claim's open tasks. */
export async function openTaskKindsOf(db: Database | Tx, claim: ClaimKey): Promise<string[]> {
  const rows = await db
    .selectFrom('tasks')
    .select('kind')
    .distinct()
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('state', '=', 'open')
    .orderBy('kind')
    .execute()
  return rows.map(({ kind }) => kind)
}
