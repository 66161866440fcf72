// Money in: a statement file becomes payments on claims. The whole file is read first, so that a broken
// one changes nothing; then it is read again, and each booking is taken in a transaction of its own, so
// that an import that was killed goes on where it stopped when the file is imported again.
import { createHash } from 'node:crypto'
import { err, ok, type Result } from '@parley/sdk/protocol'
import { incomingTransactions } from '../domain/matching/match-types.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { CsvProfile } from '../domain/statement/csv-profile.ts'
import { ownIbanOf } from '../domain/statement/own-account.ts'
import { placeOf } from '../domain/statement/statement-sequence.ts'
import {
  isInformation,
  type StatementProblem,
  type StatementSummary,
} from '../domain/statement/statement-types.ts'
import { noteStatements } from '../storage/bank-statements.ts'
import { accountsOfCreditor, type CreditorRow, readCreditor } from '../storage/creditors.ts'
import type { Deps } from './deps.ts'
import { bankKeyOf, type IncomingBooking } from './incoming-booking.ts'
import {
  checkStatementFile,
  entriesInBatches,
  type OpenFile,
  type ReadEntry,
} from './read-statement-file.ts'
import { formatOf, missingAround, overlapProblems } from './statement-surroundings.ts'
import type { TakeDeps } from './take-bank-transaction.ts'
import { type BookingCounts, takeBookings } from './take-bookings.ts'

type ImportDeps = TakeDeps & Pick<Deps, 'outboxChanged' | 'statementProfiles'>

export interface ImportCommand {
  creditorId: string
  /** Text, bytes, or a file that is too large to hold. */
  file: OpenFile | Uint8Array | string
  /** The account of a file that names none: an IBAN of the creditor. */
  account?: string | undefined
  /** Id of the profile by which a CSV file is read; recognised without. */
  profile?: string | undefined
}

/** What a file brought; bookings that concern no claim are in `transactions` alone. */
export interface StatementImport extends BookingCounts {
  statements: number
  transactions: number
  /** Transactions that were read and not booked, since their statements are information only. */
  information: number
  /** What somebody should know; at most 200. */
  problems: readonly StatementProblem[]
}

/** Bookings between two looks at what is stored already. */
const BATCH = 500
const MAX_PROBLEMS = 200

/**
 * Imports a file of camt, MT940 or a bank's CSV. The same booking has one effect, whatever file of the
 * format it comes in and however many imports run. A booking that another format brought under the same
 * bank reference, amount and day is stored as `possible-duplicate` and not booked.
 *
 * Refuses `statement-invalid` for a file that cannot be read, with the line, for an unknown profile,
 * and for a statement of an account that is not the creditor's own; then nothing is changed.
 */
export async function importBankStatement(
  deps: ImportDeps,
  command: ImportCommand,
): Promise<Result<StatementImport, Refusal>> {
  const profiles = profilesOf(deps, command.profile)
  if (!profiles.ok) return profiles
  const { creditorId } = command
  const open = openerOf(command.file)
  const checked = await checkStatementFile(open, profiles.value)
  if (!checked.ok)
    return invalid(`line ${checked.error.line}: ${checked.error.message} (${checked.error.code})`)

  const creditor = await readCreditor(deps.db, creditorId)
  const own = await accountsOfCreditor(deps.db, creditorId)
  const statements = withAccounts(checked.value.statements, own, command.account)
  if (!statements.ok) return statements

  const before = await overlapProblems(deps, creditorId, statements.value.filter(isBookable))
  const toBookings = (read: ReadEntry) => bookingsOf(creditor, statements.value, read)
  const batches = () => bookingBatches(open, profiles.value, toBookings)
  const counted = await takeBookings(deps, creditor, batches)

  const places = statements.value.map(({ statement, account }) => placeOf(statement, account))
  const missing = await missingAround(deps, creditorId, places)
  await note(deps, creditorId, statements.value)
  const problems = [...checked.value.problems, ...before, ...missing, ...counted.problems]
  return ok({
    statements: statements.value.length,
    transactions: transactionsOf(statements.value),
    information: transactionsOf(statements.value.filter((it) => !isBookable(it))),
    ...counted.counts,
    problems: problems.slice(0, MAX_PROBLEMS),
  })
}

