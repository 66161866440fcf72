// Messages to people: written before they are sent, one a step and channel of a claim. Their text is
// not stored; it is composed from the facts of the moment in which it leaves.
import { minorUnits } from '@parley/sdk/protocol'
import { sql } from 'kysely'
import type { StoredNotice } from './column-types.ts'
import type { Database, Tx } from './database.ts'

export interface HumanMessageKey {
  creditorId: string
  messageId: string
}

export interface HumanMessage extends HumanMessageKey {
  claimId: string
  debtorId: string
  step: string
  channel: string
  template: string
  /** Null for an answer to something that the person did, such as a thank-you. */
  journeyId: string | null
  journeyVersion: number | null
  /** Addresses the person for money; answers and messages to agents do not. */
  isContact: boolean
  /** Counts as a notice in law. */
  isNotice: boolean
  /** The message of another claim of the person that tells this one along. */
  toldIn: string | null
  createdAt: number
}

/** A person, as one creditor knows them. */
export interface PersonKey {
  creditorId: string
  debtorId: string
}

/** Writes messages that are to be sent. Returns the ids of those that no one wrote before. */
export async function insertHumanMessages(
  tx: Tx,
  messages: readonly HumanMessage[],
): Promise<string[]> {
  if (messages.length === 0) return []
  const rows = await tx
    .insertInto('human_messages')
    .columns([
      'creditor_id',
      'message_id',
      'claim_id',
      'debtor_id',
      'step',
      'channel',
      'template',
      'journey_id',
      'journey_version',
      'is_contact',
      'is_notice',
      'told_in',
      'created_at',
    ])
    .expression(
      sql`select * from unnest(${messages.map((it) => it.creditorId)}::text[],
        ${messages.map((it) => it.messageId)}::text[], ${messages.map((it) => it.claimId)}::text[],
        ${messages.map((it) => it.debtorId)}::text[], ${messages.map((it) => it.step)}::text[],
        ${messages.map((it) => it.channel)}::text[], ${messages.map((it) => it.template)}::text[],
        ${messages.map((it) => it.journeyId)}::text[],
        ${messages.map((it) => it.journeyVersion)}::int[],
        ${messages.map((it) => it.isContact)}::bool[],
        ${messages.map((it) => it.isNotice)}::bool[],
        ${messages.map((it) => it.toldIn)}::text[],
        ${messages.map((it) => it.createdAt)}::int8[])`,
    )
    .onConflict((conflict) =>
      conflict.columns(['creditor_id', 'claim_id', 'step', 'channel']).doNothing(),
    )
    .returning('message_id')
    .execute()
  return rows.map((row) => row.message_id)
}

/** A message that addressed a person. */
export interface SentContact extends PersonKey {
  claimId: string
  step: string
  channel: string
  at: number
}

/**
 * When people were written to after an instant, over all claims of the creditor: what was sent, and
 * what is about to be. Answers to something they did do not count.
 */
export async function contactTimesOf(
  db: Database | Tx,
  people: readonly PersonKey[],
  { since, states }: { since: number; states: readonly ('queued' | 'sent')[] },
): Promise<SentContact[]> {
  if (people.length === 0) return []
  return await db
    .selectFrom('human_messages')
    .select((eb) => [
      'creditor_id as creditorId',
      'debtor_id as debtorId',
      'claim_id as claimId',
      'step',
      'channel',
      eb.fn.coalesce('sent_at', 'created_at').as('at'),
    ])
    .where(sql<boolean>`creditor_id = any(${people.map((it) => it.creditorId)}::text[])`)
    .where(sql<boolean>`debtor_id = any(${people.map((it) => it.debtorId)}::text[])`)
    .where(sql<boolean>`state = any(${states}::text[])`)
    .where('is_contact', '=', true)
    .where('told_in', 'is', null)
    .where((eb) => eb(eb.fn.coalesce('sent_at', 'created_at'), '>', since))
    .execute()
}

/** The second of the database's clock: one clock for all processes, which no test moves. */
const DATABASE_NOW = sql<number>`extract(epoch from clock_timestamp())::bigint`

/**
 * Takes a queued message for sending and keeps others from it for so many real seconds. `busy` when
 * another sender has it, or another message that asks the same person for money: two at once would
 * not know of each other, and both would leave. `gone` when nothing is left to send.
 */
export async function takeForSending(
  db: Database,
  key: HumanMessageKey,
  seconds: number,
): Promise<HumanMessage | 'busy' | 'gone'> {
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
  }
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

