// Messages that left, as mail servers, providers and the post name them, and what those tell of them.
import { sql } from 'kysely'
import { DELIVERIES, type Delivery } from '../domain/delivery/delivery.ts'
import type { Database, Tx } from './database.ts'
import type { HumanMessageKey } from './human-messages.ts'
import { blindIndexOf } from './keyring.ts'
import { phoneIndexOf } from './sealed-debtors.ts'

/** What is known of a message that left, by its id alone. */
export interface SentMessage extends HumanMessageKey {
  claimId: string
  debtorId: string
  channel: string
}

/** The message of an id, whoever's it is: for what mail servers and providers tell of it. */
export async function findMessageById(
  db: Database | Tx,
  messageId: string,
): Promise<SentMessage | undefined> {
  return await sentMessages(db).where('message_id', '=', messageId).executeTakeFirst()
}

/** The message that a provider knows under an id of its own. */
export async function findMessageOfProvider(
  db: Database | Tx,
  { provider, providerId }: { provider: string; providerId: string },
): Promise<SentMessage | undefined> {
  return await sentMessages(db)
    .where('provider_id', '=', providerId)
    .where('provider', '=', provider)
    .executeTakeFirst()
}

/** The last text message that went to a number, or undefined. */
export async function lastTextTo(
  db: Database | Tx,
  phone: string,
): Promise<SentMessage | undefined> {
  const hash = phoneIndexOf(await blindIndexOf(db), phone)
  return await sentMessages(db)
    .where('channel', '=', 'sms')
    .where('state', '=', 'sent')
    .where(
      sql<boolean>`(creditor_id, debtor_id) in (
        select creditor_id, debtor_id from debtors
        where phone_index = ${hash})`,
    )
    .orderBy('sent_at', 'desc')
    .limit(1)
    .executeTakeFirst()
}

function sentMessages(db: Database | Tx) {
  return db
    .selectFrom('human_messages')
    .select(['creditor_id as creditorId', 'message_id as messageId', 'claim_id as claimId'])
    .select(['debtor_id as debtorId', 'channel'])
}

/** Of two reports the later in this order counts: they may arrive in any. */
const DELIVERY_ORDER = sql`${DELIVERIES}::text[]`

/** The condition under which a report outweighs what is known of a message. */
export function isReportLater(delivery: Delivery) {
  return sql<boolean>`coalesce(array_position(${DELIVERY_ORDER}, delivery), 0)
    < array_position(${DELIVERY_ORDER}, ${delivery}::text)`
}

/** Notes how a message fared; an earlier stage than the known one changes nothing. */
export async function noteDelivery(
  db: Database | Tx,
  key: HumanMessageKey,
  delivery: Delivery,
): Promise<void> {
  await db
    .updateTable('human_messages')
    .set({ delivery })
    .where('creditor_id', '=', key.creditorId)
    .where('message_id', '=', key.messageId)
    .where(isReportLater(delivery))
    .execute()
}
