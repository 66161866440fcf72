// What people were told about one claim: which steps were taken, and by which channel.
import type { Database, Tx } from './database.ts'

export interface MessageAboutClaim {
  messageId: string
  step: string
  channel: string
  /** Whose step it is; null for an answer to something that the person did. */
  journeyId: string | null
  journeyVersion: number | null
  template: string
  state: 'queued' | 'sent' | 'failed' | 'dropped'
  /** Addressed the person for money. */
  isContact: boolean
  createdAt: number
  sentAt: number | null
}

/** Every message to people about a claim, whatever became of it, oldest first. */
export async function messagesAboutClaim(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
): Promise<MessageAboutClaim[]> {
  const rows = await db
    .selectFrom('human_messages')
    .select(['message_id', 'step', 'channel', 'journey_id', 'journey_version', 'template'])
    .select(['state', 'is_contact'])
    .select(['created_at', 'sent_at'])
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .orderBy('created_at')
    .orderBy('message_id')
    .execute()
  return rows.map((row) => ({
    messageId: row.message_id,
    step: row.step,
    channel: row.channel,
    journeyId: row.journey_id,
    journeyVersion: row.journey_version,
    template: row.template,
    state: row.state as MessageAboutClaim['state'],
    isContact: row.is_contact,
    createdAt: row.created_at,
    sentAt: row.sent_at,
  }))
}
