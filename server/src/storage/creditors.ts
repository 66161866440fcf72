// Creditors and the keys with which they call the API. Only the hash of a key is stored.
import type { ContactPoints, Language } from '../domain/claim/debtor.ts'
import type { Database, Tx } from './database.ts'

export interface CreditorRow {
  creditorId: string
  name: string
  iban: string
  bic: string | null
  timeZone: string
  language: Language
  contact: ContactPoints
  journey: string
  responseTimeHours: number
  createdAt: number
}

export type CreditorChange = Partial<Omit<CreditorRow, 'creditorId' | 'createdAt'>>

export async function insertCreditor(tx: Tx, creditor: CreditorRow): Promise<void> {
  await tx
    .insertInto('creditors')
    .values({
      creditor_id: creditor.creditorId,
      name: creditor.name,
      iban: creditor.iban,
      bic: creditor.bic,
      time_zone: creditor.timeZone,
      language: creditor.language,
      contact: JSON.stringify(creditor.contact),
      journey: creditor.journey,
      response_time_hours: creditor.responseTimeHours,
      created_at: creditor.createdAt,
    })
    .execute()
}

/** A creditor that is known to exist, as the caller of the API does. @throws when it does not. */
export async function readCreditor(db: Database | Tx, creditorId: string): Promise<CreditorRow> {
  const row = await db
    .selectFrom('creditors')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .executeTakeFirstOrThrow()
  return {
    creditorId: row.creditor_id,
    name: row.name,
    iban: row.iban,
    bic: row.bic,
    timeZone: row.time_zone,
    language: row.language as Language,
    contact: row.contact,
    journey: row.journey,
    responseTimeHours: row.response_time_hours,
    createdAt: row.created_at,
  }
}

/** Changes what is given and nothing else. */
export async function updateCreditor(
  db: Database | Tx,
  creditorId: string,
  change: CreditorChange,
): Promise<void> {
  const { name, iban, bic, timeZone, language, contact, journey, responseTimeHours } = change
  const columns = {
    ...(name === undefined ? {} : { name }),
    ...(iban === undefined ? {} : { iban }),
    ...(bic === undefined ? {} : { bic }),
    ...(timeZone === undefined ? {} : { time_zone: timeZone }),
    ...(language === undefined ? {} : { language }),
    ...(contact === undefined ? {} : { contact: JSON.stringify(contact) }),
    ...(journey === undefined ? {} : { journey }),
    ...(responseTimeHours === undefined ? {} : { response_time_hours: responseTimeHours }),
  }
  if (Object.keys(columns).length === 0) return
  await db.updateTable('creditors').set(columns).where('creditor_id', '=', creditorId).execute()
}

export async function insertApiKey(
  tx: Tx,
  key: { creditorId: string; keyHash: Buffer; at: number },
): Promise<void> {
  await tx
    .insertInto('api_keys')
    .values({
      creditor_id: key.creditorId,
      key_hash: key.keyHash,
      created_at: key.at,
      revoked_at: null,
    })
    .execute()
}

/** Whose API key has this SHA-256; undefined for an unknown or revoked one. */
export async function findCreditorIdByKeyHash(
  db: Database | Tx,
  keyHash: Buffer,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('api_keys')
    .select('creditor_id')
    .where('key_hash', '=', keyHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return row?.creditor_id
}
