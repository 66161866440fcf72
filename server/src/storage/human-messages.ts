// Messages to people: written before they are sent, one a step and channel of a claim. Their text is
// not stored; it is composed from the facts of the moment in which it leaves.
import { sql } from 'kysely'
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
    // What may have left counts as sent.
    .where(
      sql<boolean>`(state = any(${states}::text[]) or (state = 'queued' and leaving is not null))`,
    )
    .where('is_contact', '=', true)
    .where('told_in', 'is', null)
    .where((eb) => eb(eb.fn.coalesce('sent_at', 'created_at'), '>', since))
    .execute()
}

/** Whether a message left for a step of a claim. */
export async function hasSentStep(
  db: Database,
  { creditorId, claimId, step }: Pick<HumanMessage, 'creditorId' | 'claimId' | 'step'>,
): Promise<boolean> {
  const row = await db
    .selectFrom('human_messages')
    .select('message_id')
    .where('creditor_id', '=', creditorId)
    .where('claim_id', '=', claimId)
    .where('step', '=', step)
    .where('state', '=', 'sent')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The last message that addressed a person about a claim. */
export interface LastContact {
  claimId: string
  /** Of the claim. */
  dueDate: string
  step: string
  channel: string
  sentAt: number
}

/** The last message about each of a person's open claims, the latest first; or about one claim. */
export async function lastContactsOf(
  db: Database,
  { creditorId, debtorId }: PersonKey,
  { limit, claimId }: { limit: number; claimId?: string },
): Promise<LastContact[]> {
  const { rows } = await sql<LastContact>`
    select * from (
      select distinct on (m.claim_id) m.claim_id as "claimId", c.due_date as "dueDate", m.step,
        m.channel, m.sent_at as "sentAt"
      from human_messages m join claims c using (creditor_id, claim_id)
      where m.creditor_id = ${creditorId} and m.debtor_id = ${debtorId} and m.state = 'sent'
        and m.is_contact
        and ${claimId === undefined ? sql`c.claim_state = 'open'` : sql`m.claim_id = ${claimId}`}
      order by m.claim_id, m.sent_at desc) last
    order by "sentAt" desc limit ${limit}`.execute(db)
  return rows
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
