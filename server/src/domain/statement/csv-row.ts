// One line of a bank's CSV becomes one statement entry, by the profile of the bank.
import {
  type Day,
  err,
  type Money,
  minorUnits,
  ok,
  parseDay,
  type Result,
} from '@parley/sdk/protocol'
import { parseCsvAmount } from '../import/csv-amount.ts'
import { meaningful } from './camt-detail.ts'
import { type CsvProfile, type CsvProfileColumns, comparable } from './csv-profile.ts'
import { presentMembers } from './present-members.ts'
import type { Direction, StatementRefusal, StatementRefusalCode } from './statement-types.ts'
import type { TransactionFacts } from './transaction-identity.ts'

/** A line, read: which account it is of, its entry, and the balance after it. */
export interface CsvBooking {
  /** As the line states it; undefined when the file has no column for it. */
  readonly account?: string
  readonly amount: Money
  readonly direction: Direction
  readonly bookingDay: Day
  readonly valueDay?: Day
  readonly isBooked: boolean
  /** Minor units, with sign. */
  readonly balance?: bigint
  readonly draft: Omit<TransactionFacts, 'day' | 'reversal' | 'sharesReference'>
}

/** Where the columns of a profile stand in one file. */
export type ColumnIndexes = ReadonlyMap<string, number>

/** Finds every column that a header has; names are compared without case. */
export function indexColumns(header: readonly string[]): ColumnIndexes {
  return new Map(header.map((name, index) => [comparable(name), index] as const).toReversed())
}

/**
 * Reads the cells of a line. Refuses `statement-date`, `statement-amount`, `statement-currency` and
 * `statement-sign`.
 */
export function readCsvRow(
  cells: readonly string[],
  { profile, columns, line }: { profile: CsvProfile; columns: ColumnIndexes; line: number },
): Result<CsvBooking, StatementRefusal> {
  const at = (name: string) => cells[columns.get(comparable(name)) ?? -1]?.trim() ?? ''
  const cell = (field: keyof CsvProfileColumns): string | undefined => {
    for (const name of profile.columns[field] ?? []) {
      const text = at(name)
      if (text !== '') return text
    }
    return undefined
  }
  const bookingDay = readProfileDay(cell('bookingDate') ?? '', profile.date)
  if (bookingDay === undefined) {
    const stated = cell('bookingDate') ?? ''
    return refuse('statement-date', line, `"${stated.slice(0, 24)}" is no day (${profile.date}).`)
  }
  const currency = cell('currency') ?? profile.currency ?? ''
  if (minorUnits(currency) === undefined) {
    const named = currency === '' ? 'no currency' : `the unknown currency "${currency.slice(0, 8)}"`
    return refuse('statement-currency', line, `The line has ${named}.`)
  }
  const signed = readSigned({ profile, at, cell, currency, line })
  if (!signed.ok) return signed
  const balanceText = cell('balance')
  const balance =
    balanceText === undefined ? ok(undefined) : readMinor(balanceText, profile, currency)
  if (!balance.ok) return refuse('statement-amount', line, `The balance: ${balance.error}.`)
  const direction: Direction = signed.value < 0n ? 'debit' : 'credit'
  const amount = { minor: signed.value < 0n ? -signed.value : signed.value, currency }
  const status = profile.status === undefined ? undefined : at(profile.status.column)
  return ok({
    ...presentMembers({
      account: cell('account'),
      valueDay: readProfileDay(cell('valueDate') ?? '', profile.date),
      balance: balance.value,
    }),
    amount,
    direction,
    bookingDay,
    isBooked: status === undefined || isListed(profile.status?.booked ?? [], status),
    draft: draftOf({ profile, at, cell }, amount, direction),
  })
}

interface RowCells {
  readonly profile: CsvProfile
  readonly at: (name: string) => string
  readonly cell: (field: keyof CsvProfileColumns) => string | undefined
}

/** The amount in minor units, negative when money left the account. */
function readSigned({
  profile,
  at,
  cell,
  currency,
  line,
}: RowCells & { currency: string; line: number }): Result<bigint, StatementRefusal> {
  const { sign } = profile
  if (sign.by === 'columns') {
    const [credit, debit] = [at(sign.credit), at(sign.debit)]
    if ((credit === '') === (debit === '')) {
      return refuse('statement-sign', line, 'The line is not either credit or debit.')
    }
    const read = readMinor(credit || debit, profile, currency)
    if (!read.ok) return refuse('statement-amount', line, `${sentence(read.error)}.`)
    const size = read.value < 0n ? -read.value : read.value
    return ok(credit === '' ? -size : size)
  }
  const read = readMinor(cell('amount') ?? '', profile, currency)
  if (!read.ok) return refuse('statement-amount', line, `${sentence(read.error)}.`)
  if (sign.by === 'amount') return read
  const mark = at(sign.column)
  const isCredit = isListed(sign.credit, mark)
  if (!isCredit && !isListed(sign.debit, mark)) {
    return refuse('statement-sign', line, `"${mark.slice(0, 24)}" is neither credit nor debit.`)
  }
  return ok(isCredit ? read.value : -read.value)
}

