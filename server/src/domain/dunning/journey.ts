// Words that journeys, cases and claims share: windows of contact, steps that were taken, holds.

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
  | 'collection-failed'

/** Reminders rest until an instant in epoch seconds, or until somebody lifts the hold (null). */
export interface Hold {
  readonly reason: HoldReason
  readonly until: number | null
}
