// Reads a bank's CSV by its profile: the lines above the header, the header, and one entry a line.
// Each account and currency of the file is a statement.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { isValidIBAN } from 'ibantools'
import { cellsOf, hasOddQuotes, MAX_LINES_IN_RECORD } from '../import/csv-cells.ts'
import { createLineReader, decodeEither, decodeUtf8, decodeWindows1252 } from './byte-lines.ts'
import { type CsvProfile, recogniseProfiles } from './csv-profile.ts'
import { type ColumnIndexes, type CsvBooking, indexColumns, readCsvRow } from './csv-row.ts'
import type { StatementReader } from './mt940.ts'
import { presentMembers } from './present-members.ts'
import { createRunningBalance } from './running-balance.ts'
import { createTotals } from './statement-totals.ts'
import type {
  Fingerprint,
  StatementAccount,
  StatementRefusal,
  StatementSummary,
  TakeEntry,
} from './statement-types.ts'
import { createTransactionIdentities } from './transaction-identity.ts'

/** Banks write a few lines about the export above the header. */
const MAX_LINES_ABOVE = 40

export interface CsvOptions {
  /** All profiles among which the header decides; one when the caller named it. */
  readonly profiles: readonly CsvProfile[]
  readonly fingerprint?: Fingerprint | undefined
}

/**
 * Creates a streaming reader for one file.
 *
 * Refuses `statement-format` when no profile has this header, `statement-structure` for a line with
 * other columns, and what `readCsvRow` refuses. Entries that were handed over before must then be
 * forgotten.
 */
export function createCsvReader(take: TakeEntry, options: CsvOptions): StatementReader {
  const reading: Reading = { take, options, accounts: new Map() }
  let start: Start | undefined
  const above: string[] = []
  let record: { text: string; lines: number; line: number } | undefined

  const takeRecord = (text: string, line: number): StatementRefusal | undefined => {
    if (text.trim() === '') return undefined
    if (start !== undefined) return takeRow(reading, start, text, line)
    const found = findStart(options.profiles, text, line)
    if (!found.ok) return found.error
    if (found.value !== undefined) {
      start = { ...found.value, above: ibanAbove(above) }
      return start.profile.header === undefined ? takeRow(reading, start, text, line) : undefined
    }
    above.push(text)
    if (above.length <= MAX_LINES_ABOVE) return undefined
    return unknownHeader()
  }
  const takeLine = (text: string, line: number): StatementRefusal | undefined => {
    const plain = line === 1 ? text.replace(/^\ufeff/, '') : text
    const { quotes } = start?.profile ?? { quotes: false }
    record = record
      ? { ...record, text: `${record.text}\n${plain}`, lines: record.lines + 1 }
      : { text: plain, lines: 1, line }
    if (quotes && hasOddQuotes(record.text)) {
      if (record.lines <= MAX_LINES_IN_RECORD) return undefined
      const message = 'A quotation mark is never closed.'
      return { code: 'statement-structure', line: record.line, message }
    }
    const whole = record
    record = undefined
    return takeRecord(whole.text, whole.line)
  }
  const decode = (bytes: Uint8Array) => DECODE[start?.profile.encoding ?? EITHER](bytes)
  const reader = createLineReader(decode, takeLine)
  return {
    write: reader.write,
    end: () => {
      const refusal = reader.end() ?? endOf(record, start)
      if (refusal !== undefined) return err(refusal)
      return ok([...reading.accounts.values()].map(summaryOf))
    },
  }
}

const EITHER = 'utf-8-or-windows-1252'
const DECODE = {
  'utf-8': decodeUtf8,
  'windows-1252': decodeWindows1252,
  [EITHER]: decodeEither,
}

interface Start {
  readonly profile: CsvProfile
  readonly separator: string
  readonly columns: ColumnIndexes
  readonly width: number
  /** The IBAN in the lines above the header. */
  readonly above: string | undefined
}

interface Reading {
  readonly take: TakeEntry
  readonly options: CsvOptions
  readonly accounts: Map<string, AccountDraft>
}

/** What was read of one account in one currency. */
interface AccountDraft {
  readonly index: number
  readonly line: number
  readonly profile: string
  readonly account: StatementAccount
  readonly currency: string
  readonly totals: ReturnType<typeof createTotals>
  readonly identify: ReturnType<typeof createTransactionIdentities>
  readonly balance: ReturnType<typeof createRunningBalance>
}

