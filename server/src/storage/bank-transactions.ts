// Bookings on a creditor's account. The key of the bank decides what is new: the same booking in two
// files, or in two imports at once, is one row.
import { type Selectable, sql } from 'kysely'
import type { EarlierCredit, MatchCandidate } from '../domain/matching/match-types.ts'
import type { BankTransactionDetails, StatementFormat } from './column-types.ts'
import type { Database, Tx } from './database.ts'
import { type BlindIndex, blindIndexOf, type KeyOwner, keyringOf, OF_CREDITOR } from './keyring.ts'
import { openFields, sealField } from './sealed-fields.ts'
import type { BankTransactionsTable } from './tables/money.ts'
import { personOfClaim } from './threads.ts'

export type BankTransactionState =
  | 'matched'
  | 'unmatched'
  | 'reversal'
  /** Money of ours that went back to a customer, or came back from there. */
  | 'refund'
  | 'ignored'
  | 'set-aside'
  | 'returned'

/** What the bank said beside the amount; the bank's reference finds the booking when it comes back. */
export interface TransactionDetails extends BankTransactionDetails {
  bankReference?: string
}

export interface BankTransactionKey {
  creditorId: string
  transactionId: string
}

export interface NewBankTransaction extends BankTransactionKey {
  account: string
  /** Identity of the booking at the bank, unique for the account. */
  bankKey: string
  currency: string
  amount: bigint
  direction: 'credit' | 'debit'
  bookingDate: string | null
  valueDate: string | null
  /** Empty once the person was erased whose money it was. */
  details: TransactionDetails
  state: BankTransactionState
  reason: string
  /** Null when the money is for none, or for several. */
  claimId: string | null
  candidates: readonly MatchCandidate[]
  importedAt: number
}

export interface BankTransaction extends NewBankTransaction {
  /** Rises with every change. */
  version: number
}

