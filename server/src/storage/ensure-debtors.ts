// The people that invoices bring with them, made in one statement where they are new.
import type { ContactPoints, Language, Party, Preferences } from '../domain/claim/debtor.ts'
import { queryNamed } from './database.ts'
import type { IssueStore } from './issue-claims.ts'
import { blindIndexOf, keyringOf } from './keyring.ts'
import { sealIdentity } from './sealed-debtors.ts'

export interface NewDebtorRow {
  creditorId: string
  debtorId: string
  externalId: string
  name: string
  party: Party
  country: string | null
  language: Language | null
  timeZone: string | null
  contact: ContactPoints
  preferences: Preferences
  /** To the pay day that is brought, as the creditor holds it; null without one. */
  payDayConsent: { consentId: string; textVersion: string } | null
  createdAt: number
}

export interface EnsuredDebtor {
  creditor_id: string
  external_id: string
  debtor_id: string
  party: Party
  country: string | null
}

const ENSURE_DEBTORS = `
with t as (
  select * from unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bytea[], $6::text[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::text[], $13::text[],
    $14::jsonb[], $15::int8[], $16::bytea[], $17::text[], $18::text[], $19::text[])
    as u(creditor_id, debtor_id, external_id, external_index, name, name_index, party, country, language,
      time_zone, contact, reached_by, phone_index, preferences, created_at, wrapped, wrapped_by,
      consent_id, text_version)
), made as (
  insert into debtors (creditor_id, debtor_id, external_id, external_index, name, name_index, party,
    country, language, time_zone, contact, reached_by, phone_index, preferences, created_at)
  select creditor_id, debtor_id, external_id, external_index, name, name_index::text[], party, country,
    language, time_zone, contact, reached_by::text[], phone_index, preferences, created_at from t
  on conflict (creditor_id, external_index) do update set external_index = excluded.external_index
  returning creditor_id, external_index, debtor_id, party, country
), key as (
  insert into person_keys (creditor_id, person_id, wrapped, wrapped_by, created_at)
  select t.creditor_id, t.debtor_id, t.wrapped, t.wrapped_by, t.created_at
  from t join made on made.creditor_id = t.creditor_id and made.debtor_id = t.debtor_id
), consent as (
  insert into consents (creditor_id, consent_id, debtor_id, purpose, text_version, channel, given_at)
  select t.creditor_id, t.consent_id, t.debtor_id, 'pay-day', t.text_version, 'creditor', t.created_at
  from t join made on made.creditor_id = t.creditor_id and made.debtor_id = t.debtor_id
  where t.consent_id is not null
)
select creditor_id, external_index, debtor_id, party, country from made`

/** Makes the debtors that are new; one that exists keeps its data. Returns what is stored of each. */
export async function ensureDebtors(
  { db, statements }: IssueStore,
  debtors: readonly NewDebtorRow[],
): Promise<EnsuredDebtor[]> {
  const index = await blindIndexOf(db)
  const ring = keyringOf(db)
  const rows = debtors.map((debtor) => {
    const owner = { creditorId: debtor.creditorId, personId: debtor.debtorId }
    const { key, wrapped } = ring.newKey(owner)
    return { ...debtor, ...sealIdentity(key, owner, debtor, index), wrapped }
  })
  const stored = await queryNamed<Omit<EnsuredDebtor, 'external_id'> & { external_index: string }>(
    statements,
    ENSURE_DEBTORS,
    [
      rows.map((d) => d.creditorId),
      rows.map((d) => d.debtorId),
      rows.map((d) => d.external_id),
      rows.map((d) => d.external_index),
      rows.map((d) => d.name),
      rows.map((d) => arrayText(d.name_index)),
      rows.map((d) => d.party),
      rows.map((d) => d.country),
      rows.map((d) => d.language),
      rows.map((d) => d.timeZone),
      rows.map((d) => d.contact),
      rows.map((d) => arrayText(d.reached_by)),
      rows.map((d) => d.phone_index),
      rows.map((d) => JSON.stringify(d.preferences)),
      rows.map((d) => d.createdAt),
      rows.map((d) => d.wrapped),
      rows.map(() => ring.wrap.keyId),
      rows.map((d) => d.payDayConsent?.consentId ?? null),
      rows.map((d) => d.payDayConsent?.textVersion ?? null),
    ],
  )
  const numbers = new Map(rows.map((d) => [`${d.creditorId} ${d.external_index}`, d.externalId]))
  return stored.map(({ external_index, ...row }) => ({
    ...row,
    external_id: numbers.get(`${row.creditor_id} ${external_index}`) ?? '',
  }))
}

/** A list inside an array of lists, whose lengths differ; hashes and names of ways need no quotes. */
function arrayText(values: readonly string[]): string {
  return `{${values.join(',')}}`
}
