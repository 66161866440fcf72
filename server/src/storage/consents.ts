// The register of consents: every one that was given, with its end.
import type { Selectable } from 'kysely'
import type { ConsentChannel, ConsentPurpose } from '../domain/privacy/consent.ts'
import type { Database, Tx } from './database.ts'
import type { PersonKey } from './erasures.ts'
import type { ConsentsTable } from './tables/privacy.ts'

export type ConsentEnd = 'withdrawn' | 'expired' | 'replaced'

export interface Consent extends PersonKey {
  consentId: string
  purpose: ConsentPurpose
  /** Which text the person had before them. */
  textVersion: string
  channel: ConsentChannel
  /** Epoch seconds. */
  givenAt: number
  expiresAt: number | null
  endedAt: number | null
  endedAs: ConsentEnd | null
}

/** Adds a consent in the place of the one that stands for its purpose. */
export async function insertConsent(
  tx: Tx,
  consent: Omit<Consent, 'endedAt' | 'endedAs'>,
): Promise<void> {
  await endConsent(tx, consent, { at: consent.givenAt, as: 'replaced' })
  await tx
    .insertInto('consents')
    .values({
      creditor_id: consent.creditorId,
      consent_id: consent.consentId,
      debtor_id: consent.debtorId,
      purpose: consent.purpose,
      text_version: consent.textVersion,
      channel: consent.channel,
      given_at: consent.givenAt,
      expires_at: consent.expiresAt,
    })
    .execute()
}

/** Ends the consent that stands for a purpose. Returns false when none does. */
export async function endConsent(
  tx: Tx,
  { creditorId, debtorId, purpose }: PersonKey & { purpose: ConsentPurpose },
  { at, as }: { at: number; as: ConsentEnd },
): Promise<boolean> {
  const result = await tx
    .updateTable('consents')
    .set({ ended_at: at, ended_as: as })
    .where('creditor_id', '=', creditorId)
    .where('debtor_id', '=', debtorId)
    .where('purpose', '=', purpose)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Every consent of a person, the newest first. */
export async function consentsOf(
  db: Database | Tx,
  { creditorId, debtorId }: PersonKey,
): Promise<Consent[]> {
  const rows = await db
    .selectFrom('consents')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .where('debtor_id', '=', debtorId)
    .orderBy('given_at', 'desc')
    .orderBy('consent_id', 'desc')
    .execute()
  return rows.map(toConsent)
}

/** Consents that stand and whose time is over. */
export async function expiredConsents(
  db: Database,
  { now, limit }: { now: number; limit: number },
): Promise<Consent[]> {
  const rows = await db
    .selectFrom('consents')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
  return rows.map(toConsent)
}

function toConsent(row: Selectable<ConsentsTable>): Consent {
  return {
    creditorId: row.creditor_id,
    debtorId: row.debtor_id,
    consentId: row.consent_id,
    purpose: row.purpose as ConsentPurpose,
    textVersion: row.text_version,
    channel: row.channel as ConsentChannel,
    givenAt: row.given_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    endedAs: row.ended_as as ConsentEnd | null,
  }
}
