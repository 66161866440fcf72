// Reads MT940 (statement) and MT942 (report during the day) in lines. Each message is a statement, or
// a page of one; entries are handed over as they are read. Source: SWIFT Standards MT, category 9.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { isValidIBAN } from 'ibantools'
import { createLineReader, decodeEither } from './byte-lines.ts'
import { mt940Entry } from './mt940-entry.ts'
import { type Mt940Booking, readField61 } from './mt940-field61.ts'
import { readField86 } from './mt940-field86.ts'
import { createMtFields, type MtField } from './mt940-fields.ts'
import { readMtBalance } from './mt940-values.ts'
import { presentMembers } from './present-members.ts'
import { isBalanced } from './statement-balance.ts'
import { createTotals } from './statement-totals.ts'
import type {
  Fingerprint,
  StatementAccount,
  StatementBalance,
  StatementRefusal,
  StatementSummary,
  TakeEntry,
} from './statement-types.ts'
import { createTransactionIdentities } from './transaction-identity.ts'

export interface StatementReader {
  write(chunk: Uint8Array): void
  /** Ends the file. Call it once; nothing may be written afterwards. */
  end(): Result<StatementSummary[], StatementRefusal>
}

/**
 * Creates a streaming reader for one file of messages, in UTF-8 or Windows-1252, with any line ends.
 *
 * Refuses `statement-structure` (a field that cannot be read, a message cut off before its closing
 * balance), `statement-account`, `statement-amount`, `statement-currency` and `statement-date`.
 * Entries that were handed over before must then be forgotten.
 */
export function createMt940Reader(take: TakeEntry, fingerprint?: Fingerprint): StatementReader {
  const reading: Reading = {
    take,
    fingerprint,
    statements: [],
    message: undefined,
    last: undefined,
  }
  let lines = 0
  const fields = createMtFields({
    field: (field) => takeField(reading, field),
    endOfMessage: (line) => endMessage(reading, line),
  })
  const reader = createLineReader(decodeEither, (text, line) => {
    lines = line
    return fields.line(text, line)
  })
  return {
    write: reader.write,
    end: () => {
      const refusal = reader.end() ?? fields.end(lines)
      if (refusal !== undefined) return err(refusal)
      if (reading.statements.length > 0) return ok(reading.statements)
      return err({ code: 'statement-empty', line: 1, message: 'The file holds no statement.' })
    },
  }
}

interface Reading {
  readonly take: TakeEntry
  readonly fingerprint: Fingerprint | undefined
  readonly statements: StatementSummary[]
  message: Message | undefined
  /** The message before: this one may be a further page of the same statement. */
  last: Message | undefined
}

/** The message being read. */
interface Message {
  readonly line: number
  readonly reference: string
  readonly totals: ReturnType<typeof createTotals>
  identify: ReturnType<typeof createTransactionIdentities>
  account?: StatementAccount
  number?: string
  page?: string
  opening?: StatementBalance & { readonly isIntermediate: boolean }
  closing?: StatementBalance & { readonly isIntermediate: boolean }
  /** Fields of MT942. */
  isInterim: boolean
  currency?: string
  booking?: Mt940Booking
}

function takeField(reading: Reading, field: MtField): StatementRefusal | undefined {
  const { tag, content, line } = field
  if (tag === '20') return endMessage(reading, line) ?? beginMessage(reading, content.trim(), line)
  const { message } = reading
  if (message === undefined) return undefined
  if (tag === '86') {
    const { booking } = message
    delete message.booking
    if (booking !== undefined) handOver(reading, message, booking, content)
    return undefined
  }
  return flush(reading, message) ?? takeMessageField(reading, message, field)
}

function takeMessageField(
  reading: Reading,
  message: Message,
  { tag, content, line }: MtField,
): StatementRefusal | undefined {
  switch (tag) {
    case '25':
    case '25P':
      message.account = readAccount(content)
      return undefined
    case '28':
    case '28C':
      return takeNumber(reading, message, content)
    case '13D':
    case '34F':
    case '90C':
    case '90D':
      message.isInterim = true
      message.currency ??= /[A-Z]{3}(?=[CD]?[0-9])/.exec(content)?.[0] ?? ''
      return undefined
    case '60F':
    case '60M':
    case '62F':
    case '62M':
      return takeBalance(message, { tag, content, line })
    case '61':
      return takeBooking(message, content, line)
    default:
      return undefined
  }
}

