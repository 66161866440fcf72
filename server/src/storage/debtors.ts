// Debtors of a creditor.
import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type {
  ClosableChannel,
  ContactPoints,
  Language,
  Party,
  Preferences,
} from '../domain/claim/debtor.ts'
import type { Database, Tx } from './database.ts'
import { blindIndexOf, keyringOf } from './keyring.ts'
import { insertPersonKey } from './person-keys.ts'
import {
  externalIndexOf,
  type Identity,
  keyOfPerson,
  openContacts,
  openIdentities,
  phoneIndexOf,
  sealedContact,
  sealedName,
  sealIdentity,
} from './sealed-debtors.ts'

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
  /** When the person was erased, in epoch seconds; what says who it was is gone then. */
  erasedAt: number | null
}

/** Adds a debtor with a data key. Returns false when the external id is taken. */
export async function insertDebtor(
  tx: Tx,
  debtor: Omit<Debtor, 'enrolled' | 'erasedAt'>,
): Promise<boolean> {
  const owner = { creditorId: debtor.creditorId, personId: debtor.debtorId }
  const { key, wrapped } = keyringOf(tx).newKey(owner)
  const result = await tx
    .insertInto('debtors')
    .values({
      creditor_id: debtor.creditorId,
      debtor_id: debtor.debtorId,
      ...sealIdentity(key, owner, debtor, await blindIndexOf(tx)),
      party: debtor.party,
      country: debtor.country,
      language: debtor.language,
      time_zone: debtor.timeZone,
      preferences: JSON.stringify(debtor.preferences),
      created_at: debtor.createdAt,
    })
    .onConflict((conflict) => conflict.columns(['creditor_id', 'external_index']).doNothing())
    .executeTakeFirst()
  if (result.numInsertedOrUpdatedRows !== 1n) return false
  await insertPersonKey(tx, owner, { wrapped, at: debtor.createdAt })
  return true
}

export type DebtorChange = Partial<
  Pick<Debtor, 'name' | 'party' | 'country' | 'language' | 'timeZone' | 'contact' | 'preferences'>
>

/** Changes what is given. Returns false when there is no such debtor, or no more. */
export async function updateDebtor(
  db: Database | Tx,
  key: { creditorId: string; debtorId: string },
  change: DebtorChange,
): Promise<boolean> {
  for (;;) {
    const before = await db
      .selectFrom('debtors')
      .select(['creditor_id', 'contact', 'closed_channels'])
      .where('creditor_id', '=', key.creditorId)
      .where('debtor_id', '=', key.debtorId)
      .where('erased_at', 'is', null)
      .executeTakeFirst()
    if (before === undefined) return false
    const result = await db
      .updateTable('debtors')
      .set(await changedColumns(db, key, change, before))
      .where('creditor_id', '=', key.creditorId)
      .where('debtor_id', '=', key.debtorId)
      // No two sealed texts are alike: who was faster has changed it, and this is decided again.
      .where('contact', '=', before.contact)
      .executeTakeFirst()
    if (result.numUpdatedRows === 1n) return true
  }
}

async function changedColumns(
  db: Database | Tx,
  { creditorId, debtorId }: { creditorId: string; debtorId: string },
  change: DebtorChange,
  before: { creditor_id: string; contact: Buffer | null; closed_channels: string[] },
) {
  const owner = { creditorId, personId: debtorId }
  const personKey = await keyOfPerson(db, owner)
  const index = await blindIndexOf(db)
  const [old = {}] = await openContacts(db, [before])
  const { name, contact, preferences } = change
  return {
    ...(change.party === undefined ? {} : { party: change.party }),
    ...(change.country === undefined ? {} : { country: change.country }),
    ...(change.language === undefined ? {} : { language: change.language }),
    ...(change.timeZone === undefined ? {} : { time_zone: change.timeZone }),
    ...(preferences === undefined ? {} : { preferences: JSON.stringify(preferences) }),
    ...(name === undefined || personKey === undefined
      ? {}
      : sealedName(personKey, owner, name, index)),
    ...(personKey === undefined
      ? {}
      : {
          ...sealedContact(personKey, owner, contact ?? old, index),
          ...(contact === undefined
            ? {}
            : { closed_channels: stillClosed(before.closed_channels, old, contact) }),
        }),
  }
}

