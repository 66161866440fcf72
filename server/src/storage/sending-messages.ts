// The way of a message from the queue to its end: taken by one sender, about to leave, given back or ended.
import { minorUnits } from '@parley/sdk/protocol'
import { type Selectable, sql } from 'kysely'
import type { Delivery } from '../domain/delivery/delivery.ts'
import type { StoredLeaving, StoredNotice } from './column-types.ts'
import type { Database, Tx } from './database.ts'
import type { HumanMessage, HumanMessageKey } from './human-messages.ts'
import { isReportLater } from './sent-messages.ts'
import type { HumanMessagesTable } from './tables/dunning.ts'

/** The second of the database's clock: one clock for all processes, which no test moves. */
const DATABASE_NOW = sql<number>`extract(epoch from clock_timestamp())::bigint`

/** A message in the hands of one sender. */
export interface TakenMessage extends HumanMessage {
  /** How long it is this sender's, by the clock of the database. */
  sendingUntil: number
  /** What an earlier sender wrote before it vanished: the message may have left. */
  leaving: StoredLeaving | null
}

/**
 * Takes a queued message for sending and keeps others from it for so many real seconds. `busy` when
 * another sender has it, or another message that asks the same person for money: two at once would
 * not know of each other, and both would leave. `gone` when nothing is left to send.
 */
export async function takeForSending(
  db: Database,
  key: HumanMessageKey,
  seconds: number,
): Promise<TakenMessage | 'busy' | 'gone'> {
  const row = await db.transaction().execute(async (tx) => {
    await lockAddressee(tx, key)
    return await tx
      .updateTable('human_messages as m')
      .set({ sending_until: sql<number>`${DATABASE_NOW} + ${seconds}::bigint` })
      .where('creditor_id', '=', key.creditorId)
      .where('message_id', '=', key.messageId)
      .where('state', '=', 'queued')
      .where((eb) =>
        eb.or([eb('sending_until', 'is', null), eb('sending_until', '<=', DATABASE_NOW)]),
      )
      .where(
        sql<boolean>`not (m.is_contact and exists (select from human_messages o
          where o.creditor_id = m.creditor_id and o.debtor_id = m.debtor_id and o.is_contact
            and o.state = 'queued' and o.sending_until > ${DATABASE_NOW}
            and (o.claim_id, o.step) <> (m.claim_id, m.step)))`,
      )
      .returningAll()
      .executeTakeFirst()
  })
  if (row === undefined) return (await isQueued(db, key)) ? 'busy' : 'gone'
  return toTaken(row)
}

function toTaken(row: Selectable<HumanMessagesTable>): TakenMessage {
  return {
    creditorId: row.creditor_id,
    messageId: row.message_id,
    claimId: row.claim_id,
    debtorId: row.debtor_id,
    step: row.step,
    channel: row.channel,
    template: row.template,
    journeyId: row.journey_id,
    journeyVersion: row.journey_version,
    isContact: row.is_contact,
    isNotice: row.is_notice,
    toldIn: row.told_in,
    createdAt: row.created_at,
    sendingUntil: row.sending_until ?? 0,
    leaving: row.leaving,
  }
}

/** A change of a message that has not ended. */
function queued(db: Database | Tx, { creditorId, messageId }: HumanMessageKey) {
  return db
    .updateTable('human_messages')
    .where('creditor_id', '=', creditorId)
    .where('message_id', '=', messageId)
    .where('state', '=', 'queued')
}

/** Senders to one person come one after another: what the first has taken, the next one sees. */
async function lockAddressee(tx: Tx, key: HumanMessageKey): Promise<void> {
  await sql`select from debtors d join human_messages m using (creditor_id, debtor_id)
    where m.creditor_id = ${key.creditorId} and m.message_id = ${key.messageId}
    for no key update of d`.execute(tx)
}

async function isQueued(db: Database, key: HumanMessageKey): Promise<boolean> {
  const row = await db
    .selectFrom('human_messages')
    .select('state')
    .where('creditor_id', '=', key.creditorId)
    .where('message_id', '=', key.messageId)
    .executeTakeFirst()
  return row?.state === 'queued'
}

