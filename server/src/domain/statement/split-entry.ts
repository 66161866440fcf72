// Splits the amount of an entry over the payments in it: to the cent, or not at all.
// The rule that protects everyone: never book more or less than the bank put on the account.
import { err, type Money, ok, type Result } from '@parley/sdk/protocol'
import type { CamtDetail } from './camt-detail.ts'
import { signedMinor } from './statement-balance.ts'
import type { Direction, StatementCharge, StatementRefusal } from './statement-types.ts'

export interface EntryAmount {
  readonly amount: Money
  readonly direction: Direction
  readonly charges: readonly StatementCharge[]
  readonly line: number
}

export interface EntryPart {
  readonly detail: CamtDetail
  readonly amount: Money
  readonly direction: Direction
}

/**
 * Returns one part for each detail, in order, or null when the bank's details do not split the
 * entry (an amount is missing, or only known in another currency): then the entry stays whole.
 *
 * Parts and charges sum to the entry with signs; charges may be stated on the entry, on the
 * details, or be outside the amounts altogether. Refuses `statement-totals` when amounts that the
 * bank states as booked do not add up, and `statement-sign` when a single detail contradicts its
 * entry.
 */
export function splitEntry(
  entry: EntryAmount,
  details: readonly CamtDetail[],
): Result<readonly EntryPart[] | null, StatementRefusal> {
  const { currency } = entry.amount
  const parts: EntryPart[] = []
  let isFirm = true
  for (const detail of details) {
    const booked = detail.booked?.currency === currency ? detail.booked : undefined
    const amount = booked ?? detail.alternatives.find((money) => money.currency === currency)
    if (amount === undefined) return ok(null)
    isFirm &&= booked !== undefined
    parts.push({ detail, amount, direction: detail.direction ?? entry.direction })
  }
  if (parts.length === 0) return ok(null)
  if (addsUp(entry, parts)) return ok(parts)
  return isFirm ? err(contradiction(entry, parts)) : ok(null)
}

function addsUp(entry: EntryAmount, parts: readonly EntryPart[]): boolean {
  const { currency } = entry.amount
  const rest = signedMinor(entry) - total(parts, currency)
  const detailCharges = parts.flatMap((part) => part.detail.charges)
  return (
    rest === 0n ||
    rest === total(entry.charges, currency) ||
    rest === total(detailCharges, currency)
  )
}

function total(parts: readonly StatementCharge[], currency: string): bigint {
  return parts
    .filter((part) => part.amount.currency === currency)
    .reduce((sum, part) => sum + signedMinor(part), 0n)
}

function contradiction(entry: EntryAmount, parts: readonly EntryPart[]): StatementRefusal {
  const { line } = entry
  if (parts.length === 1 && parts[0]?.direction !== entry.direction) {
    const message = 'A transaction has the opposite sign of its entry.'
    return { code: 'statement-sign', line, message }
  }
  const message = 'The transactions of an entry do not add up to its amount.'
  return { code: 'statement-totals', line, message }
}
