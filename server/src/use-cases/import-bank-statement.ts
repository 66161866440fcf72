// Money in: a camt file becomes payments on claims. The whole file is read first, so that a broken
// one changes nothing; then each booking is taken in a transaction of its own, so that an import that
// was killed goes on where it stopped when the file is imported again.
import { createHash } from 'node:crypto'
import { err, ok, type Result } from '@parley/sdk/protocol'
import { incomingTransactions } from '../domain/matching/match-types.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { parseCamt } from '../domain/statement/camt.ts'
import { parseCamtBytes } from '../domain/statement/camt-bytes.ts'
import type { BankStatement } from '../domain/statement/statement-types.ts'
import { noteStatements } from '../storage/bank-statements.ts'
import { storedBankKeys } from '../storage/bank-transactions.ts'
import { accountsOfCreditor, type CreditorRow, readCreditor } from '../storage/creditors.ts'
import type { Deps } from './deps.ts'
import { bankKeyOf, type IncomingBooking } from './incoming-booking.ts'
import { type TakeDeps, takeBankTransaction } from './take-bank-transaction.ts'
import { takeInLanes } from './take-in-lanes.ts'

type ImportDeps = TakeDeps & Pick<Deps, 'outboxChanged'>

/** What a file brought; bookings that concern no claim are in `transactions` alone. */
export interface StatementImport {
  statements: number
  transactions: number
  /** Bookings that an earlier import had stored. */
  alreadyImported: number
  matched: number
  unmatched: number
  reversals: number
}

/** Bookings between two looks at what is stored already. */
const BATCH = 500

/**
 * Imports a camt.053 or camt.054 file, text or bytes. The same booking has one effect, whatever file
 * it comes in and however many imports run.
 *
 * Refuses `statement-invalid` for a file that cannot be read, with the line, and for a statement of
 * an account that is not the creditor's own; then nothing is changed.
 */
export async function importBankStatement(
  deps: ImportDeps,
  command: { creditorId: string; file: Buffer | string },
): Promise<Result<StatementImport, Refusal>> {
  const statements = readStatements(command.file)
  if (!statements.ok) return statements
  const creditor = await readCreditor(deps.db, command.creditorId)
  const own = await accountsOfCreditor(deps.db, command.creditorId)
  const foreign = statements.value.find(({ account }) => !own.has(account.iban ?? ''))
  if (foreign !== undefined) return err(foreignAccount(foreign))

  const bookings = statements.value.flatMap((statement) => bookingsOf(creditor, statement))
  const counted = await takeAll(deps, creditor, bookings)
  await note(deps, creditor, statements.value)
  return ok({ statements: statements.value.length, transactions: bookings.length, ...counted })
}

function readStatements(file: Buffer | string): Result<BankStatement[], Refusal> {
  const read = typeof file === 'string' ? parseCamt(file) : parseCamtBytes(file)
  if (read.ok) return read
  const { code, line, message } = read.error
  return err(refusal('statement-invalid', `line ${line}: ${message} (${code})`))
}

function foreignAccount({ statementId }: BankStatement): Refusal {
  return refusal(
    'statement-invalid',
    `statement ${statementId.slice(0, 35)} is of another account than yours`,
  )
}

function bookingsOf(creditor: CreditorRow, statement: BankStatement): IncomingBooking[] {
  return statement.entries.flatMap((entry) =>
    incomingTransactions(entry).map((transaction) => ({
      creditor,
      account: ibanOf(statement),
      bankKey: bankKeyOf(entry.status, transaction.transactionId),
      entry,
      transaction,
    })),
  )
}

/** The account of a statement that was not refused. */
function ibanOf({ account }: BankStatement): string {
  return account.iban ?? ''
}

type Counts = Omit<StatementImport, 'statements' | 'transactions'>

async function takeAll(
  deps: ImportDeps,
  creditor: CreditorRow,
  bookings: readonly IncomingBooking[],
): Promise<Counts> {
  const counts = { already: 0, matched: 0, unmatched: 0, reversal: 0, refund: 0, ignored: 0 }
  const later: IncomingBooking[] = []
  for (let start = 0; start < bookings.length; start += BATCH) {
    const batch = bookings.slice(start, start + BATCH)
    const isStored = await storedOf(deps, creditor, batch)
    await takeInLanes(batch, async (booking) => {
      const taken = isStored(booking)
        ? 'already'
        : await takeBankTransaction(deps, booking, { isLastTry: false })
      if (taken === 'later') later.push(booking)
      else counts[taken]++
    })
    deps.outboxChanged()
  }
  for (const booking of later) {
    const taken = await takeBankTransaction(deps, booking, { isLastTry: true })
    if (taken !== 'later') counts[taken]++
  }
  if (later.length > 0) deps.outboxChanged()
  const { already, matched, unmatched, reversal } = counts
  return { alreadyImported: already, matched, unmatched, reversals: reversal }
}

/** A booking is known by its key at its account; a file may be about several. */
async function storedOf(
  { db }: ImportDeps,
  { creditorId }: CreditorRow,
  batch: readonly IncomingBooking[],
): Promise<(booking: IncomingBooking) => boolean> {
  const stored = new Map<string, ReadonlySet<string>>()
  for (const account of new Set(batch.map((booking) => booking.account))) {
    const bankKeys = batch.filter((it) => it.account === account).map(({ bankKey }) => bankKey)
    stored.set(account, await storedBankKeys(db, { creditorId, account, bankKeys }))
  }
  return ({ account, bankKey }) => stored.get(account)?.has(bankKey) === true
}

async function note(
  deps: ImportDeps,
  { creditorId }: CreditorRow,
  statements: readonly BankStatement[],
): Promise<void> {
  const importedAt = deps.clock.now()
  const noted = statements.map((statement) => {
    const { kind, statementId, createdAt, sequence, page } = statement
    const iban = ibanOf(statement)
    const identity = [iban, kind, statementId, createdAt ?? sequence ?? '', page?.number ?? '']
    const statementKey = createHash('sha256').update(JSON.stringify(identity)).digest('base64url')
    return { creditorId, statementKey, account: iban, kind, importedAt }
  })
  await deps.db.transaction().execute((tx) => noteStatements(tx, noted))
}