/** Stores a booking. Returns false when it was stored before: then nothing of it may be done. */
export async function insertBankTransaction(
  tx: Tx,
  transaction: NewBankTransaction,
): Promise<boolean> {
  const owner = await ownerOfMoney(tx, transaction)
  const result = await tx
    .insertInto('bank_transactions')
    .values({
      creditor_id: transaction.creditorId,
      transaction_id: transaction.transactionId,
      account: transaction.account,
      bank_key: transaction.bankKey,
      currency: transaction.currency,
      amount: transaction.amount,
      direction: transaction.direction,
      booking_date: transaction.bookingDate,
      value_date: transaction.valueDate,
      ...(await sealedDetails(tx, owner, transaction)),
      state: transaction.state,
      reason: transaction.reason,
      claim_id: transaction.claimId,
      candidates: JSON.stringify(transaction.candidates),
      imported_at: transaction.importedAt,
    })
    .onConflict((conflict) => conflict.columns(['creditor_id', 'account', 'bank_key']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** What a later decision changes. */
export interface BookingChange {
  state: BankTransactionState
  reason: string
  claimId: string | null
  candidates: readonly MatchCandidate[]
}

/** Writes a later decision. Returns false when somebody else has changed the booking since it was read. */
export async function changeBankTransaction(
  tx: Tx,
  before: BankTransactionKey & Pick<BankTransaction, 'version' | 'details'>,
  change: BookingChange,
): Promise<boolean> {
  const owner = await ownerOfMoney(tx, { ...before, claimId: change.claimId })
  const result = await tx
    .updateTable('bank_transactions')
    .set({
      details: await detailsUnder(tx, owner, before),
      state: change.state,
      reason: change.reason,
      claim_id: change.claimId,
      candidates: JSON.stringify(change.candidates),
      version: before.version + 1,
    })
    .where('creditor_id', '=', before.creditorId)
    .where('transaction_id', '=', before.transactionId)
    .where('version', '=', before.version)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** A booking of this creditor, or undefined. */
export async function findBankTransaction(
  db: Database | Tx,
  key: BankTransactionKey,
): Promise<BankTransaction | undefined> {
  const row = await db
    .selectFrom('bank_transactions')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('transaction_id', '=', key.transactionId)
    .executeTakeFirst()
  return row === undefined ? undefined : (await toBankTransactions(db, [row]))[0]
}

/** Which of these bookings are stored already. */
export async function storedBankKeys(
  db: Database | Tx,
  query: { creditorId: string; account: string; bankKeys: readonly string[] },
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('bank_transactions')
    .select('bank_key')
    .where('creditor_id', '=', query.creditorId)
    .where('account', '=', query.account)
    .where('bank_key', '=', sql<string>`any(${[...query.bankKeys]}::text[])`)
    .execute()
  return new Set(rows.map((row) => row.bank_key))
}

/** A booking as another format tells it: the reference of the bank, and what must be equal. */
export interface SameBooking {
  bankReference: string
  currency: string
  amount: bigint
  direction: 'credit' | 'debit'
  bookingDate: string | null
}

/** Which of these bookings another format has brought before; what was doubled itself does not count. */
export async function bookedByOtherFormat(
  db: Database | Tx,
  query: {
    creditorId: string
    account: string
    format: StatementFormat
    bookings: readonly SameBooking[]
  },
): Promise<(booking: SameBooking) => boolean> {
  if (query.bookings.length === 0) return () => false
  const index = await blindIndexOf(db)
  const hashOf = (reference: string) => bankReferenceIndexOf(index, query.creditorId, reference)
  const hashes = query.bookings.map(({ bankReference }) => hashOf(bankReference))
  const rows = await db
    .selectFrom('bank_transactions')
    .select(['currency', 'amount', 'direction', 'booking_date', 'bank_reference_index'])
    .where('creditor_id', '=', query.creditorId)
    .where('account', '=', query.account)
    .where('bank_reference_index', '=', sql<string>`any(${hashes}::text[])`)
    .where('format', '<>', query.format)
    .where('state', '<>', 'ignored')
    .execute()
  const keys = new Set(
    rows.map((row) =>
      keyOf({
        bankReference: row.bank_reference_index ?? '',
        currency: row.currency,
        amount: row.amount,
        direction: row.direction as SameBooking['direction'],
        bookingDate: row.booking_date,
      }),
    ),
  )
  return (booking) => {
    return keys.has(keyOf({ ...booking, bankReference: hashOf(booking.bankReference) }))
  }
}

function keyOf({ bankReference, currency, amount, direction, bookingDate }: SameBooking): string {
  return JSON.stringify([bankReference, currency, amount.toString(), direction, bookingDate])
}

/** The days of an account of which one format tells. */
export interface DaysOfFormat {
  account: string
  format: StatementFormat
  from: string
  to: string
}

/** Of which of these days another format has brought bookings, by their places in the list. */
export async function daysOfOtherFormats(
  db: Database,
  creditorId: string,
  days: readonly DaysOfFormat[],
): Promise<Set<number>> {
  if (days.length === 0) return new Set()
  const { rows } = await sql<{ place: number }>`
    select (u.nth - 1)::int as place
    from unnest(${days.map((it) => it.account)}::text[], ${days.map((it) => it.format)}::text[],
      ${days.map((it) => it.from)}::date[], ${days.map((it) => it.to)}::date[])
      with ordinality as u(account, format, first_day, last_day, nth)
    where exists (select from bank_transactions t
      where t.creditor_id = ${creditorId} and t.account = u.account
        and t.booking_date between u.first_day and u.last_day
        and t.format <> u.format)`.execute(db)
  return new Set(rows.map(({ place }) => place))
}

/** What the API shows of a booking. */
export type BankTransactionView = Omit<BankTransaction, 'account' | 'bankKey' | 'details'>
// In two parts, since payments that stand and those that were taken back have an index each.
const CLAIMS_PAID = sql<string[]>`array(
  select p.claim_id from payments p where p.creditor_id = bank_transactions.creditor_id
    and p.transaction_id = bank_transactions.transaction_id and p.reversed_at is null
  union
  select p.claim_id from payments p where p.creditor_id = bank_transactions.creditor_id
    and p.transaction_id = bank_transactions.transaction_id and p.reversed_at is not null)`

/** Money that came in on an account under a bank reference or an end-to-end id, the latest first. */
export async function earlierCredits(
  db: Database,
  creditorId: string,
  booking: { account: string; bankReference?: string; endToEndId?: string; limit: number },
): Promise<EarlierCredit[]> {
  const index = await blindIndexOf(db)
  const bankReferenceHash =
    booking.bankReference === undefined
      ? null
      : bankReferenceIndexOf(index, creditorId, booking.bankReference)
  const endToEndHash =
    booking.endToEndId === undefined ? null : endToEndIndexOf(index, creditorId, booking.endToEndId)
  const rows = await db
    .selectFrom('bank_transactions')
    .select(['transaction_id', 'currency', 'amount', 'state'])
    .select(['bank_reference_index', 'end_to_end_index'])
    .select(CLAIMS_PAID.as('claim_ids'))
    .where('creditor_id', '=', creditorId)
    .where('account', '=', booking.account)
    .where('direction', '=', 'credit')
    .where('state', 'in', ['matched', 'unmatched', 'set-aside', 'returned'])
    .where((eb) =>
      eb.or([
        eb('bank_reference_index', '=', bankReferenceHash),
        eb('end_to_end_index', '=', endToEndHash),
      ]),
    )
    .orderBy('transaction_id', 'desc')
    .limit(booking.limit)
    .execute()
  // Those that were found bear what was looked for: nothing has to be opened.
  return rows.map((row) => ({
    transactionId: row.transaction_id,
    minor: row.amount,
    currency: row.currency,
    isTakenBack: row.state === 'returned',
    claimIds: row.claim_ids,
    ...(bankReferenceHash !== null && row.bank_reference_index === bankReferenceHash
      ? { bankReference: booking.bankReference as string }
      : {}),
    ...(endToEndHash !== null && row.end_to_end_index === endToEndHash
      ? { endToEndId: booking.endToEndId as string }
      : {}),
  }))
}

/** A page of bookings with ids below `before`, newest first. */
export async function pageOfBankTransactions(
  db: Database,
  query: {
    creditorId: string
    state: string | undefined
    before: string | undefined
    limit: number
  },
): Promise<BankTransaction[]> {
  let select = db
    .selectFrom('bank_transactions')
    .selectAll()
    .where('creditor_id', '=', query.creditorId)
  if (query.before !== undefined) select = select.where('transaction_id', '<', query.before)
  if (query.state !== undefined) select = select.where('state', '=', query.state)
  const rows = await select.orderBy('transaction_id', 'desc').limit(query.limit).execute()
  return await toBankTransactions(db, rows)
}

async function toBankTransactions(
  db: Database | Tx,
  rows: readonly Selectable<BankTransactionsTable>[],
): Promise<BankTransaction[]> {
  const opened = await openFields(
    db,
    rows.map((row) => ({
      creditorId: row.creditor_id,
      place: detailsPlace(row.transaction_id),
      sealed: row.details,
    })),
  )
  return rows.map((row, index) => ({
    creditorId: row.creditor_id,
    transactionId: row.transaction_id,
    account: row.account,
    bankKey: row.bank_key,
    currency: row.currency,
    amount: row.amount,
    direction: row.direction as BankTransaction['direction'],
    bookingDate: row.booking_date,
    valueDate: row.value_date,
    details: readDetails(opened[index] ?? null),
    state: row.state as BankTransactionState,
    reason: row.reason,
    claimId: row.claim_id,
    candidates: row.candidates as BankTransaction['candidates'],
    importedAt: row.imported_at,
    version: row.version,
  }))
}

/** The place of a booking's details, to which they are sealed. */
export const detailsPlace = (transactionId: string) => `bank_transactions.details ${transactionId}`

/**
 * Under whose key the details of a booking are sealed: the person's whose claim alone it pays, and the
 * creditor's for money of nobody known, of several people, or of somebody who was erased.
 */
async function ownerOfMoney(
  tx: Tx,
  { creditorId, claimId }: { creditorId: string; claimId: string | null },
): Promise<KeyOwner> {
  const creditor = { creditorId, personId: OF_CREDITOR }
  if (claimId === null) return creditor
  const person = { creditorId, personId: await personOfClaim(tx, { creditorId, claimId }) }
  const key = await keyringOf(tx).hold(tx, person)
  return key === null ? creditor : person
}

async function sealedDetails(
  tx: Tx,
  owner: KeyOwner,
  { transactionId, details }: Pick<NewBankTransaction, 'transactionId' | 'details'>,
) {
  const { creditorId } = owner
  const index = await blindIndexOf(tx)
  const { bankReference, endToEndId, debtorIban, format } = details
  return {
    details: await sealDetails(tx, owner, { transactionId, details }),
    format: format ?? null,
    bank_reference_index:
      bankReference === undefined ? null : bankReferenceIndexOf(index, creditorId, bankReference),
    end_to_end_index:
      endToEndId === undefined ? null : endToEndIndexOf(index, creditorId, endToEndId),
    payer_index: debtorIban === undefined ? null : payerIndexOf(index, creditorId, debtorIban),
  }
}

async function sealDetails(
  tx: Tx,
  owner: KeyOwner,
  { transactionId, details }: Pick<NewBankTransaction, 'transactionId' | 'details'>,
): Promise<Buffer> {
  const text = JSON.stringify(details)
  return await sealField(tx, { ...owner, place: detailsPlace(transactionId), text })
}

/** Moves the details under another key; what was erased stays so. */
async function detailsUnder(
  tx: Tx,
  owner: KeyOwner,
  booking: Pick<NewBankTransaction, 'transactionId' | 'details'>,
) {
  const sealed = await sealDetails(tx, owner, booking)
  return sql<Buffer | null>`case when details is not null then ${sealed}::bytea end`
}

/** What a booking said, as it was sealed; empty where it cannot be opened any more. */
export function readDetails(text: string | null): TransactionDetails {
  if (text === null) return { structuredReferences: [], unstructured: [] }
  return JSON.parse(text) as TransactionDetails
}

function bankReferenceIndexOf(index: BlindIndex, creditorId: string, reference: string): string {
  return index(`bank reference ${creditorId}`, reference)
}

function endToEndIndexOf(index: BlindIndex, creditorId: string, endToEndId: string): string {
  return index(`end-to-end id ${creditorId}`, endToEndId)
}

/** By what the bookings of one account are found, within one creditor. */
export function payerIndexOf(index: BlindIndex, creditorId: string, iban: string): string {
  return index(`payer ${creditorId}`, iban)
}