function profilesOf(
  { statementProfiles }: ImportDeps,
  named: string | undefined,
): Result<readonly CsvProfile[], Refusal> {
  if (named === undefined) return ok([...statementProfiles.values()])
  const profile = statementProfiles.get(named)
  if (profile !== undefined) return ok([profile])
  return invalid(
    `there is no profile "${named}"; there are ${[...statementProfiles.keys()].join(', ')}`,
  )
}

function openerOf(file: ImportCommand['file']): OpenFile {
  if (typeof file === 'function') return file
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file
  return async function* () {
    yield bytes
  }
}

/** A statement with the own IBAN that it is of. */
interface OwnStatement {
  readonly statement: StatementSummary
  readonly account: string
}

function withAccounts(
  statements: readonly StatementSummary[],
  own: ReadonlySet<string>,
  given: string | undefined,
): Result<OwnStatement[], Refusal> {
  const named = given?.replace(/\s/g, '').toUpperCase()
  if (named !== undefined && !own.has(named))
    return invalid('the account that you name is not yours')
  const found: OwnStatement[] = []
  for (const statement of statements) {
    const stated = ownIbanOf(statement.account, own)
    // What is no IBAN may be a name that the bank gives the account: then the caller says which it is.
    const account = stated ?? (statement.account.iban === undefined ? named : undefined)
    if (account === undefined) return foreignAccount(statement)
    found.push({ statement, account })
  }
  return ok(found)
}

function foreignAccount({ statementId, account }: StatementSummary): Result<never, Refusal> {
  const id = statementId.slice(0, 35)
  return account.iban === undefined
    ? invalid(`statement ${id} names no account of yours: say with "account" which one it is`)
    : invalid(`statement ${id} is of another account than yours`)
}

function invalid(detail: string): Result<never, Refusal> {
  return err(refusal('statement-invalid', detail))
}

function isBookable({ statement }: OwnStatement): boolean {
  return !isInformation(statement.kind)
}

function transactionsOf(statements: readonly OwnStatement[]): number {
  return statements.reduce((sum, { statement }) => sum + statement.totals.bookings, 0)
}

async function* bookingBatches(
  open: OpenFile,
  profiles: readonly CsvProfile[],
  toBookings: (read: ReadEntry) => IncomingBooking[],
): AsyncGenerator<readonly IncomingBooking[]> {
  for await (const entries of entriesInBatches(open, { profiles, size: BATCH })) {
    const bookings = entries.flatMap(toBookings)
    for (let start = 0; start < bookings.length; start += BATCH) {
      yield bookings.slice(start, start + BATCH)
    }
  }
}

function bookingsOf(
  creditor: CreditorRow,
  statements: readonly OwnStatement[],
  { entry, statement: index }: ReadEntry,
): IncomingBooking[] {
  const own = statements[index]
  if (own === undefined) throw new Error('an entry came without its statement')
  if (!isBookable(own)) return []
  const format = formatOf(own.statement)
  return incomingTransactions(entry).map((transaction) => ({
    creditor,
    account: own.account,
    bankKey: bankKeyOf(entry.status, transaction.transactionId),
    entry,
    transaction,
    format,
  }))
}

async function note(
  deps: ImportDeps,
  creditorId: string,
  statements: readonly OwnStatement[],
): Promise<void> {
  const importedAt = deps.clock.now()
  const noted = statements.map(({ statement, account }) => {
    const { kind, statementId, createdAt, sequence, page } = statement
    const identity = [account, kind, statementId, createdAt ?? sequence ?? '', page?.number ?? '']
    const statementKey = createHash('sha256').update(JSON.stringify(identity)).digest('base64url')
    return { creditorId, statementKey, place: placeOf(statement, account), importedAt }
  })
  await deps.db.transaction().execute((tx) => noteStatements(tx, noted))
}
