// Reads any CSV file with invoices: which column holds what is known by its header, or said with
// --map. What cannot be read is refused with its line; nothing is guessed.
import { type Amount, type Day, minorUnits, parseAmount, parseDay } from '@parley/sdk/protocol'
import { parse } from 'csv-parse/sync'
import type { Invoice, Language } from './invoices.ts'

const FIELDS = [
  'invoiceNumber',
  'customerId',
  'customerName',
  'email',
  'language',
  'currency',
  'amount',
  'issueDate',
  'dueDate',
] as const

type Field = (typeof FIELDS)[number]

const NEEDED: readonly Field[] = ['invoiceNumber', 'customerId', 'issueDate', 'dueDate', 'amount']

/** Headers in lower case, letters and digits alone. */
const HEADERS: Readonly<Record<Field, readonly string[]>> = {
  invoiceNumber: ['invoicenumber', 'invoiceno', 'invoiceid', 'invoice', 'documentnumber'],
  customerId: ['customerid', 'customernumber', 'customerno', 'clientid', 'debtorid', 'customer'],
  customerName: ['customername', 'clientname', 'debtorname', 'name'],
  email: ['email', 'emailaddress', 'mail', 'customeremail'],
  language: ['language', 'lang', 'locale'],
  currency: ['currency', 'currencycode', 'ccy'],
  amount: ['amount', 'invoiceamount', 'totalamount', 'total', 'amountdue'],
  issueDate: ['issuedate', 'invoicedate', 'billdate', 'dateofissue'],
  dueDate: ['duedate', 'due', 'paymentdue', 'payby'],
}

/** A line that was left out, and why. */
export interface RefusedRow {
  readonly line: number
  readonly reason: string
}

/** Everything that a file holds. */
export interface InvoiceFile {
  readonly invoices: readonly Invoice[]
  readonly refused: readonly RefusedRow[]
}

/** How to read a file. */
export interface ReadOptions {
  /** Header by field, before the known headers. */
  readonly map?: ReadonlyMap<string, string>
  /** For lines that name no currency. */
  readonly currency?: string
}

type Row = Readonly<Partial<Record<Field, string>>>

/**
 * Reads invoices from CSV text: comma, semicolon or tab; days as `YYYY-MM-DD`; amounts with a
 * decimal point.
 *
 * @throws {Error} that names every needed column that no header stands for.
 */
export function readInvoices(csv: string, options: ReadOptions = {}): InvoiceFile {
  const [headers = [], ...records] = parse(csv, {
    bom: true,
    delimiter: delimiterOf(csv),
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  }) as string[][]
  const columns = matchColumns(headers, options.map ?? new Map())
  const invoices: Invoice[] = []
  const refused: RefusedRow[] = []
  const seen = new Set<string>()
  for (const [index, cells] of records.entries()) {
    const line = index + 2
    const row = Object.fromEntries([...columns].map(([field, at]) => [field, cells[at] ?? '']))
    const invoice = readRow(row, line, options.currency ?? 'EUR')
    if (typeof invoice === 'string') refused.push({ line, reason: invoice })
    else if (seen.has(invoice.invoiceNumber)) {
      refused.push({ line, reason: `invoice ${invoice.invoiceNumber} stands above already` })
    } else {
      seen.add(invoice.invoiceNumber)
      invoices.push(invoice)
    }
  }
  return { invoices, refused }
}

/** Finds the column of each field. */
function matchColumns(
  headers: readonly string[],
  map: ReadonlyMap<string, string>,
): ReadonlyMap<Field, number> {
  const columns = new Map<Field, number>()
  for (const field of FIELDS) {
    const wanted = [...map].filter(([, to]) => to === field).map(([header]) => compact(header))
    const names = wanted.length > 0 ? wanted : HEADERS[field]
    const found = names.map((name) => headers.findIndex((header) => compact(header) === name))
    const column = found.find((at) => at >= 0)
    if (column !== undefined) columns.set(field, column)
  }
  const missing = NEEDED.filter((field) => !columns.has(field))
  if (missing.length === 0) return columns
  const hints = missing.map((field) => `  --map "Your header=${field}"`)
  throw new Error(`No column stands for ${missing.join(', ')}. Name them:\n${hints.join('\n')}`)
}

function readRow(row: Row, line: number, standard: string): Invoice | string {
  const { invoiceNumber = '', customerId = '', customerName = '', email = '' } = row
  if (invoiceNumber === '') return 'the invoice number is empty'
  if (customerId === '') return 'the customer is empty'
  const amount = readAmount(row.amount ?? '', row.currency || standard)
  if (typeof amount === 'string') return amount
  const [issueDate, dueDate] = [parseDay(row.issueDate), parseDay(row.dueDate)]
  if (!issueDate.ok || !dueDate.ok) return 'a day is not written as YYYY-MM-DD'
  if (dueDate.value < issueDate.value) return 'it is due before it was issued'
  return {
    line,
    invoiceNumber,
    customerId,
    customerName: customerName === '' ? customerId : customerName,
    email: email === '' ? undefined : email,
    language: readLanguage(row.language ?? ''),
    amount,
    issueDate: issueDate.value as Day,
    dueDate: dueDate.value as Day,
  }
}

/** Fills up the decimals that a spreadsheet drops: `61.7` and `61` are `61.70` and `61.00`. */
function readAmount(text: string, currency: string): Amount | string {
  const decimals = minorUnits(currency)
  if (decimals === undefined) return `${currency} is no currency`
  const [, whole = '', fraction = ''] = /^([0-9]+)(?:\.([0-9]*))?$/.exec(text) ?? []
  if (whole === '' || fraction.length > decimals) return `${text} is no amount of ${currency}`
  const value = decimals === 0 ? whole : `${whole}.${fraction.padEnd(decimals, '0')}`
  const amount: Amount = { value: value.replace(/^0+(?=[0-9])/, ''), currency }
  return parseAmount(amount).ok ? amount : `${text} is nothing to pay`
}

function readLanguage(text: string): Language | undefined {
  const code = text.toLowerCase().slice(0, 2)
  return code === 'fr' || code === 'nl' || code === 'en' || code === 'de' ? code : undefined
}

/** The separator that cuts the header into the most columns. */
function delimiterOf(csv: string): string {
  const [header = ''] = csv.split('\n', 1)
  const counts = [',', ';', '\t'].map((one) => ({ one, count: header.split(one).length }))
  return counts.reduce((most, next) => (next.count > most.count ? next : most)).one
}

function compact(header: string): string {
  return header.toLowerCase().replace(/[^a-z0-9]/g, '')
}
