// What a journey is: data that says when and how a person hears about one open claim.
// The same shape as `catalog/journeys/journey.schema.json`, which validates the files.

import type { DunningTemplate, Tone } from '../content/message-templates.ts'
import type { Condition } from './journey-conditions.ts'

/** When and how a person hears about one open claim; steps are taken in order, one at a time. */
export interface Journey {
  readonly id: string
  readonly version: number
  /** One line for staff. */
  readonly title: string
  /** Who it is for; without: everybody. */
  readonly audience?: readonly Condition[]
  readonly segments: readonly JourneySegment[]
  readonly steps: readonly JourneyStep[]
  readonly stopWhen: readonly StopCondition[]
}

/**
 * A situation in which people are addressed: no agent was asked, it did not answer in time, it
 * declined, or the negotiation ended without a deal.
 */
export type JourneySegment = 'no-agent' | 'agent-silent' | 'agent-refused' | 'impasse'

/** What ends a journey for good. */
export type StopCondition =
  | 'settled'
  | 'cancelled'
  | 'written-off'
  | 'handed-over'
  | 'agreed'
  | 'partly-paid'

/** One message of a journey. */
export interface JourneyStep {
  readonly id: string
  readonly anchor: StepAnchor
  /** Calendar days after the anchor, in the person's time zone. */
  readonly offsetDays: number
  /** At least so many calendar days after the step before, also when that one was late. */
  readonly daysAfterPrevious: number
  readonly channel: 'email'
  readonly template: DunningTemplate
  readonly tone: Tone
  readonly window: ContactWindow
}

/** What a step counts from: the end of the agent's time to answer, or the legal due day. */
export type StepAnchor = 'respond-by' | 'legal-term'

/** Wall-clock times `HH:MM` (`from` inclusive, `to` exclusive) on ISO weekdays. */
export interface ContactWindow {
  readonly from: string
  readonly to: string
  readonly weekdays: readonly number[]
}

/** A step that was taken or skipped; `at` in epoch seconds. */
export interface StepDone {
  readonly stepId: string
  readonly at: number
}

/** The journey that goes on when another has had its turn. */
export interface ResumedJourney {
  readonly journeyId: string
  readonly journeyVersion: number
  readonly stepsDone: readonly StepDone[]
}

/** Why reminders rest. */
export type HoldReason =
  | 'negotiation'
  | 'pause'
  | 'dispute'
  | 'assistance'
  | 'request-of-debtor'
  | 'other'
  | 'already-paid'
  | 'promise'
  | 'hardship'
  | 'moratorium'
  | 'deceased'
  | 'insolvency'

/** Reminders rest until an instant in epoch seconds, or until somebody lifts the hold (null). */
export interface Hold {
  readonly reason: HoldReason
  readonly until: number | null
}
