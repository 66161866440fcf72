// What the agent believes of a household after reading its bookings, in a form that the person can be
// shown and can contradict. Stays with the agent, as the cash flow does.

import type { Day } from '../protocol/days.ts'
import type { CashFlow } from './cash-flow.ts'
import type { Rhythm } from './rhythm.ts'

/** A flow that comes back, found in bookings. */
export interface FoundFlow {
  readonly kind: 'income' | 'charge'
  /** The counterparty as the bank wrote it last, or the text where none is named. */
  readonly label?: string
  readonly rhythm: Rhythm
  /** What the forecast counts each time; positive, in minor units. */
  readonly amount: bigint
  /** How many bookings support it. */
  readonly bookings: number
  readonly lastDay: Day
  /** The day on which the forecast counts it next. */
  readonly nextDay: Day
}

/**
 * Why bookings are not counted: income that follows no rhythm (`irregular`), that has been seen
 * too little (`too-little`: fewer than three times, or for less than two months) or that comes less
 * than monthly (`rare`); a flow that did not come when it was due (`stopped`); one big purchase
 * (`single`); bookings after `asOf` (`later`), from more than 800 days before (`too-old`), or with
 * the id of another (`duplicate`).
 */
export type LeftOutReason =
  | 'irregular'
  | 'too-little'
  | 'rare'
  | 'stopped'
  | 'single'
  | 'later'
  | 'too-old'
  | 'duplicate'

/** Bookings that the forecast does not count. */
export interface LeftOut {
  readonly reason: LeftOutReason
  readonly label?: string
  readonly bookings: number
  /** Their sum in minor units; negative for money that left. */
  readonly total: bigint
  readonly lastDay: Day
}

/** Where the daily spend comes from. */
export interface FoundSpend {
  /** The latest days that were looked at. */
  readonly days: number
  /** The outgoing bookings of those days that belong to no flow. */
  readonly bookings: number
  /** What they cost, positive, in minor units. */
  readonly total: bigint
  /** The cash flow's `dailySpend`. */
  readonly perDay: bigint
}

/** A cash flow for decisions, and what it rests on. */
export interface LearnedCashFlow {
  readonly cashFlow: CashFlow
  /** Incomes first, the largest first. */
  readonly flows: readonly FoundFlow[]
  readonly spend: FoundSpend
  readonly leftOut: readonly LeftOut[]
}