/** Gives a message back to the queue, for now or for an instant to come. */
export async function returnToQueue(
  db: Database | Tx,
  key: HumanMessageKey,
  tryAgainAt: number,
): Promise<void> {
  await db
    .updateTable('human_messages')
    .set({ sending_until: null, try_again_at: tryAgainAt })
    .where('creditor_id', '=', key.creditorId)
    .where('message_id', '=', key.messageId)
    .where('state', '=', 'queued')
    .execute()
}

/** How a message ended, and who carried it where it left. */
export interface MessageEnd {
  state: 'sent' | 'failed' | 'dropped'
  at: number
  provider?: string
  providerId?: string | null
  delivery?: 'accepted' | 'unknown'
  cost?: { value: string; currency: string }
  notice?: StoredNotice | null
}

/** Ends a queued message. Returns false when it had ended before. */
export async function endMessage(tx: Tx, key: HumanMessageKey, end: MessageEnd): Promise<boolean> {
  const { provider = null, providerId = null, delivery = null, cost, notice = null } = end
  const sent = {
    sent_at: end.at,
    provider,
    provider_id: providerId,
    delivery,
    notice: notice === null ? null : JSON.stringify(notice),
    cost: cost === undefined ? null : inMinorUnits(cost),
    cost_currency: cost?.currency ?? null,
  }
  const result = await tx
    .updateTable('human_messages')
    .set({ state: end.state, sending_until: null, ...(end.state === 'sent' ? sent : {}) })
    .where('creditor_id', '=', key.creditorId)
    .where('message_id', '=', key.messageId)
    .where('state', '=', 'queued')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

function inMinorUnits({ value, currency }: NonNullable<MessageEnd['cost']>) {
  const digits = minorUnits(currency) ?? 2
  return sql<bigint>`${value}::numeric * 10::numeric ^ ${digits}::int`
}

/** The channels by which a step of a claim was tried. */
export async function channelsOfStep(
  db: Database,
  { creditorId, claimId, step }: Pick<HumanMessage, 'creditorId' | 'claimId' | 'step'>,
): Promise<string[]> {
  const rows = await db
    .selectFrom('human_messages')
    .select('channel')
    .where('creditor_id', '=', creditorId)
    .where('claim_id', '=', claimId)
    .where('step', '=', step)
    .execute()
  return rows.map(({ channel }) => channel)
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

/** What is looked for among queued messages. */
export interface Overdue {
  now: number
  /** Without an instant of its own, a message is looked at after so many seconds. */
  patience: number
  channels: readonly string[]
}

const isOverdue = ({ now, patience, channels }: Overdue) =>
  sql<boolean>`state = 'queued' and channel = any(${channels}::text[])
    and coalesce(try_again_at, created_at + ${patience}::bigint) <= ${now}`

/** Tells whether `takeOverdueMessages` would find any; most sweeps find none. */
export async function hasOverdueMessages(db: Database, overdue: Overdue): Promise<boolean> {
  const row = await db
    .selectFrom('human_messages')
    .select('message_id')
    .where(isOverdue(overdue))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Takes queued messages whose instant to be looked at has come and moves that instant on. Without
 * one of its own, a message is looked at when it has waited for `patience` seconds.
 */
export async function takeOverdueMessages(
  tx: Tx,
  { limit, ...overdue }: Overdue & { limit: number },
): Promise<HumanMessageKey[]> {
  return await tx
    .updateTable('human_messages')
    .set({ try_again_at: overdue.now + overdue.patience })
    .where(
      sql<boolean>`(creditor_id, message_id) in (
        select creditor_id, message_id from human_messages
        where ${isOverdue(overdue)}
        order by created_at limit ${limit} for update skip locked)`,
    )
    .returning(['creditor_id as creditorId', 'message_id as messageId'])
    .execute()
}

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
  return await sentMessages(db)
    .where('channel', '=', 'sms')
    .where('state', '=', 'sent')
    .where(
      sql<boolean>`(creditor_id, debtor_id) in (
        select creditor_id, debtor_id from debtors
        where contact ? 'phone' and contact ->> 'phone' = ${phone})`,
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

export type Delivery = 'accepted' | 'delivered' | 'undelivered' | 'returned' | 'unknown'

/** Of two reports the later in this order counts: they may arrive in any. */
const DELIVERY_ORDER = sql`array['unknown', 'accepted', 'delivered', 'undelivered', 'returned']`

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
    .where(
      sql<boolean>`coalesce(array_position(${DELIVERY_ORDER}, delivery), 0)
        < array_position(${DELIVERY_ORDER}, ${delivery}::text)`,
    )
    .execute()
}
