// One line of a payment history becomes the facts of a bill, or the first reason why it cannot.
import { type Day, err, ok, parseAmount, type Result } from '@parley/sdk/protocol'
import type { BillFacts } from '../learning/bill-history.ts'
import { type DecimalMark, parseCsvAmount } from './csv-amount.ts'
import { type DayOrder, parseCsvDay } from './csv-day.ts'
import { type CsvFault, quoted } from './csv-fault.ts'
import type { HistoryColumns, HistoryField } from './history-columns.ts'

/** How the cells of a file are read. */
export interface HistorySettings {
  readonly columns: HistoryColumns
  readonly currency: string
  readonly dayOrder?: DayOrder | undefined
  readonly decimalMark?: DecimalMark | undefined
}

const YES = new Set(['yes', 'y', 'true', '1', 'oui', 'ja', 'disputed'])
const NO = new Set(['', 'no', 'n', 'false', '0', 'non', 'nee', 'nein'])
const ELECTRONIC = new Set([
  'electronic',
  'email',
  'e-mail',
  'online',
  'app',
  'sms',
  'digital',
  'bot',
])
const PAPER = new Set(['paper', 'letter', 'post', 'mail', 'papier', 'brief', 'courrier'])
const MAX_ID = 100

/** Maps the cells of a line. Refuses with the codes of an import. */
export function mapHistoryRow(
  cells: readonly string[],
  settings: HistorySettings,
): Result<BillFacts, CsvFault> {
  const { columns } = settings
  if (cells.length !== columns.width) {
    const reason = `has ${cells.length} cells, and the header ${columns.width}`
    return err({ code: 'columns', reason })
  }
  const cell = (field: HistoryField) => cells[columns.indexOf.get(field) ?? -1]?.trim() ?? ''
  for (const field of ['invoiceNumber', 'customerId'] as const) {
    const length = cell(field).length
    if (length === 0) return err({ code: 'value-missing', reason: `the ${field} is empty` })
    if (length > MAX_ID) return err({ code: 'text-invalid', reason: `the ${field} is too long` })
  }
  const currency = cell('currency').toUpperCase() || settings.currency
  const money = parseCsvAmount(cell('amount'), { ...settings, currency })
  if (!money.ok) return money
  const parsed = parseAmount(money.value)
  if (!parsed.ok) return err({ code: 'amount-format', reason: 'the amount is no plain number' })
  const days = readDays(cell, settings)
  if (!days.ok) return days
  const disputedOn = readDispute(cell('disputed'), settings)
  if (!disputedOn.ok) return disputedOn
  const isElectronic = readSentBy(cell('sentBy'))
  if (!isElectronic.ok) return isElectronic
  return ok({
    invoice: cell('invoiceNumber'),
    customer: cell('customerId'),
    ...{ currency, minor: parsed.value.minor, ...days.value },
    ...{ disputedOn: disputedOn.value, isElectronic: isElectronic.value },
  })
}

type Days = Pick<BillFacts, 'issuedOn' | 'dueOn' | 'settledOn' | 'contactedOn' | 'endedOn'>

function readDays(
  cell: (field: HistoryField) => string,
  { dayOrder }: HistorySettings,
): Result<Days, CsvFault> {
  const issuedOn = parseCsvDay(cell('issueDate'), dayOrder)
  if (!issuedOn.ok) return issuedOn
  const dueOn = parseCsvDay(cell('dueDate'), dayOrder)
  if (!dueOn.ok) return dueOn
  const optional: Day[] = []
  for (const field of ['paidOn', 'contactedOn', 'endedOn'] as const) {
    const text = cell(field)
    const day = text === '' ? ok('') : parseCsvDay(text, dayOrder)
    if (!day.ok) return day
    optional.push(day.value)
  }
  const [settledOn = '', contactedOn = '', endedOn = ''] = optional
  if (dueOn.value < issuedOn.value) {
    const reason = `due on ${dueOn.value}, before it was issued on ${issuedOn.value}`
    return err({ code: 'due-date-before-issue-date', reason })
  }
  if (settledOn !== '' && settledOn < issuedOn.value) {
    const reason = `paid on ${settledOn}, before it was issued on ${issuedOn.value}`
    return err({ code: 'date-format', reason })
  }
  return ok({
    issuedOn: issuedOn.value,
    dueOn: dueOn.value,
    settledOn: settledOn || null,
    contactedOn: contactedOn || null,
    endedOn: endedOn || null,
  })
}

/** A day, or yes or no: then nobody knows since when, and it counts from the end of the due day. */
function readDispute(
  text: string,
  { dayOrder }: HistorySettings,
): Result<BillFacts['disputedOn'], CsvFault> {
  if (NO.has(text.toLowerCase())) return ok(null)
  if (YES.has(text.toLowerCase())) return ok('undated')
  const day = parseCsvDay(text, dayOrder)
  if (day.ok) return day
  const reason = `disputed: ${quoted(text)} is neither yes, no nor a day`
  return err({ code: 'date-format', reason })
}

function readSentBy(text: string): Result<boolean | null, CsvFault> {
  const word = text.toLowerCase()
  if (word === '') return ok(null)
  if (ELECTRONIC.has(word) || YES.has(word)) return ok(true)
  if (PAPER.has(word) || NO.has(word)) return ok(false)
  const reason = `sentBy: ${quoted(text)} is neither electronic nor paper`
  return err({ code: 'text-invalid', reason })
}
