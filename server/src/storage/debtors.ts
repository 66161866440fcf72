// Debtors of a creditor.
import { sql } from 'kysely'
import type {
  ClosableChannel,
  ContactPoints,
  Language,
  Party,
  Preferences,
} from '../domain/claim/debtor.ts'
import type { Database, Tx } from './database.ts'

export interface Debtor {
  creditorId: string
  debtorId: string
  externalId: string | null
  name: string
  party: Party
  /** ISO 3166-1 alpha-2; null: the creditor's. */
  country: string | null
  language: Language | null
  timeZone: string | null
  contact: ContactPoints
  preferences: Preferences
  /** Where nothing more is sent: the person said stop, or nobody is there. */
  closedChannels: ClosableChannel[]
  createdAt: number
  /** Whether an agent acts for this debtor now, for all claims. */
  enrolled: boolean
}

/** Adds a debtor. Returns false when the external id is taken. */
export async function insertDebtor(tx: Tx, debtor: Omit<Debtor, 'enrolled'>): Promise<boolean> {
  const result = await tx
    .insertInto('debtors')
    .values({
      creditor_id: debtor.creditorId,
      debtor_id: debtor.debtorId,
      external_id: debtor.externalId,
      name: debtor.name,
      party: debtor.party,
      country: debtor.country,
      language: debtor.language,
      time_zone: debtor.timeZone,
      contact: JSON.stringify(debtor.contact),
      preferences: JSON.stringify(debtor.preferences),
      created_at: debtor.createdAt,
    })
    .onConflict((conflict) => conflict.columns(['creditor_id', 'external_id']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

export type DebtorChange = Partial<
  Pick<Debtor, 'name' | 'party' | 'country' | 'language' | 'timeZone' | 'contact' | 'preferences'>
>

/** Changes what is given. Returns false when there is no such debtor. */
export async function updateDebtor(
  db: Database | Tx,
  key: { creditorId: string; debtorId: string },
  change: DebtorChange,
): Promise<boolean> {
  const result = await db
    .updateTable('debtors')
    .set({
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.party === undefined ? {} : { party: change.party }),
      ...(change.country === undefined ? {} : { country: change.country }),
      ...(change.language === undefined ? {} : { language: change.language }),
      ...(change.timeZone === undefined ? {} : { time_zone: change.timeZone }),
      ...(change.contact === undefined ? {} : newContact(change.contact)),
      ...(change.preferences === undefined
        ? {}
        : { preferences: JSON.stringify(change.preferences) }),
    })
    .where('creditor_id', '=', key.creditorId)
    .where('debtor_id', '=', key.debtorId)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

const REACHED_AT: Readonly<Record<ClosableChannel, string>> = {
  email: 'email',
  sms: 'phone',
  phone: 'phone',
  letter: 'postalAddress',
}

/** A new address or number opens its channels again. */
function newContact(contact: ContactPoints) {
  const json = JSON.stringify(contact)
  const point = sql`case channel ${sql.join(
    Object.entries(REACHED_AT).map(([channel, name]) => sql`when ${channel} then ${name}`),
    sql` `,
  )} end`
  return {
    contact: json,
    closed_channels: sql<string[]>`array(
      select channel from unnest(closed_channels) as channel
      where contact -> ${point} is not distinct from ${json}::jsonb -> ${point})`,
  }
}

/** Sends nothing more on a channel; one that is closed already stays so. */
export async function closeChannel(
  tx: Tx,
  key: { creditorId: string; debtorId: string },
  channel: ClosableChannel,
): Promise<void> {
  await tx
    .updateTable('debtors')
    .set({ closed_channels: sql`array_append(closed_channels, ${channel}::text)` })
    .where('creditor_id', '=', key.creditorId)
    .where('debtor_id', '=', key.debtorId)
    .where(sql<boolean>`not ${channel}::text = any(closed_channels)`)
    .execute()
}

/** Sends no more text messages to a number, whoever's debtors share it: it said stop to our number. */
export async function closeTextsTo(tx: Tx, phone: string): Promise<void> {
  await tx
    .updateTable('debtors')
    .set({ closed_channels: sql`array_append(closed_channels, 'sms')` })
    .where(sql<boolean>`contact ? 'phone' and contact ->> 'phone' = ${phone}`)
    .where(sql<boolean>`not 'sms' = any(closed_channels)`)
    .execute()
}

/** Adds wishes to those that are known and takes back the withdrawn ones. */
export async function mergePreferences(
  tx: Tx,
  key: { creditorId: string; debtorId: string },
  { told, withdrawn }: { told: Preferences; withdrawn: readonly (keyof Preferences)[] },
): Promise<void> {
  await tx
    .updateTable('debtors')
    .set({
      preferences: sql<string>`(preferences || ${JSON.stringify(told)}::jsonb) - ${withdrawn}::text[]`,
    })
    .where('creditor_id', '=', key.creditorId)
    .where('debtor_id', '=', key.debtorId)
    .execute()
}

/** Keeps others from enrolling for a debtor, or ending that, until the transaction ends. */
export async function lockDebtor(
  tx: Tx,
  key: { creditorId: string; debtorId: string },
): Promise<void> {
  await tx
    .selectFrom('debtors')
    .select('debtor_id')
    .where('creditor_id', '=', key.creditorId)
    .where('debtor_id', '=', key.debtorId)
    .forUpdate()
    .execute()
}

export async function findDebtor(
  db: Database | Tx,
  key: { creditorId: string; debtorId: string },
): Promise<Debtor | undefined> {
  const row = await selectDebtors(db, key.creditorId)
    .where('debtors.debtor_id', '=', key.debtorId)
    .executeTakeFirst()
  return row === undefined ? undefined : toDebtor(row)
}

/** A page of debtors with ids above `after`, oldest first. */
export async function pageOfDebtors(
  db: Database,
  query: {
    creditorId: string
    externalId?: string | undefined
    after?: string | undefined
    limit: number
  },
): Promise<Debtor[]> {
  let select = selectDebtors(db, query.creditorId)
  if (query.externalId !== undefined) {
    select = select.where('debtors.external_id', '=', query.externalId)
  }
  if (query.after !== undefined) select = select.where('debtors.debtor_id', '>', query.after)
  const rows = await select.orderBy('debtors.debtor_id').limit(query.limit).execute()
  return rows.map(toDebtor)
}

function selectDebtors(db: Database | Tx, creditorId: string) {
  return db
    .selectFrom('debtors')
    .leftJoin('enrolments', (join) =>
      join
        .onRef('enrolments.creditor_id', '=', 'debtors.creditor_id')
        .onRef('enrolments.debtor_id', '=', 'debtors.debtor_id')
        .on('enrolments.ended_at', 'is', null)
        .on('enrolments.only_claim_id', 'is', null),
    )
    .selectAll('debtors')
    .select('enrolments.enrolment_id')
    .where('debtors.creditor_id', '=', creditorId)
}

type DebtorRow = Awaited<ReturnType<ReturnType<typeof selectDebtors>['executeTakeFirstOrThrow']>>

function toDebtor(row: DebtorRow): Debtor {
  return {
    creditorId: row.creditor_id,
    debtorId: row.debtor_id,
    externalId: row.external_id,
    name: row.name,
    party: row.party as Party,
    country: row.country,
    language: row.language as Language | null,
    timeZone: row.time_zone,
    contact: row.contact,
    preferences: row.preferences,
    closedChannels: row.closed_channels as ClosableChannel[],
    createdAt: row.created_at,
    enrolled: row.enrolment_id !== null,
  }
}
