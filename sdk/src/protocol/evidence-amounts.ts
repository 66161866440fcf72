// The sums inside single messages of an evidence bundle.

import type { CheckedMessage, UnplacedFault } from './evidence-checked.ts'
import type { QuoteMessage, ReceiptMessage, ReminderMessage } from './generated/messages.ts'
import type { Amount } from './money.ts'
import { parseAmountOrZero } from './money.ts'

/**
 * The fault in the amounts of a message, if any: `amount` (not a canonical amount of a known
 * currency), `receipt-sum` (allocations and over-payment do not add up to what was received) or
 * `parts-sum` (the parts of a quote or a reminder are not its total).
 */
export function amountFault(message: CheckedMessage): UnplacedFault | undefined {
  switch (message.kind) {
    case 'request':
    case 'payment':
      return sumOf([message.payload.amount]) === undefined ? badAmount() : undefined
    case 'status': {
      const { outstanding, disputed = outstanding, creditOwed = outstanding } = message.payload
      return sumOf([outstanding, disputed, creditOwed]) === undefined ? badAmount() : undefined
    }
    case 'credit': {
      const { amount, setOff = [] } = message.payload
      const amounts = [amount, ...setOff.map(({ outstanding }) => outstanding)]
      return sumOf(amounts) === undefined ? badAmount() : undefined
    }
    case 'dispute':
      return sumOf([message.payload.disputed]) === undefined ? badAmount() : undefined
    case 'quote':
    case 'reminder':
      return partsFault(message.payload)
    case 'receipt':
      return receiptFault(message.payload)
    default:
      return undefined
  }
}

/** Adds wire amounts of one currency; undefined for a malformed one or for two currencies. */
export function sumOf(amounts: readonly Amount[]): bigint | undefined {
  let sum = 0n
  for (const amount of amounts) {
    const money = parseAmountOrZero(amount)
    if (!money.ok || money.value.currency !== amounts[0]?.currency) return undefined
    sum += money.value.minor
  }
  return sum
}

function receiptFault(receipt: ReceiptMessage): UnplacedFault | undefined {
  const { amount, allocations, overpaid, outstanding } = receipt
  const received = sumOf([amount])
  if (received === undefined || sumOf([amount, outstanding]) === undefined) return badAmount()
  const credited = sumOf([overpaid, ...allocations.map((allocation) => allocation.amount)])
  if (credited === undefined || overpaid.currency !== amount.currency) return badAmount()
  return credited === received
    ? undefined
    : { code: 'receipt-sum', detail: 'allocations and over-payment are not the amount received' }
}

type PartKind = QuoteMessage['parts'][number]['kind']

const SUBTRACTED: ReadonlySet<PartKind> = new Set<PartKind>(['paid', 'credit'])

function partsFault({ total, parts }: QuoteMessage | ReminderMessage): UnplacedFault | undefined {
  const amountsOf = (isSubtracted: boolean) => {
    const own = parts.filter(({ kind }) => SUBTRACTED.has(kind) === isSubtracted)
    return own.map(({ amount }) => amount)
  }
  const added = sumOf(amountsOf(false))
  const subtracted = sumOf([...amountsOf(true), total])
  if (added === undefined || subtracted === undefined) return badAmount()
  if (sumOf([total, ...parts.map(({ amount }) => amount)]) === undefined) return badAmount()
  return added === subtracted
    ? undefined
    : { code: 'parts-sum', detail: 'the parts are not the total' }
}

function badAmount(): UnplacedFault {
  return { code: 'amount', detail: 'not an exact amount of one known currency' }
}
