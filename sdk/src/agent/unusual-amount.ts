// Is an amount unusual beside what the same creditor billed before? Pure, in whole minor units, with
// bounds that a single odd bill does not move. Spec: FRD-03.

import { formatAmount, type Money } from '../protocol/money.ts'
import { checkedMoney } from './answer.ts'
import { creditorOf } from './commitments.ts'
import type { UnusualAmountWarning } from './fraud-warning.ts'
import type { ThreadRecord } from './store.ts'

const MIN_BILLS_FOR_LARGEST = 2
const TIMES_LARGEST = 3n
const MIN_BILLS_FOR_SPREAD = 5
const TIMES_SPREAD = 6n
/** Bills that hardly differ still may by a tenth of the usual one. */
const LEAST_SPREAD_SHARE = 10n

/**
 * Judges an amount by the others, in minor units of one currency: with two of them or more, above three
 * times the largest; with five or more, above the median by more than six times the median absolute
 * deviation, which counts as a tenth of the median at least. The median of an even number is the lower
 * of the middle two.
 */
export function unusualAmount(
  { minor, currency }: Money,
  others: readonly bigint[],
): UnusualAmountWarning | undefined {
  const sorted = others.toSorted(compare)
  const [usual, largest] = [median(sorted), sorted.at(-1)]
  if (usual === undefined || largest === undefined) return undefined
  const amount = (value: bigint) => formatAmount({ minor: value, currency })
  const warning = (because: UnusualAmountWarning['because'], limit: bigint) => ({
    ...{ code: 'unusual-amount' as const, because, limit: amount(limit) },
    ...{ usual: amount(usual), bills: sorted.length },
  })
  if (sorted.length >= MIN_BILLS_FOR_SPREAD) {
    const limit = usual + TIMES_SPREAD * spreadOf(sorted, usual)
    if (minor > limit) return warning('spread', limit)
  }
  const limit = TIMES_LARGEST * largest
  return sorted.length >= MIN_BILLS_FOR_LARGEST && minor > limit
    ? warning('largest', limit)
    : undefined
}

/** What the creditor of a conversation billed before that was agreed to or paid, in its currency. */
export function amountsBefore(thread: ThreadRecord, threads: readonly ThreadRecord[]): bigint[] {
  const { requestId, amount } = thread.request
  const bills = threads
    .filter((other) => creditorOf(other) === creditorOf(thread) && wasTaken(other))
    .map(({ request }) => request)
    .filter((request) => request.requestId !== requestId)
    .filter((request) => request.amount.currency === amount.currency)
  const byId = new Map(bills.map((bill) => [bill.requestId, checkedMoney(bill.amount).minor]))
  return [...byId.values()]
}

/** A bill that the person never took says nothing about what is usual. */
function wasTaken({ agreement, receipts, ending }: ThreadRecord): boolean {
  if (receipts.length > 0 || ending === 'settled') return true
  return agreement !== null && ending !== 'cancelled'
}

function spreadOf(sorted: readonly bigint[], usual: bigint): bigint {
  const distances = sorted.map((one) => (one < usual ? usual - one : one - usual))
  const deviation = median(distances.toSorted(compare)) ?? 0n
  const least = usual / LEAST_SPREAD_SHARE
  return deviation > least ? deviation : least
}

function median(sorted: readonly bigint[]): bigint | undefined {
  return sorted[Math.floor((sorted.length - 1) / 2)]
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : Number(one > other)
}
