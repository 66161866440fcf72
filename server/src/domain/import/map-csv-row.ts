// One line of a CSV file becomes one payment request, or a list of everything that is wrong with
// it. Pure: the same cells under the same settings always give the same line.

import { checkText, err, minorUnits, ok, type Result } from '@parley/sdk/protocol'
import type { InvoiceInput, NewDebtor } from '../claim/issue-claim.ts'
import { type DecimalMark, parseCsvAmount } from './csv-amount.ts'
import type { ColumnMap, CsvField } from './csv-columns.ts'
import { type DayOrder, parseCsvDay } from './csv-day.ts'
import { type CsvFault, quoted } from './csv-fault.ts'
import { parseCsvLanguage } from './csv-language.ts'

/** What the operator said about the whole file. */
export interface CsvSettings {
  readonly columns: ColumnMap
  /** For lines that state none. */
  readonly currency?: string | undefined
  readonly segment?: string | undefined
  readonly decimalMark?: DecimalMark | undefined
  readonly dayOrder?: DayOrder | undefined
}

/** A line of the bulk operation; `lineKey` makes sending it again harmless. */
export interface BulkLine {
  readonly lineKey: string
  readonly paymentRequest: InvoiceInput
}

/** The cells of a line by field, and the faults found so far. */
interface Row {
  /** A text for people; undefined when it is empty, and when a fault of it was noted. */
  text(field: CsvField, limit: number): string | undefined
  /** The trimmed cell, unchecked. */
  cell(field: CsvField): string
  note(fault: CsvFault): undefined
  readonly faults: CsvFault[]
}

