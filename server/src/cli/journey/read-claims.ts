// Past claims from a CSV file with the columns invoice number, amount, due date and paid on, in any
// order. Days as YYYY-MM-DD; an empty "paid on" is a claim that was not paid.
import { readFileSync } from 'node:fs'
import { type Day, parseDay } from '@parley/sdk/protocol'
import { parse } from 'csv-parse/sync'
import type { PastClaim } from '../../domain/dunning/simulate-journey.ts'
import { CliError, EXIT } from '../cli-error.ts'

const COLUMNS = ['invoice number', 'amount', 'due date', 'paid on'] as const
const AMOUNT = /^\d{1,12}(\.\d{1,4})?$/

/** Reads all claims. @throws {CliError} with every line that cannot be read, and 1. */
export function readClaims(file: string): PastClaim[] {
  const faults: string[] = []
  const rows = readRows(file)
  const claims = rows.flatMap((row, index) => readClaim(row, `line ${index + 2}`, faults))
  const numbers = new Set(claims.map(({ invoiceNumber }) => invoiceNumber))
  if (numbers.size < claims.length) faults.push('an invoice number stands in two lines')
  if (faults.length === 0 && claims.length > 0) return claims
  const reason = faults.length === 0 ? 'the file has no claims' : faults.join('\n')
  throw new CliError(`Nothing was simulated:\n${reason}`, { exitCode: EXIT.refused })
}

type Row = Readonly<Record<string, string>>

function readRows(file: string): readonly Row[] {
  const text = readFileSync(file, 'utf8')
  const columns = (header: string[]) => header.map((name) => name.trim().toLowerCase())
  const delimiter = text.split('\n', 1)[0]?.includes(';') === true ? ';' : ','
  const options = { columns, bom: true, trim: true, delimiter, skip_empty_lines: true }
  try {
    const rows: Row[] = parse(text, options)
    const missing = COLUMNS.filter((name) => rows[0]?.[name] === undefined)
    if (rows.length === 0 || missing.length === 0) return rows
    throw new Error(`there is no column "${missing.join('", "')}"`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CliError(`Nothing was simulated: ${reason}.`, { exitCode: EXIT.refused })
  }
}

function readClaim(row: Row, where: string, faults: string[]): PastClaim[] {
  const [invoiceNumber = '', amount = '', due = '', paid = ''] = COLUMNS.map((name) => row[name])
  const dueDay = readDay(due)
  const paidOn = paid === '' ? null : readDay(paid)
  if (invoiceNumber === '') faults.push(`${where}: no invoice number`)
  if (!AMOUNT.test(amount)) faults.push(`${where}: "${amount}" is no amount such as 1234.50`)
  if (dueDay === undefined) faults.push(`${where}: "${due}" is no day, as YYYY-MM-DD`)
  if (paidOn === undefined) faults.push(`${where}: "${paid}" is no day, as YYYY-MM-DD`)
  if (dueDay === undefined || paidOn === undefined) return []
  return [{ invoiceNumber, dueDay, paidOn }]
}

function readDay(text: string): Day | undefined {
  const day = parseDay(text)
  return day.ok ? day.value : undefined
}
