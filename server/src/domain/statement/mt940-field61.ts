// Field 61 of MT940 and MT942: one booking. Amounts and marks are read exactly or refused; what only
// informs is left out when it cannot be read. Source: SWIFT Standards MT, category 9, field 61.
import { type Day, err, type Money, ok, type Result } from '@parley/sdk/protocol'
import { meaningful } from './camt-detail.ts'
import { readMtAmount, readMtDay } from './mt940-values.ts'
import { presentMembers } from './present-members.ts'
import type { Direction, StatementCharge, StatementRefusal } from './statement-types.ts'

export interface Mt940Booking {
  readonly line: number
  readonly amount: Money
  readonly direction: Direction
  /** Marks `RC` and `RD`: an earlier credit or debit is taken back. */
  readonly reversal: boolean
  /** Marks `EC` and `ED`: expected, not booked. */
  readonly isExpected: boolean
  readonly valueDay?: Day
  readonly bookingDay?: Day
  /** The type of the transaction, such as `NTRF`. */
  readonly type: string
  readonly customerReference?: string
  readonly bankReference?: string
  readonly supplement?: string
  readonly instructedAmount?: Money
  readonly charges: readonly StatementCharge[]
}

const FIELD =
  /^([0-9]{6})([0-9]{4})?(R[CD]|E[CD]|[CD])([A-Z])?([0-9]{1,15},[0-9]{0,14})([NFS][A-Z0-9]{3})?(.*)$/
/** Words that say that the reference stands in field 86. */
const IN_FIELD_86 = /^(?:EREF|KREF|MREF|PREF|MARF)\+?\s*$/
const MARKS: Readonly<Record<string, Direction>> = {
  C: 'credit',
  D: 'debit',
  RD: 'credit',
  RC: 'debit',
  EC: 'credit',
  ED: 'debit',
}

/**
 * Reads field 61 with its lines. `RC` takes a credit back, so money leaves the account. Refuses
 * `statement-structure`, `statement-amount`, and `statement-date` without a day of booking.
 */
export function readField61(
  content: string,
  { currency, line }: { currency: string; line: number },
): Result<Mt940Booking, StatementRefusal> {
  const [first = '', ...supplement] = content.split('\n')
  const [, value, entry, mark = '', , amountText = '', type = '', references = ''] =
    FIELD.exec(first.trimEnd()) ?? []
  const direction = MARKS[mark]
  if (value === undefined || direction === undefined) {
    const message = `Field 61 cannot be read: "${first.slice(0, 40)}".`
    return err({ code: 'statement-structure', line, message })
  }
  const amount = readMtAmount(amountText, currency, line)
  if (!amount.ok) return amount
  const valueDay = readMtDay(value)
  const bookingDay = entry === undefined ? valueDay : nearestDay(value, entry)
  if (bookingDay === undefined) {
    const message = `"${value}${entry ?? ''}" in field 61 is not a calendar day.`
    return err({ code: 'statement-date', line, message })
  }
  const [customer = '', ...bank] = references.split('//')
  const details = supplement.join(' ').trim()
  return ok({
    line,
    amount: amount.value,
    direction,
    reversal: mark.startsWith('R'),
    isExpected: mark.startsWith('E'),
    type,
    ...presentMembers({
      valueDay,
      bookingDay,
      customerReference: IN_FIELD_86.test(customer)
        ? undefined
        : meaningful(customer.trim() || undefined),
      bankReference: meaningful(bank.join('//').trim() || undefined),
      supplement: details === '' ? undefined : details,
      instructedAmount: moneyAfter('/OCMT/', details, line),
    }),
    charges: chargesOf(details, line),
  })
}

/** The entry day has no year: it is the day near the value day, before or after a turn of the year. */
function nearestDay(value: string, entry: string): Day | undefined {
  const year = Number(value.slice(0, 2))
  const months = Number(entry.slice(0, 2)) - Number(value.slice(2, 4))
  const shift = months > 6 ? -1 : months < -6 ? 1 : 0
  const shifted = String((year + shift + 100) % 100).padStart(2, '0')
  return readMtDay(`${shifted}${entry}`)
}

/** German banks state the original amount and their charge in the supplementary details. */
function moneyAfter(tag: string, details: string, line: number): Money | undefined {
  const start = details.indexOf(tag)
  if (start < 0) return undefined
  const [, currency = '', text = ''] =
    /^([A-Z]{3})([0-9]{1,15},[0-9]*)/.exec(details.slice(start + tag.length)) ?? []
  const amount = readMtAmount(text, currency, line)
  return amount.ok ? amount.value : undefined
}

function chargesOf(details: string, line: number): StatementCharge[] {
  const amount = moneyAfter('/CHGS/', details, line)
  return amount === undefined ? [] : [{ amount, direction: 'debit' }]
}