const REACHED_AT: Readonly<Record<ClosableChannel, keyof ContactPoints>> = {
  email: 'email',
  sms: 'phone',
  phone: 'phone',
  letter: 'postalAddress',
}

/** A new address or number opens its channels again. */
function stillClosed(closed: readonly string[], old: ContactPoints, now: ContactPoints): string[] {
  return closed.filter((channel) => {
    const point = REACHED_AT[channel as ClosableChannel]
    return isDeepStrictEqual(old[point], now[point])
  })
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
    .where('erased_at', 'is', null)
    .where(sql<boolean>`not ${channel}::text = any(closed_channels)`)
    .execute()
}

/** Sends on a channel again: the person said yes to it. */
export async function openChannel(
  tx: Tx,
  key: { creditorId: string; debtorId: string },
  channel: ClosableChannel,
): Promise<void> {
  await tx
    .updateTable('debtors')
    .set({ closed_channels: sql`array_remove(closed_channels, ${channel}::text)` })
    .where('creditor_id', '=', key.creditorId)
    .where('debtor_id', '=', key.debtorId)
    .where('erased_at', 'is', null)
    .execute()
}

/** Sends no more text messages to a number, whoever's debtors share it: it said stop to our number. */
export async function closeTextsTo(tx: Tx, phone: string): Promise<void> {
  const index = await blindIndexOf(tx)
  await tx
    .updateTable('debtors')
    .set({ closed_channels: sql`array_append(closed_channels, 'sms')` })
    .where('phone_index', '=', phoneIndexOf(index, phone))
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
    .where('erased_at', 'is', null)
    .execute()
}

/**
 * Keeps others from enrolling for a debtor, ending that, or erasing the person, until the transaction ends.
 * Returns false for nobody of ours, and for a person who was erased.
 */
export async function lockDebtor(
  tx: Tx,
  key: { creditorId: string; debtorId: string },
): Promise<boolean> {
  const row = await tx
    .selectFrom('debtors')
    .select('debtor_id')
    .where('creditor_id', '=', key.creditorId)
    .where('debtor_id', '=', key.debtorId)
    .where('erased_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

export async function findDebtor(
  db: Database | Tx,
  key: { creditorId: string; debtorId: string },
): Promise<Debtor | undefined> {
  const row = await selectDebtors(db, key.creditorId)
    .where('debtors.debtor_id', '=', key.debtorId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const [debtor] = await toDebtors(db, [row])
  return debtor
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
    const index = await blindIndexOf(db)
    const hash = externalIndexOf(index, query.creditorId, query.externalId)
    select = select.where('debtors.external_index', '=', hash)
  }
  if (query.after !== undefined) select = select.where('debtors.debtor_id', '>', query.after)
  const rows = await select.orderBy('debtors.debtor_id').limit(query.limit).execute()
  return await toDebtors(db, rows)
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

async function toDebtors(db: Database | Tx, rows: readonly DebtorRow[]): Promise<Debtor[]> {
  const identities = await openIdentities(db, rows)
  return rows.map((row, index) => ({
    creditorId: row.creditor_id,
    debtorId: row.debtor_id,
    ...(identities[index] as Identity),
    party: row.party as Party,
    country: row.country,
    language: row.language as Language | null,
    timeZone: row.time_zone,
    preferences: row.preferences,
    closedChannels: row.closed_channels as ClosableChannel[],
    createdAt: row.created_at,
    enrolled: row.enrolment_id !== null,
    erasedAt: row.erased_at,
  }))
}
