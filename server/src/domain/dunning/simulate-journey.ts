// What a journey would have done to claims of which it is known when they were paid. Every claim is
// followed by itself; conditions of which nothing is known are not met, so their steps are left out.

import { addDays, type Day } from '@parley/sdk/protocol'
import type { LawInForce } from '../compliance/law-in-force.ts'
import type { CompiledJourney } from './compile-journey.ts'
import { meetsAll } from './journey-conditions.ts'
import { type Act, isContact } from './journey-definition.ts'
import { type ScheduledStep, scheduleJourney } from './schedule-journey.ts'

/** A claim of the past. */
export interface PastClaim {
  readonly invoiceNumber: string
  readonly dueDay: Day
  /** Null: not paid as far as is known. */
  readonly paidOn: Day | null
}

/** Where a claim stands at the end of its days. */
export const END_STATES = [
  'paid-untouched',
  'paid-after-contact',
  'running',
  'all-steps-taken',
  'other-journey',
  'carried-over',
  'hand-over-review',
  'written-off',
] as const
export type EndState = (typeof END_STATES)[number]

/** What became of one claim. */
export interface SimulatedClaim {
  readonly invoiceNumber: string
  readonly state: EndState
  readonly taken: readonly ScheduledStep[]
  readonly dueDay: Day
  /** When it was paid within the days that it is followed. */
  readonly paidOn: Day | null
  /** The journey had nothing left to do by then. */
  readonly allStepsTaken: boolean
  /** A step asked for payment on the very day of the payment. */
  readonly crossed: boolean
}

const ENDING_ACTS: Partial<Readonly<Record<Act['do'], EndState>>> = {
  'write-off': 'written-off',
  'carry-over': 'carried-over',
  'hand-over-review': 'hand-over-review',
  follow: 'other-journey',
  resume: 'other-journey',
}

/** Issued so many days before the due day; an agent has a day to answer. */
export const ISSUED_BEFORE_DAYS = 30

/** Returns the steps of a claim that nobody pays; the same for every claim of one due day. */
export function planOf(journey: CompiledJourney, law: LawInForce, dueDay: Day): ScheduledStep[] {
  const steps = journey.steps.filter(({ step }) => meetsAll(step.onlyIf ?? [], {}))
  const issuedOn = addDays(dueDay, -ISSUED_BEFORE_DAYS)
  const claim = { dueDay, issuedOn, respondBy: addDays(issuedOn, 1) }
  return scheduleJourney({ ...journey, steps }, law, claim)
}

/**
 * Follows a claim for `days` days after its due day. A payment counts from the day after it, when the
 * bank statement is read. The law is that of the claim's due day.
 */
export function simulateClaim(
  { journey, law, days }: { journey: CompiledJourney; law: LawInForce; days: number },
  claim: PastClaim,
): SimulatedClaim {
  return followClaim(planOf(journey, law, claim.dueDay), days, claim)
}

/** Follows a claim along the plan of its due day. */
export function followClaim(
  plan: readonly ScheduledStep[],
  days: number,
  { invoiceNumber, dueDay, paidOn }: PastClaim,
): SimulatedClaim {
  const lastDay = addDays(dueDay, days)
  const isPaid = paidOn !== null && paidOn <= lastDay
  const until = isPaid ? paidOn : lastDay
  const upToEnd = plan.slice(0, plan.findIndex(endOf) + 1 || plan.length)
  const taken = upToEnd.filter(({ day }) => day <= until)
  const contacts = taken.filter(({ step }) => isContact(step.step))
  const last = taken.at(-1)
  const ended = last === undefined ? undefined : endOf(last)
  const allStepsTaken = taken.length === upToEnd.length
  const open = allStepsTaken ? 'all-steps-taken' : 'running'
  const paid = contacts.length === 0 ? 'paid-untouched' : 'paid-after-contact'
  return {
    invoiceNumber,
    state: isPaid ? paid : (ended ?? open),
    taken,
    dueDay,
    paidOn: isPaid ? paidOn : null,
    allStepsTaken,
    crossed: contacts.some(({ day }) => day === paidOn),
  }
}

/** Returns the state in which a step ends the journey, if it does. */
export function endOf({ step }: ScheduledStep): EndState | undefined {
  return step.step.acts?.map((act) => ENDING_ACTS[act.do]).find((state) => state !== undefined)
}