/**
 * Writes that a message is about to leave, with what it says: should its sender die now, nobody sends
 * it again. Returns false when it is not this sender's any more, and then it must not leave.
 */
export async function noteLeaving(
  db: Database,
  message: TakenMessage,
  leaving: StoredLeaving,
): Promise<boolean> {
  const result = await queued(db, message)
    .set({ leaving: JSON.stringify(leaving) })
    .where('sending_until', '=', message.sendingUntil)
    .where('sending_until', '>', DATABASE_NOW)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/**
 * Gives a message that surely did not leave back to the queue, for now or for an instant to come.
 * Returns false when another sender has it by now.
 */
export async function returnToQueue(
  db: Database | Tx,
  message: TakenMessage,
  tryAgainAt: number,
): Promise<boolean> {
  return await giveBack(db, message, { leaving: null, try_again_at: tryAgainAt })
}

/** The same for a message whose sending broke off: that it may have left stays written down. */
export async function letGo(
  db: Database | Tx,
  message: TakenMessage,
  tryAgainAt: number,
): Promise<boolean> {
  return await giveBack(db, message, { try_again_at: tryAgainAt })
}

/** Changes nothing once another sender has the message. */
async function giveBack(
  db: Database | Tx,
  message: TakenMessage,
  change: { leaving?: null; try_again_at: number },
): Promise<boolean> {
  const result = await queued(db, message)
    .set({ sending_until: null, ...change })
    .where('sending_until', '=', message.sendingUntil)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Puts off a message; a sender that has it goes on. */
export async function postpone(
  db: Database,
  key: HumanMessageKey,
  tryAgainAt: number,
): Promise<void> {
  await queued(db, key).set({ try_again_at: tryAgainAt }).execute()
}

/** How a message ended, and who carried it where it left. */
export interface MessageEnd {
  state: 'sent' | 'failed' | 'dropped'
  at: number
  provider?: string
  providerId?: string | null
  delivery?: Delivery
  cost?: { value: string; currency: string }
  notice?: StoredNotice | null
}

/**
 * Ends a queued message. Returns false when it had ended before, or when `sendingUntil` is named and
 * another sender has it by now. A report that came before the end outweighs what the end knows.
 */
export async function endMessage(
  tx: Tx,
  key: HumanMessageKey,
  end: MessageEnd,
  sendingUntil?: number,
): Promise<boolean> {
  const { provider = null, providerId = null, delivery = null, cost, notice = null } = end
  const sent = {
    sent_at: end.at,
    provider,
    provider_id: providerId,
    delivery: laterOf(delivery),
    notice: notice === null ? null : JSON.stringify(notice),
    cost: cost === undefined ? null : inMinorUnits(cost),
    cost_currency: cost?.currency ?? null,
  }
  const result = await queued(tx, key)
    .set({
      state: end.state,
      sending_until: null,
      leaving: null,
      ...(end.state === 'sent' ? sent : {}),
    })
    .$if(sendingUntil !== undefined, (query) =>
      query.where('sending_until', '=', sendingUntil ?? null),
    )
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

function laterOf(delivery: Delivery | null) {
  if (delivery === null) return null
  return sql<string>`case when ${isReportLater(delivery)} then ${delivery}::text else delivery end`
}

function inMinorUnits({ value, currency }: NonNullable<MessageEnd['cost']>) {
  const digits = minorUnits(currency) ?? 2
  return sql<bigint>`${value}::numeric * 10::numeric ^ ${digits}::int`
}

/** When a message was written; undefined when it is not queued any more. */
export async function queuedSince(
  db: Database | Tx,
  key: HumanMessageKey,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('human_messages')
    .select('created_at')
    .where('creditor_id', '=', key.creditorId)
    .where('message_id', '=', key.messageId)
    .where('state', '=', 'queued')
    .executeTakeFirst()
  return row?.created_at
}
