// Everything that is known of a case when its next step is planned or taken. The sweep and the sender
// read it; every decision about a step rests on this and nothing else.

import type { ClaimState, ConversationState } from '../claim/claim.ts'
import type { LawInForce } from '../compliance/law-in-force.ts'
import type { AnchorFacts } from './anchors.ts'
import type { Reach } from './choose-channels.ts'
import type { Contact } from './contact-budget.ts'
import type { ContactPlace } from './contact-window.ts'
import type { Hold, StepDone } from './journey.ts'
import type { Facts } from './journey-conditions.ts'
import type { JourneyDefinition, StepDefinition } from './journey-definition.ts'

/** A step of a journey with the facts that decide on it. */
export interface StepInQuestion {
  readonly journey: JourneyDefinition
  readonly step: StepDefinition
  readonly facts: StepFacts
}

/** The claim, the conversation and the person as they are at an instant. */
export interface StepFacts {
  /** Epoch seconds, like every instant here. */
  readonly now: number
  readonly claim: ClaimState
  readonly outstandingMinor: bigint
  /** What the creditor owes the person covers all of it. */
  readonly isCovered: boolean
  readonly paidMinor: bigint
  /** `none` when no agent was asked. */
  readonly conversation: ConversationState
  /** When the agent said that the person has seen the request; null when it did not. */
  readonly presentedAt: number | null
  readonly issuedAt: number
  readonly holds: readonly Hold[]
  readonly stepsDone: readonly StepDone[]
  readonly anchors: AnchorFacts
  /** What conditions ask about. */
  readonly known: Facts
  readonly reach: Reach
  /** When and how the person was addressed before, over all claims of the creditor. */
  readonly contacts: readonly Contact[]
  readonly place: ContactPlace
  /** Null where no law is known for the debtor: nothing formal is done then. */
  readonly law: LawInForce | null
  readonly notice: NoticeState
  /** What is left of the line that a journey of a plan speaks of; zero where there is none. */
  readonly instalmentMinor: bigint
}

/**
 * The latest notice of a claim: none was written, it has not left yet, it left, or it did not arrive.
 */
export type NoticeState = 'none' | 'under-way' | 'sent' | 'undelivered'
