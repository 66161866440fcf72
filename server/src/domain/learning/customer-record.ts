// What a creditor's own events say of one customer: the ground of every fact. No words of anybody, no name,
// no address; ids, days, amounts and kinds.
import type { Day } from '@parley/sdk/protocol'
import type { Channel } from '../compliance/profile.ts'
import type { BillFacts } from './bill-history.ts'

/** Everything is of one customer of one creditor, oldest first. Instants in epoch seconds. */
export interface CustomerRecord {
  readonly bills: readonly BillFacts[]
  readonly payments: readonly RecordedPayment[]
  readonly events: readonly RecordedEvent[]
  readonly messages: readonly RecordedMessage[]
  readonly replies: readonly RecordedReply[]
  readonly instalments: readonly RecordedInstalment[]
}

export interface RecordedPayment {
  readonly paymentId: string
  readonly claimId: string
  readonly receivedOn: Day
  readonly dueOn: Day
  readonly isReversed: boolean
}

/** A line of the timeline of one of the customer's claims. */
export interface RecordedEvent {
  /** The id by which the timeline shows it. */
  readonly id: string
  readonly claimId: string
  readonly type: string
  readonly at: number
  readonly data: Readonly<Record<string, string | number | boolean | null>>
}

/** A message that was sent to the person. */
export interface RecordedMessage {
  readonly messageId: string
  readonly claimId: string
  readonly channel: Channel
  readonly sentAt: number
  readonly hasArrived: boolean
}

/** An answer of the person. */
export interface RecordedReply {
  /** Names the message that it was. */
  readonly origin: string
  readonly claimId: string
  readonly channel: string
  readonly action: string
  readonly at: number
}

/** A line of a plan in force, or of one that ended. */
export interface RecordedInstalment {
  readonly agreementId: string
  readonly claimId: string
  readonly line: number
  readonly dueOn: Day
  readonly isPaid: boolean
}

/** Events of some types, in their order. */
export function eventsOfType(
  { events }: Pick<CustomerRecord, 'events'>,
  ...types: readonly string[]
): RecordedEvent[] {
  return events.filter(({ type }) => types.includes(type))
}