function findStart(
  profiles: readonly CsvProfile[],
  text: string,
  line: number,
): Result<Omit<Start, 'above'> | undefined, StatementRefusal> {
  const split = (separator: string, quotes: boolean) =>
    quotes ? cellsOf(text, separator) : text.split(separator)
  const found = recogniseProfiles(profiles, split)
  const [only, ...others] = found
  if (only === undefined) return ok(undefined)
  if (others.length > 0) {
    const names = found.map(({ profile }) => profile.id).join(' and ')
    const message = `The profiles ${names} both fit: name one.`
    return err({ code: 'statement-format', line, message })
  }
  const { profile, separator, cells } = only
  const header = profile.headless?.names ?? cells
  return ok({ profile, separator, columns: indexColumns(header), width: header.length })
}

function takeRow(
  reading: Reading,
  start: Start,
  text: string,
  line: number,
): StatementRefusal | undefined {
  const { profile, separator, columns, width } = start
  const cells = profile.quotes ? cellsOf(text, separator) : text.split(separator)
  const isWhole = cells !== undefined && hasWidth(cells, width)
  if (!isWhole) {
    const count = cells === undefined ? 'quotes that do not pair up' : `${cells.length} columns`
    const message = `The line has ${count}; the header has ${width} columns.`
    return { code: 'statement-structure', line, message }
  }
  const booking = readCsvRow(cells, { profile, columns, line })
  if (!booking.ok) return booking.error
  handOver(reading, draftFor(reading, start, booking.value, line), booking.value, line)
  return undefined
}

/** Some banks end each line with a separator and the header without one, or the other way round. */
function hasWidth(cells: readonly string[], width: number): boolean {
  if (cells.length === width) return true
  if (cells.length === width + 1) return cells.at(-1)?.trim() === ''
  return false
}

function draftFor(
  reading: Reading,
  { profile, above }: Start,
  booking: CsvBooking,
  line: number,
): AccountDraft {
  const stated = booking.account ?? above ?? ''
  const { currency } = booking.amount
  const key = `${stated} ${currency}`
  const known = reading.accounts.get(key)
  if (known !== undefined) return known
  const draft: AccountDraft = {
    index: reading.accounts.size,
    line,
    profile: profile.id,
    account: { ...accountOf(stated), currency },
    currency,
    totals: createTotals(),
    identify: createTransactionIdentities(reading.options.fingerprint),
    balance: createRunningBalance(),
  }
  reading.accounts.set(key, draft)
  return draft
}

function handOver(reading: Reading, draft: AccountDraft, booking: CsvBooking, line: number) {
  const { amount, direction, bookingDay, valueDay, isBooked, balance } = booking
  const { isReferenceLoose, uniqueId, ...facts } = booking.draft
  const identity = draft.identify({
    ...booking.draft,
    day: bookingDay,
    reversal: false,
    sharesReference: false,
  })
  const entry = {
    entryId: `entry-${draft.totals.count() + 1}`,
    amount,
    direction,
    reversal: false,
    status: isBooked ? 'BOOK' : 'PDNG',
    bookingDay,
    ...presentMembers({ valueDay }),
    charges: [],
    detailCount: 0,
    transactions: [{ ...identity, ...facts }],
    line,
  }
  draft.totals.add(entry)
  if (isBooked) draft.balance.add(direction === 'debit' ? -amount.minor : amount.minor, balance)
  reading.take(entry, draft.index)
}

function summaryOf(draft: AccountDraft): StatementSummary {
  const totals = draft.totals.totals()
  const { from = '', to = '' } = totals
  return {
    statementId: from === to ? from : `${from}/${to}`,
    messageId: '',
    kind: 'csv',
    version: draft.profile,
    account: draft.account,
    ...draft.balance.read(draft.currency),
    totals,
    line: draft.line,
  }
}

function endOf(
  record: { line: number } | undefined,
  start: Start | undefined,
): StatementRefusal | undefined {
  if (record !== undefined) {
    const message = 'A quotation mark is never closed.'
    return { code: 'statement-structure', line: record.line, message }
  }
  return start === undefined ? unknownHeader() : undefined
}

function unknownHeader(): StatementRefusal {
  const message =
    'No format of a bank is recognised. "parley statement profiles" lists the CSV formats that can be read.'
  return { code: 'statement-format', line: 1, message }
}

/** The first IBAN in the lines above the header. */
function ibanAbove(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const cells = line.split(/[;,\t"]/).map((cell) => cell.replace(/\s/g, '').toUpperCase())
    const iban = cells.find((cell) => isValidIBAN(cell))
    if (iban !== undefined) return iban
  }
  return undefined
}

function accountOf(stated: string): StatementAccount {
  const plain = stated.replace(/\s/g, '').toUpperCase()
  if (isValidIBAN(plain)) return { iban: plain }
  return plain === '' ? {} : { other: stated }
}
