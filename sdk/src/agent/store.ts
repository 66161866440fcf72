// What an agent keeps, and the port through which it keeps it. Records are plain JSON; every one is
// replaced as a whole.

import type { Day } from '../protocol/days.ts'
import type {
  CreditMessage,
  Hold,
  Menu,
  ReceiptMessage,
  ReminderMessage,
  RequestMessage,
  StatusMessage,
} from '../protocol/generated/messages.ts'
import type { MessageKind } from '../protocol/messages.ts'
import type { Amount } from '../protocol/money.ts'
import type { PlanTerms } from '../protocol/plan-schedule.ts'
import type { Decision } from './decide.ts'
import type { Enrolment } from './enrolment.ts'
import type { Lane } from './lane.ts'

/** One message of a conversation; its `seq` is its index. */
export interface ThreadMessage {
  readonly from: 'creditor' | 'agent'
  readonly kind: MessageKind
  readonly jti: string
  /** Signing-input hash. */
  readonly hash: string
  readonly jws: string
  /** Epoch seconds. */
  readonly at: number
}

/** The agent's last answer. */
export interface ThreadAnswer {
  readonly kind: 'accept' | 'counter' | 'decline'
  readonly seq: number
  /** The plan it names; null for a decline. */
  readonly plan: PlanTerms | null
  /** A later message of the creditor, or the agreement, proved that it arrived. */
  readonly acknowledged: boolean
}

/** Something that the agent said beside its answers, and that has no reply yet. */
export interface ThreadInquiry {
  readonly kind: 'query' | 'dispute' | 'assistance' | 'cancelled' | 'credit-choice' | 'contest'
  readonly seq: number
}

/** The agreement as both signed it. */
export interface ThreadAgreement {
  readonly agreementId: string
  /** General JWS as JSON text, as received. */
  readonly jws: string
  readonly lines: ReadonlyArray<{
    readonly line: number
    readonly dueDate: Day
    readonly amount: Amount
  }>
  /** The only bank that may pay it. */
  readonly payBy: { readonly bank: string } | null
}

/** Whether the bank has the agreement. */
export interface HandOver {
  readonly bank: string
  readonly state: 'pending' | 'done' | 'refused'
  readonly code?: string
}

/** Something that was refused and kept as proof. */
export interface Evidence {
  readonly at: number
  readonly code: string
  readonly message: string
}

/** A decision and when it was taken. */
export interface DecisionEntry {
  readonly at: number
  readonly decision: Decision
}

/**
 * Where a conversation stands: `asking` the person, `quiet`, `answering` (an answer waits for its
 * reply), `agreed`, or `ended` (see `ending`).
 */
export type ThreadStage = 'asking' | 'quiet' | 'answering' | 'agreed' | 'ended'

/** How a conversation ended. */
export type ThreadEnding =
  | 'account-changed'
  | 'expired'
  | 'cancelled'
  | 'settled'
  | 'handed-over'
  | 'written-off'
  | 'refused'
  | 'impasse'
  | 'timed-out'
  | 'answer-refused'
  | 'enrolment-ended'
  | 'equivocation'

/** A conversation about one payment request, with everything needed to go on after a crash. */
export interface ThreadRecord {
  readonly enrolmentId: string
  readonly thr: string
  /** Counts saves from 1. */
  readonly version: number
  readonly stage: ThreadStage
  readonly ending: ThreadEnding | null
  /** The request of the newest revision. */
  readonly request: RequestMessage
  /** The latest reminder of this revision. */
  readonly reminder: ReminderMessage | null
  /** The latest menu, and until when it is firm (epoch seconds). */
  readonly menu: Menu
  readonly menuUntil: number
  readonly messages: readonly ThreadMessage[]
  readonly answer: ThreadAnswer | null
  readonly inquiry: ThreadInquiry | null
  readonly counterMade: boolean
  readonly decisions: readonly DecisionEntry[]
  readonly claim: StatusMessage['claim']
  readonly outstanding: Amount
  /** The part that the debtor disputes, as the creditor has stated it. */
  readonly disputed: Amount | null
  /** Why the dunning clock stands still. */
  readonly hold: Hold | null
  readonly agreement: ThreadAgreement | null
  /** The agreement that stands until the other plan that the creditor offered is agreed on (PLN-05). */
  readonly former: {
    readonly agreement: ThreadAgreement
    readonly handOver: HandOver | null
  } | null
  readonly handOver: HandOver | null
  readonly receipts: readonly ReceiptMessage[]
  /** How many of them are about the lines of a plan that another took the place of. */
  readonly receiptsBefore: number
  /** What the creditor owes the person, until it is chosen what happens with it. */
  readonly credit: CreditMessage | null
  readonly evidence: readonly Evidence[]
  /** Two messages that the creditor signed for one place: it is not acted upon any more (THR-05). */
  readonly proof: { readonly first: string; readonly second: string } | null
  /** Acknowledgements of this conversation, in a thread of their own. */
  readonly acks: Lane
}

/** Names a conversation. */
export interface ThreadKey {
  readonly enrolmentId: string
  readonly thr: string
}

/**
 * Where an agent keeps its records. All calls may fail by throwing; then nothing of that call may
 * have been kept.
 *
 * A saved record must survive a crash of the process once the promise has resolved. A save keeps
 * the whole record or nothing of it: the agent's answer is part of its conversation's record, so
 * state and outgoing message cannot come apart.
 */
export interface AgentStore {
  enrolments(): Promise<readonly Enrolment[]>
  /** Compare-and-set by `version`, as `saveThread`. */
  saveEnrolment(enrolment: Enrolment): Promise<boolean>
  removeEnrolment(id: string): Promise<void>
  /** The `after` for the next pull; null before the first. */
  cursor(enrolmentId: string): Promise<string | null>
  /** Keeps the place in an inbox; null starts from its beginning again. */
  saveCursor(enrolmentId: string, cursor: string | null): Promise<void>
  thread(key: ThreadKey): Promise<ThreadRecord | undefined>
  threads(): Promise<readonly ThreadRecord[]>
  /**
   * Compare-and-set: keeps the record if and only if the kept version is `record.version - 1`
   * (nothing kept for version 1), and tells whether it did. Must be atomic among all processes
   * that share the store.
   */
  saveThread(record: ThreadRecord): Promise<boolean>
}