const MAX_AMOUNT = 64

/** An amount with its sign, in minor units; or why it is none. */
function readMinor(text: string, profile: CsvProfile, currency: string): Result<bigint, string> {
  if (text.length > MAX_AMOUNT) return err('the amount is too long')
  const [, before = '', size = '', after = ''] =
    /^\s*([-+\u2212]?)(.*?)([-+\u2212]?)\s*$/.exec(text) ?? []
  if (before !== '' && after !== '') return err(`the amount "${text.slice(0, 24)}" has two signs`)
  const isNegative = /[-\u2212]/.test(before + after)
  if (/^0+(?:[.,]0*)?(?:\s*(?:€|[A-Z]{3}))?$/.test(size.trim())) return ok(0n)
  const amount = parseCsvAmount(size, { currency, decimalMark: profile.decimal })
  if (!amount.ok) return err(amount.error.reason)
  const minor = BigInt(amount.value.value.replace('.', ''))
  return ok(isNegative ? -minor : minor)
}

function draftOf(
  { profile, cell, at }: RowCells,
  amount: Money,
  direction: Direction,
): CsvBooking['draft'] {
  const party = { name: cell('partyName'), iban: ibanOf(cell('partyIban')) }
  const returnReason = cell('returnReason')
  // Money that comes back was paid by the other party, as was money that comes in.
  const isPayer = direction === 'credit' || returnReason !== undefined
  const texts = (profile.columns.text ?? []).map(at)
  const structured = meaningful(cell('structuredReference'))
  return {
    ...presentMembers({
      uniqueId: cell('id'),
      bankReference: meaningful(cell('bankReference')),
      endToEndId: meaningful(cell('endToEndId')),
      mandateId: meaningful(cell('mandateId')),
      debtorName: isPayer ? (cell('payerName') ?? party.name) : undefined,
      debtorIban: isPayer ? party.iban : undefined,
      creditorName: isPayer ? undefined : (cell('payeeName') ?? party.name),
      creditorIban: isPayer ? undefined : party.iban,
      returnReason,
      instructedAmount: readInstructed(profile, cell),
      exchange: readRate(cell('rate')),
    }),
    amount,
    direction,
    otherIds: [],
    structuredReferences: structured === undefined ? [] : [structured],
    unstructured: [...new Set(texts.map((text) => text.replace(/\s+/g, ' ')))].filter(Boolean),
    charges: [],
    isReferenceLoose: true,
  }
}

function readInstructed(profile: CsvProfile, cell: RowCells['cell']): Money | undefined {
  const currency = cell('instructedCurrency') ?? ''
  const text = cell('instructedAmount')
  if (text === undefined || minorUnits(currency) === undefined) return undefined
  const read = readMinor(text, profile, currency)
  if (!read.ok) return undefined
  return { minor: read.value < 0n ? -read.value : read.value, currency }
}

function readRate(text: string | undefined): { rate: string } | undefined {
  const rate = text?.replace(',', '.') ?? ''
  return /^[0-9]{1,11}(?:\.[0-9]{1,11})?$/.test(rate) ? { rate } : undefined
}

function isListed(words: readonly string[], text: string): boolean {
  return words.some((word) => comparable(word) === comparable(text))
}

function ibanOf(text: string | undefined): string | undefined {
  const plain = (text ?? '').replace(/\s/g, '').toUpperCase()
  return /^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$/.test(plain) ? plain : undefined
}

/** Two digits of a year may also be four: some banks write both. */
const DAY_PARTS = /yyyy|yy|MM|dd/g

/** Reads a day by its pattern; a time after it is left out. Undefined when there is no such day. */
function readProfileDay(text: string, pattern: string): Day | undefined {
  const names = [...pattern.matchAll(DAY_PARTS)].map(([part]) => part)
  const escaped = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const source = escaped.replace(DAY_PARTS, (part) =>
    part === 'yy' ? '([0-9]{4}|[0-9]{2})' : `([0-9]{${part.length}})`,
  )
  const found = new RegExp(`^${source}(?:[ T].*)?$`).exec(text)
  if (found === null) return undefined
  const part = (name: string) =>
    names.includes(name) ? (found[names.indexOf(name) + 1] ?? '') : ''
  const year = (part('yyyy') || part('yy')).padStart(4, '20')
  const day = parseDay(`${year}-${part('MM')}-${part('dd')}`)
  return day.ok ? day.value : undefined
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function refuse(
  code: StatementRefusalCode,
  line: number,
  message: string,
): Result<never, StatementRefusal> {
  return err({ code, line, message })
}
