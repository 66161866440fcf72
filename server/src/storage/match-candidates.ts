// Claims to which a booking may belong, always of one creditor: by reference and by the end-to-end id
// of a plan line; and without either, by what makes them look alike.
import { sql } from 'kysely'
import { payerIndexOf } from './bank-transactions.ts'
import { type Claim, type PlanLineRow, toClaim } from './claims.ts'
import type { Database, Tx } from './database.ts'
import { blindIndexOf } from './keyring.ts'
import { externalIndexOf, openIdentities, wordIndexOf } from './sealed-debtors.ts'

/** A claim with what the matcher compares. The lines are not older than the claim. */
export interface FoundClaim {
  claim: Claim
  debtorName: string
  externalId: string | null
  lines: PlanLineRow[]
}

/** Claims that one of these references or end-to-end ids names. */
export async function claimsByKeys(
  db: Database,
  creditorId: string,
  keys: { references: readonly string[]; endToEndIds: readonly string[] },
): Promise<FoundClaim[]> {
  const ids = await db
    .selectFrom('claims')
    .select('claim_id')
    .where('creditor_id', '=', creditorId)
    .where('reference', '=', anyOf(keys.references))
    .union(
      db
        .selectFrom('plan_lines')
        .select('claim_id')
        .where('creditor_id', '=', creditorId)
        .where('end_to_end_id', '=', anyOf(keys.endToEndIds)),
    )
    .execute()
  return await foundClaims(
    db,
    creditorId,
    ids.map((row) => row.claim_id),
  )
}

/** By what claims may look alike; names as words in the spelling of `nameWords`. */
export interface Likeness {
  minor: bigint
  currency: string
  /** Spellings of numbers that stand in the payment. */
  numbers: readonly string[]
  nameWords: readonly string[]
  /** Debtors who have paid from the payer's account. */
  debtorIds: readonly string[]
}

/** Claims that look alike, and whether there are more than were read. */
export interface LikeClaims {
  found: FoundClaim[]
  isCut: boolean
}

/** More than so many claims of one kind are not compared. */
export const MOST_ALIKE = 40
/** Claims of the same amount alone are hints: a few do. */
export const MOST_HINTS = 10

/**
 * Every claim of whatever state whose invoice number stands in the payment; what is owed by debtors
 * whose customer number stands there or who have paid from the account; and claims of which exactly
 * the amount is owed, in all or on one line, whose debtor shares a word of the name. Without any of
 * these, some claims of the same amount.
 */
export async function claimsAlike(
  db: Database,
  creditorId: string,
  likeness: Likeness,
): Promise<LikeClaims> {
  const named = await claimsByInvoiceNumber(db, creditorId, likeness.numbers)
  const known = await claimsOfDebtors(db, creditorId, likeness)
  const sameName =
    likeness.nameWords.length === 0
      ? []
      : await claimsByAmount(db, creditorId, likeness, MOST_ALIKE + 1)
  const isCut = [named, known, sameName].some((ids) => ids.length > MOST_ALIKE)
  const ids = [...new Set([...named, ...known, ...sameName])]
  const hints =
    ids.length > 0
      ? []
      : await claimsByAmount(db, creditorId, { ...likeness, nameWords: [] }, MOST_HINTS)
  return { found: await foundClaims(db, creditorId, [...ids, ...hints]), isCut }
}

async function claimsByInvoiceNumber(
  db: Database,
  creditorId: string,
  numbers: readonly string[],
): Promise<string[]> {
  if (numbers.length === 0) return []
  const rows = await db
    .selectFrom('claims')
    .select('claim_id')
    .where('creditor_id', '=', creditorId)
    .where('invoice_number', '=', anyOf(numbers))
    .orderBy('claim_id')
    .limit(MOST_ALIKE + 1)
    .execute()
  return rows.map((row) => row.claim_id)
}

async function claimsOfDebtors(
  db: Database,
  creditorId: string,
  { numbers, debtorIds }: Likeness,
): Promise<string[]> {
  if (numbers.length === 0 && debtorIds.length === 0) return []
  const index = await blindIndexOf(db)
  const numbered = db
    .selectFrom('debtors')
    .select('debtor_id')
    .where('creditor_id', '=', creditorId)
    .where(
      'external_index',
      '=',
      anyOf(numbers.map((number) => externalIndexOf(index, creditorId, number))),
    )
  const rows = await db
    .selectFrom('claims')
    .select('claim_id')
    .where('creditor_id', '=', creditorId)
    .where('claim_state', 'in', OWED_STATES)
    .where((eb) => eb.or([eb('debtor_id', '=', anyOf(debtorIds)), eb('debtor_id', 'in', numbered)]))
    .orderBy('claim_id')
    .limit(MOST_ALIKE + 1)
    .execute()
  return rows.map((row) => row.claim_id)
}

/** States in which somebody is still asked for the money. */
export const OWED_STATES: readonly string[] = ['open', 'handed-over']

