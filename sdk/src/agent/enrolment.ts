// What an agent keeps of a creditor that it enrolled with. Records are plain JSON; every one is
// replaced as a whole.

import type { Day } from '../protocol/days.ts'
import type { Creditor } from '../protocol/generated/messages.ts'
import type { PublicJwk } from '../protocol/keys.ts'
import type { Lane } from './lane.ts'

/** The right to enrol: a code for all claims of the debtor, or the token of one claim's link. */
export type EnrolmentTicket =
  | { readonly activationCode: string }
  | { readonly link: string; readonly shown: Creditor }

interface EnrolmentBase {
  readonly id: string
  /** Counts saves from 1. */
  readonly version: number
  /** Issuer of the creditor's server. */
  readonly server: string
}

/** An enrolment whose answer has not come yet; `jws` is kept so that a retry sends the same bytes. */
export interface PendingEnrolment extends EnrolmentBase {
  readonly state: 'pending'
  readonly enrolUrl: string
  readonly ticket: EnrolmentTicket
  readonly jws: string
  /** The person has agreed that the creditor's account may differ from the pinned one. */
  readonly acceptNewAccount: boolean
}

/** An account that the creditor announced and that is not pinned yet (ENR-07). */
export interface AnnouncedAccount {
  readonly creditor: Creditor
  /** Requests may name it from this day on. */
  readonly effectiveOn: Day
  /** Epoch seconds: when the notice came, and when the agent's own cooling-off ends. */
  readonly noticedAt: number
  readonly coolingOffUntil: number
  /** The person has confirmed the account. */
  readonly isConfirmed: boolean
}

/** The keys of one enrolment; private keys are JWKs. */
export interface EnrolmentKeys {
  /** Signs now; null for the key that the agent was created with. */
  readonly current: JsonWebKey | null
  /** Kept before it is named to the creditor, used when the creditor has noted it (ENR-06). */
  readonly next: JsonWebKey | null
  /** Public halves of keys that signed before. */
  readonly former: readonly PublicJwk[]
}

interface EstablishedEnrolment extends EnrolmentBase {
  /** Pairwise debtor id: how this creditor names the person to this agent. */
  readonly sub: string
  /** The creditor with the account that is pinned. */
  readonly creditor: Creditor
  readonly announced: AnnouncedAccount | null
  readonly pullUrl: string
  readonly messagesUrl: string
  readonly enrolledAt: number
  readonly keys: EnrolmentKeys
  /** Thread of the enrolment, and what was said in it. */
  readonly thr: string
  readonly lane: Lane
  /** Name of another creditor, known before, that this one's looks like (TXT-03). */
  readonly looksLike: string | null
}

/** A creditor that this agent trusts, with the account pinned at enrolment. */
export interface ActiveEnrolment extends EstablishedEnrolment {
  readonly state: 'active'
}

/** An enrolment that one side has ended; it takes and gives nothing any more (ENR-05). */
export interface EndedEnrolment extends EstablishedEnrolment {
  readonly state: 'ended'
  readonly endedBy: 'agent' | 'creditor'
  readonly endedAt: number
}

/** An enrolment in any state. */
export type Enrolment = PendingEnrolment | ActiveEnrolment | EndedEnrolment
