// Is money on its way for a bill? As far as the agent can see by itself.

import { compareDays, dayInZone } from '../protocol/days.ts'
import type { ThreadRecord } from './store.ts'

/**
 * Tells whether a line of the agreement that a bank pays has come due without a receipt. Money that a
 * person sends by hand is unknown here; give the agent `isPaymentUnderWay` where more is known.
 */
export function isDueAtBank(thread: ThreadRecord, now: number): boolean {
  const { agreement, handOver, receipts, receiptsBefore, request } = thread
  if (agreement === null || handOver?.state !== 'done') return false
  const today = dayInZone(now, request.timeZone)
  const received = new Set(
    receipts
      .slice(receiptsBefore)
      .flatMap(({ allocations }) => allocations.map(({ line }) => line)),
  )
  return agreement.lines.some(
    ({ line, dueDate }) => compareDays(dueDate, today) <= 0 && !received.has(line),
  )
}