async function claimsByAmount(
  db: Database,
  creditorId: string,
  { minor, currency, nameWords }: Pick<Likeness, 'minor' | 'currency' | 'nameWords'>,
  limit: number,
): Promise<string[]> {
  const index = await blindIndexOf(db)
  const words = nameWords.map((word) => wordIndexOf(index, creditorId, word))
  const sameName = sql<boolean>`debtors.name_index && ${words}::text[]`
  const owed = db
    .selectFrom('claims')
    .innerJoin('debtors', (join) =>
      join
        .onRef('debtors.creditor_id', '=', 'claims.creditor_id')
        .onRef('debtors.debtor_id', '=', 'claims.debtor_id'),
    )
    .select('claims.claim_id')
    .where('claims.creditor_id', '=', creditorId)
    .where('claims.claim_state', 'in', OWED_STATES)
    .where('claims.currency', '=', currency)
    .$if(nameWords.length > 0, (select) => select.where(sameName))
  const rows = await owed
    .where('claims.owed', '=', String(minor))
    .union(
      // Without a plan the one line is what is owed in all.
      owed
        .innerJoin('plan_lines', (join) =>
          join
            .onRef('plan_lines.creditor_id', '=', 'claims.creditor_id')
            .onRef('plan_lines.claim_id', '=', 'claims.claim_id'),
        )
        .where('claims.conversation', '=', 'agreed')
        .where(
          sql<boolean>`plan_lines.amount - plan_lines.paid - plan_lines.credited = ${minor}::numeric`,
        ),
    )
    .orderBy('claim_id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.claim_id)
}

/** Bookings of one account that are looked at: that of an agent may have paid thousands of times. */
export const LATEST_BOOKINGS = 200

/** The debtors who have paid from an account, by the money that stands; the latest bookings count. */
export async function debtorsWhoPaidFrom(
  db: Database,
  creditorId: string,
  iban: string,
): Promise<string[]> {
  const index = await blindIndexOf(db)
  const latest = db
    .selectFrom('bank_transactions')
    .select('transaction_id')
    .where('creditor_id', '=', creditorId)
    .where('payer_index', '=', payerIndexOf(index, creditorId, iban))
    .where('direction', '=', 'credit')
    .where('state', '=', 'matched')
    .orderBy('transaction_id', 'desc')
    .limit(LATEST_BOOKINGS)
    .as('latest')
  const rows = await db
    .selectFrom(latest)
    .innerJoin('payments', (join) =>
      join
        .on('payments.creditor_id', '=', creditorId)
        .onRef('payments.transaction_id', '=', 'latest.transaction_id'),
    )
    .innerJoin('claims', (join) =>
      join
        .onRef('claims.creditor_id', '=', 'payments.creditor_id')
        .onRef('claims.claim_id', '=', 'payments.claim_id'),
    )
    .select('claims.debtor_id')
    .distinct()
    .where('payments.reversed_at', 'is', null)
    .orderBy('claims.debtor_id')
    .execute()
  return rows.map((row) => row.debtor_id)
}

/** Claims by their ids, those of another creditor left out. */
export async function claimsById(
  db: Database | Tx,
  creditorId: string,
  claimIds: readonly string[],
): Promise<FoundClaim[]> {
  return await foundClaims(db, creditorId, claimIds)
}

/** Claims by their invoice numbers. */
export async function claimsByNumbers(
  db: Database,
  creditorId: string,
  numbers: readonly string[],
): Promise<FoundClaim[]> {
  return await foundClaims(db, creditorId, await claimsByInvoiceNumber(db, creditorId, numbers))
}

// Claims are read before their lines: whoever changes lines raises the claim's version, so a change
// in between is noticed when the decision is written.
async function foundClaims(
  db: Database | Tx,
  creditorId: string,
  claimIds: readonly string[],
): Promise<FoundClaim[]> {
  if (claimIds.length === 0) return []
  const claims = await db
    .selectFrom('claims')
    .innerJoin('debtors', (join) =>
      join
        .onRef('debtors.creditor_id', '=', 'claims.creditor_id')
        .onRef('debtors.debtor_id', '=', 'claims.debtor_id'),
    )
    .selectAll('claims')
    .select(['debtors.name', 'debtors.external_id', 'debtors.contact'])
    .where('claims.creditor_id', '=', creditorId)
    .where('claims.claim_id', '=', anyOf(claimIds))
    .orderBy('claims.claim_id')
    .execute()
  const lines = await db
    .selectFrom('plan_lines')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .where('claim_id', '=', anyOf(claimIds))
    .orderBy('line')
    .execute()
  const people = await openIdentities(db, claims)
  return claims.map((row, index) => ({
    claim: toClaim(row),
    debtorName: people[index]?.name ?? '',
    externalId: people[index]?.externalId ?? null,
    lines: lines
      .filter((line) => line.claim_id === row.claim_id)
      .map((line) => ({
        line: line.line,
        dueDate: line.due_date,
        amount: line.amount,
        paid: line.paid,
        credited: line.credited,
        endToEndId: line.end_to_end_id,
      })),
  }))
}

/** One text for any number of values, so that the statement is planned once. */
function anyOf(values: readonly string[]) {
  return sql<string>`any(${[...values]}::text[])`
}