function takeNumber(reading: Reading, message: Message, content: string): undefined {
  const [number, page] = content.trim().split('/')
  if (number !== undefined && /[1-9]/.test(number)) message.number = number
  if (page !== undefined && page !== '') message.page = page
  const { last } = reading
  const isFurtherPage =
    last?.closing?.isIntermediate === true && last.number !== undefined && last.number === number
  if (isFurtherPage) message.identify = last.identify
  return undefined
}

function takeBalance(message: Message, { tag, content, line }: MtField) {
  const balance = readMtBalance(content.trim(), line)
  if (!balance.ok) return balance.error
  const read = { ...balance.value, isIntermediate: tag.endsWith('M') }
  if (tag.startsWith('60')) {
    message.opening = read
    message.currency = read.amount.currency
  } else message.closing = read
  return undefined
}

function takeBooking(message: Message, content: string, line: number) {
  const { currency } = message
  if (currency === undefined) {
    const text = 'A booking stands before the opening balance.'
    return { code: 'statement-structure' as const, line, message: text }
  }
  const booking = readField61(content, { currency, line })
  if (!booking.ok) return booking.error
  message.booking = booking.value
  return undefined
}

/** A booking without field 86 says what field 61 says. */
function flush(reading: Reading, message: Message): undefined {
  const { booking } = message
  delete message.booking
  if (booking !== undefined) handOver(reading, message, booking, '')
  return undefined
}

function handOver(reading: Reading, message: Message, booking: Mt940Booking, text: string) {
  const entry = mt940Entry(booking, readField86(text), {
    isInterim: message.isInterim,
    position: message.totals.count() + 1,
    identify: message.identify,
  })
  message.totals.add(entry)
  reading.take(entry, reading.statements.length)
}

function beginMessage(reading: Reading, reference: string, line: number): undefined {
  const identify = createTransactionIdentities(reading.fingerprint)
  const totals = createTotals()
  reading.message = { line, reference, totals, identify, isInterim: false }
  return undefined
}

function endMessage(reading: Reading, line: number): StatementRefusal | undefined {
  const { message } = reading
  if (message === undefined) return undefined
  flush(reading, message)
  const refused = faultOf(message, line)
  if (refused !== undefined) return refused
  reading.statements.push(summaryOf(message))
  reading.last = message
  reading.message = undefined
  return undefined
}

function faultOf(message: Message, line: number): StatementRefusal | undefined {
  if (message.account === undefined) {
    return {
      code: 'statement-account',
      line: message.line,
      message: 'A statement names no account.',
    }
  }
  if (message.isInterim) return undefined
  if (message.opening !== undefined && message.closing !== undefined) return undefined
  const missing = message.opening === undefined ? 'opening' : 'closing'
  const text = `The statement that begins in line ${message.line} has no ${missing} balance: is the file whole?`
  return { code: 'statement-structure', line, message: text }
}

function summaryOf(message: Message): StatementSummary {
  const { reference, number, page, opening, closing, account = {}, totals, line } = message
  const isPage = opening?.isIntermediate === true || closing?.isIntermediate === true
  const sums = totals.totals()
  const balances = presentMembers({ opening: bare(opening), closing: bare(closing) })
  const position = { number: page ?? '1', isLast: closing?.isIntermediate !== true }
  return {
    statementId: number ?? reference,
    messageId: reference,
    kind: message.isInterim ? 'mt942' : 'mt940',
    version: '',
    account,
    ...presentMembers({
      // Numbers begin anew each year: the day of the balance tells the years apart.
      createdAt: closing?.day,
      sequence: number,
      electronicSequence: number,
      page: isPage ? position : undefined,
    }),
    ...balances,
    totals: sums,
    line,
    balanced: isBalanced(balances, sums.booked, true),
  }
}

function bare(balance: Message['opening']): StatementBalance | undefined {
  if (balance === undefined) return undefined
  const { isIntermediate, ...rest } = balance
  return rest
}

/** `IBAN`, `IBAN` and currency, `BIC/IBAN`, or a national bank code and number. */
function readAccount(content: string): StatementAccount {
  const plain = content.replace(/\s/g, '').toUpperCase()
  const bare = plain.replace(/(?<=.)[A-Z]{3}$/, '')
  const candidates = [plain, bare].flatMap((text) => [text, text.slice(text.lastIndexOf('/') + 1)])
  const iban = candidates.find((candidate) => isValidIBAN(candidate))
  const other = iban === undefined && plain !== '' ? bare : undefined
  const currency =
    plain === bare || candidates.slice(0, 2).includes(iban ?? '') ? undefined : plain.slice(-3)
  return presentMembers({ iban, other, currency })
}
