// Creditors and the keys with which they call the API. Only the hash of a key is stored.
import type { ContactPoints, Language } from '../domain/claim/debtor.ts'
import type { CreditRules } from '../domain/credit/credit-rules.ts'
import type { OwnMonths } from '../domain/privacy/retention.ts'
import type { Numbering } from '../domain/references/numbering.ts'
import type { Database, Tx } from './database.ts'
import { keyringOf, OF_CREDITOR } from './keyring.ts'
import { insertPersonKey } from './person-keys.ts'

/** An account that was announced and that requests do not name yet. */
export interface NextAccount {
  iban: string
  bic: string | null
  /** First day on which requests name it, in the creditor's time zone. */
  on: string
  /** The start of that day. */
  at: number
}

export interface CreditorRow {
  creditorId: string
  name: string
  iban: string
  bic: string | null
  nextAccount: NextAccount | null
  /** Rises with every announced account. */
  accountVersion: number
  /** How references are made for requests that bring none. */
  referenceScheme: Numbering
  timeZone: string
  language: Language
  contact: ContactPoints
  /** ISO 3166-1 alpha-2: whose law holds for debtors without a country of their own. */
  country: string
  /** Its terms, which its debtors accepted, foresee the charges of the law. */
  chargesAgreed: boolean
  /** Its number in the public register of companies. */
  enterpriseNumber: string | null
  journey: string
  responseTimeHours: number
  /** Which refunds need nobody, and what moves to the next bill. */
  creditRules: CreditRules
  /** Its own months of keeping data. */
  retention: OwnMonths
  createdAt: number
}

type AccountHistory = 'nextAccount' | 'accountVersion'

export type CreditorChange = Partial<Omit<CreditorRow, 'creditorId' | 'createdAt' | AccountHistory>>

export async function insertCreditor(
  tx: Tx,
  creditor: Omit<CreditorRow, AccountHistory>,
): Promise<void> {
  await tx
    .insertInto('creditors')
    .values({
      creditor_id: creditor.creditorId,
      name: creditor.name,
      iban: creditor.iban,
      bic: creditor.bic,
      numbering: creditor.referenceScheme,
      time_zone: creditor.timeZone,
      language: creditor.language,
      contact: JSON.stringify(creditor.contact),
      country: creditor.country,
      charges_agreed: creditor.chargesAgreed,
      enterprise_number: creditor.enterpriseNumber,
      journey: creditor.journey,
      response_time_hours: creditor.responseTimeHours,
      credit_rules: JSON.stringify(creditor.creditRules),
      retention: JSON.stringify(creditor.retention),
      created_at: creditor.createdAt,
    })
    .execute()
  await tx.insertInto('learning_turns').values({ creditor_id: creditor.creditorId }).execute()
  await rememberAccount(tx, { ...creditor, at: creditor.createdAt })
  const owner = { creditorId: creditor.creditorId, personId: OF_CREDITOR }
  const { wrapped } = keyringOf(tx).newKey(owner)
  await insertPersonKey(tx, owner, { wrapped, at: creditor.createdAt })
}

async function rememberAccount(
  tx: Tx,
  { creditorId, iban, at }: { creditorId: string; iban: string; at: number },
): Promise<void> {
  await tx
    .insertInto('creditor_accounts')
    .values({ creditor_id: creditorId, iban, announced_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The IBANs of every account that requests have named, and of the next one. */
export async function accountsOfCreditor(
  db: Database | Tx,
  creditorId: string,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('creditor_accounts')
    .select('iban')
    .where('creditor_id', '=', creditorId)
    .execute()
  return new Set(rows.map(({ iban }) => iban))
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
    nextAccount: nextAccountOf(row),
    accountVersion: row.account_version,
    referenceScheme: row.numbering as Numbering,
    timeZone: row.time_zone,
    language: row.language as Language,
    contact: row.contact,
    country: row.country,
    chargesAgreed: row.charges_agreed,
    enterpriseNumber: row.enterprise_number,
    journey: row.journey,
    responseTimeHours: row.response_time_hours,
    creditRules: row.credit_rules,
    retention: row.retention,
    createdAt: row.created_at,
  }
}

function nextAccountOf(row: {
  next_iban: string | null
  next_bic: string | null
  next_account_on: string | null
  next_account_at: number | null
}): NextAccount | null {
  const { next_iban: iban, next_bic: bic, next_account_on: on, next_account_at: at } = row
  return iban === null || on === null || at === null ? null : { iban, bic, on, at }
}

/** Reads the version of the account and keeps it from rising until the transaction ends. */
export async function holdAccountVersion(tx: Tx, creditorId: string): Promise<number> {
  const row = await tx
    .selectFrom('creditors')
    .select('account_version')
    .where('creditor_id', '=', creditorId)
    .forShare()
    .executeTakeFirstOrThrow()
  return row.account_version
}

/** Stores the next account beside the present one; an earlier announcement is replaced. */
export async function announceNextAccount(
  tx: Tx,
  creditorId: string,
  next: NextAccount & { announcedAt: number },
): Promise<void> {
  await rememberAccount(tx, { creditorId, iban: next.iban, at: next.announcedAt })
  await tx
    .updateTable('creditors')
    .set((eb) => ({
      next_iban: next.iban,
      next_bic: next.bic,
      next_account_on: next.on,
      next_account_at: next.at,
      account_version: eb('account_version', '+', 1),
    }))
    .where('creditor_id', '=', creditorId)
    .execute()
}

/** Makes announced accounts the present ones where their day has come; returns how many. */
export async function takeUpNextAccounts(
  db: Database | Tx,
  { now, limit }: { now: number; limit: number },
): Promise<number> {
  const result = await db
    .updateTable('creditors')
    .set((eb) => ({
      iban: eb.ref('next_iban').$notNull(),
      bic: eb.ref('next_bic'),
      next_iban: null,
      next_bic: null,
      next_account_on: null,
      next_account_at: null,
    }))
    .where('creditor_id', 'in', (eb) =>
      eb
        .selectFrom('creditors')
        .select('creditor_id')
        .where('next_account_at', '<=', now)
        .orderBy('next_account_at')
        .limit(limit),
    )
    .where('next_account_at', '<=', now)
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/** Changes what is given and nothing else. */
export async function updateCreditor(
  db: Database | Tx,
  creditorId: string,
  change: CreditorChange,
): Promise<void> {
  const { name, iban, bic, timeZone, language, contact, journey, responseTimeHours } = change
  const { country, chargesAgreed, enterpriseNumber, referenceScheme, creditRules } = change
  const { retention } = change
  const columns = {
    ...(name === undefined ? {} : { name }),
    ...(iban === undefined ? {} : { iban }),
    ...(bic === undefined ? {} : { bic }),
    ...(referenceScheme === undefined ? {} : { numbering: referenceScheme }),
    ...(timeZone === undefined ? {} : { time_zone: timeZone }),
    ...(language === undefined ? {} : { language }),
    ...(contact === undefined ? {} : { contact: JSON.stringify(contact) }),
    ...(country === undefined ? {} : { country }),
    ...(chargesAgreed === undefined ? {} : { charges_agreed: chargesAgreed }),
    ...(enterpriseNumber === undefined ? {} : { enterprise_number: enterpriseNumber }),
    ...(journey === undefined ? {} : { journey }),
    ...(responseTimeHours === undefined ? {} : { response_time_hours: responseTimeHours }),
    ...(creditRules === undefined ? {} : { credit_rules: JSON.stringify(creditRules) }),
    ...(retention === undefined ? {} : { retention: JSON.stringify(retention) }),
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
