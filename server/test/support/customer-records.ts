// Records of customers for tests of what is learnt from them.
import type { CustomerRecord, RecordedEvent } from '../../src/domain/learning/customer-record.ts'

export const EMPTY_RECORD: CustomerRecord = {
  bills: [],
  payments: [],
  events: [],
  messages: [],
  replies: [],
  instalments: [],
}

let ids = 0

/** An event on the claim `pr_1`, at an instant (RFC 3339). */
export function eventOf(
  type: string,
  instant: string,
  data: RecordedEvent['data'] = {},
): RecordedEvent {
  ids += 1
  return { id: String(ids), claimId: 'pr_1', type, at: secondsOf(instant), data }
}

export function secondsOf(instant: string): number {
  return Date.parse(instant) / 1000
}
