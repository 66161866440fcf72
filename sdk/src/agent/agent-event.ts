// What an agent tells its app. Events follow what has been kept; losing one loses nothing.

import type { Day } from '../protocol/days.ts'
import type {
  CreditMessage,
  ReceiptMessage,
  ReminderMessage,
} from '../protocol/generated/messages.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import type { Decision } from './decide.ts'
import type { ActiveEnrolment } from './enrolment.ts'
import type { ThreadEnding, ThreadKey } from './store.ts'

/** Something that happened in one conversation, or to one enrolment. */
export type AgentEvent =
  | { readonly type: 'enrolled'; readonly enrolment: ActiveEnrolment }
  | { readonly type: 'enrolment-refused'; readonly server: string; readonly refusal: AgentRefusal }
  /** The creditor's name looks like that of another one: nothing is agreed for it automatically. */
  | {
      readonly type: 'look-alike'
      readonly enrolmentId: string
      readonly looksLike: string
    }
  | {
      readonly type: 'enrolment-ended'
      readonly enrolmentId: string
      readonly endedBy: 'agent' | 'creditor'
    }
  /** The creditor's next account, to be shown; until confirmed or cooled off nothing is automatic. */
  | {
      readonly type: 'account-announced'
      readonly enrolmentId: string
      readonly iban: string
      readonly effectiveOn: Day
      readonly coolingOffUntil: number
    }
  /** Both messages that the creditor signed for one place: proof against it (THR-05). */
  | {
      readonly type: 'equivocation'
      readonly thread: ThreadKey
      readonly proof: { readonly first: string; readonly second: string }
    }
  /** The next level of a demand, to be shown. */
  | {
      readonly type: 'reminder'
      readonly thread: ThreadKey
      readonly reminder: ReminderMessage
    }
  | { readonly type: 'decided'; readonly thread: ThreadKey; readonly decision: Decision }
  | { readonly type: 'agreed'; readonly thread: ThreadKey; readonly agreementId: string }
  | { readonly type: 'handed-over'; readonly thread: ThreadKey; readonly bank: string }
  | { readonly type: 'hand-over-refused'; readonly thread: ThreadKey; readonly code: string }
  | { readonly type: 'receipt'; readonly thread: ThreadKey; readonly receipt: ReceiptMessage }
  /** The creditor owes the person money: chosen by the policy, or null when the person is to choose. */
  | {
      readonly type: 'credit'
      readonly thread: ThreadKey
      readonly credit: CreditMessage
      readonly choice: CreditMessage['choices'][number] | null
    }
  | { readonly type: 'ended'; readonly thread: ThreadKey; readonly ending: ThreadEnding }
  /** An answer or a hand-over waits for `resume`, which should not come before the stated time. */
  | {
      readonly type: 'waiting'
      readonly thread: ThreadKey
      readonly code: string
      readonly retryAfterSeconds?: number
    }
  /** A message was turned away; `thread` when its conversation is known, `jws` as it came in. */
  | {
      readonly type: 'refused'
      readonly thread: ThreadKey | null
      readonly refusal: AgentRefusal
      readonly jws?: string
    }
  /** The person must look: the creditor's account is not the pinned one. */
  | { readonly type: 'account-changed'; readonly thread: ThreadKey; readonly iban: string }