const EMAIL = /^[^\s@<>",;:\\]+@[^\s@<>",;:\\]+\.[^\s@<>",;:\\]+$/
const E164 = /^\+[1-9][0-9]{6,14}$/
const SEGMENT = /^[a-z0-9][a-z0-9-]{0,39}$/
const FORMULA = /^[=+\-@\t\r]/
const MAX_LINE_KEY = 128

/**
 * Maps the cells of one line.
 *
 * Refuses with every fault of the line: `columns` (another number of cells than headers, alone),
 * `value-missing`, `text-formula` (a text that a spreadsheet would run), `text-invalid`, the codes
 * of `parseCsvAmount` and `parseCsvDay`, `currency-unknown`, `email-format`, `phone-format`,
 * `language-unknown`, `segment-format` and `due-date-before-issue-date`.
 */
export function mapCsvRow(
  cells: readonly string[],
  settings: CsvSettings,
): Result<BulkLine, readonly CsvFault[]> {
  const { width } = settings.columns
  if (cells.length !== width) {
    return err([
      { code: 'columns', reason: `${cells.length} columns where the header has ${width}` },
    ])
  }
  const row = rowOf(cells, settings.columns)
  const invoiceNumber = required(row, 'invoiceNumber', 64)
  const debtor = readDebtor(row)
  const amount = readAmount(row, settings)
  const issueDate = readDay(row, 'issueDate', settings)
  const dueDate = readDay(row, 'dueDate', settings)
  const segment = readSegment(row, settings)
  if (issueDate !== undefined && dueDate !== undefined && dueDate < issueDate) {
    row.note({ code: 'due-date-before-issue-date', reason: 'it is due before it was issued' })
  }
  const lineKey = lineKeyOf(invoiceNumber ?? '')
  if (lineKey.length > MAX_LINE_KEY) {
    row.note({ code: 'text-invalid', reason: 'the invoiceNumber is too long' })
  }
  // Each of these is undefined only beside a fault that was noted.
  if (row.faults.length > 0 || !invoiceNumber || !debtor || !amount || !dueDate) {
    return err(row.faults)
  }
  const optional = { ...(issueDate && { issueDate }), ...(segment && { segment }) }
  return ok({ lineKey, paymentRequest: { invoiceNumber, debtor, amount, dueDate, ...optional } })
}

/** A stable key in visible ASCII: the invoice number, other characters percent-encoded. */
export function lineKeyOf(invoiceNumber: string): string {
  return invoiceNumber.replace(/[^!-~]|%/gu, (character) =>
    character === '%' ? '%25' : encodeURIComponent(character),
  )
}

function rowOf(cells: readonly string[], { indexOf }: ColumnMap): Row {
  const faults: CsvFault[] = []
  const note = (fault: CsvFault): undefined => {
    faults.push(fault)
  }
  const cell = (field: CsvField) => (cells[indexOf.get(field) ?? -1] ?? '').trim()
  const text = (field: CsvField, limit: number) => {
    const value = cell(field)
    if (value === '') return undefined
    if (FORMULA.test(value) && !(field === 'phone' && value.startsWith('+'))) {
      return note({ code: 'text-formula', reason: `the ${field} begins like a formula` })
    }
    const checked = checkText(value, { maxCodePoints: limit })
    if (checked.ok) return value
    const reason = `the ${field} is too long or has characters that nobody sees (${checked.error.code})`
    return note({ code: 'text-invalid', reason })
  }
  return { text, cell, note, faults }
}

function required(row: Row, field: CsvField, limit: number): string | undefined {
  if (row.cell(field) !== '') return row.text(field, limit)
  return row.note({ code: 'value-missing', reason: `the ${field} is empty` })
}

function readDebtor(row: Row): NewDebtor | undefined {
  const externalId = required(row, 'customerId', 64)
  const name = required(row, 'name', 70)
  const language = readLanguage(row)
  const email = readEmail(row)
  const phone = readPhone(row)
  if (externalId === undefined || name === undefined) return undefined
  const contact = { ...(email && { email }), ...(phone && { phone }) }
  return {
    externalId,
    name,
    ...(language && { language }),
    ...((email || phone) && { contact }),
  }
}

function readEmail(row: Row): string | undefined {
  const email = row.text('email', 254)
  if (email === undefined || EMAIL.test(email)) return email
  return row.note({ code: 'email-format', reason: 'the email is no e-mail address' })
}

function readPhone(row: Row): string | undefined {
  const text = row.text('phone', 64)
  if (text === undefined) return undefined
  const phone = text.replace(/[\s./()-]/g, '').replace(/^00/, '+')
  if (E164.test(phone)) return phone
  const reason = 'the phone needs its country code, as in +32 470 12 34 56'
  return row.note({ code: 'phone-format', reason })
}

function readLanguage(row: Row) {
  const text = row.text('language', 64)
  if (text === undefined) return undefined
  const language = parseCsvLanguage(text)
  if (language !== undefined) return language
  const reason = `the language ${quoted(text)} is none of fr, nl, en, de`
  return row.note({ code: 'language-unknown', reason })
}

function readAmount(row: Row, { currency: standard, decimalMark }: CsvSettings) {
  const currency = (row.text('currency', 16) ?? standard ?? '').toUpperCase()
  const text = row.cell('amount')
  if (minorUnits(currency) === undefined) {
    const isEmpty = currency === ''
    const reason = isEmpty ? 'the currency is empty' : `${quoted(currency)} is no ISO 4217 currency`
    return row.note({ code: isEmpty ? 'value-missing' : 'currency-unknown', reason })
  }
  if (text === '') return row.note({ code: 'value-missing', reason: 'the amount is empty' })
  const amount = parseCsvAmount(text, { currency, decimalMark })
  return amount.ok ? amount.value : row.note(amount.error)
}

function readDay(row: Row, field: 'issueDate' | 'dueDate', { dayOrder }: CsvSettings) {
  const text = row.cell(field)
  if (text === '') {
    const isOptional = field === 'issueDate'
    return isOptional
      ? undefined
      : row.note({ code: 'value-missing', reason: 'the dueDate is empty' })
  }
  const day = parseCsvDay(text, dayOrder)
  if (day.ok) return day.value
  return row.note({ ...day.error, reason: `${field}: ${day.error.reason}` })
}

function readSegment(row: Row, { segment: standard }: CsvSettings): string | undefined {
  const segment = row.text('segment', 64)?.toLowerCase() ?? standard
  if (segment === undefined || SEGMENT.test(segment)) return segment
  const reason = 'the segment may hold a-z, 0-9 and hyphens, 40 at most'
  return row.note({ code: 'segment-format', reason })
}
