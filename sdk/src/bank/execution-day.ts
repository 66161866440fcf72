// On which day the rail executes a line, and whether that is now. Pure. A day is never moved in
// silence: the reason goes into the journal and to the host.

import { isTargetDay, nextTargetDay } from '../protocol/business-days.ts'
import { addDays, compareDays, type Day, dayInZone, instantInZone } from '../protocol/days.ts'
import type { RailTerms } from './rail.ts'

/** What an execution day depends on. */
export interface ExecutionFacts {
  readonly dueDate: Day
  /** Not before this day, in the customer's zone. */
  readonly notBefore: Day | null
  /** Epoch seconds. */
  readonly now: number
  /** IANA zone in which the customer's days begin. */
  readonly timeZone: string
  readonly terms: Pick<RailTerms, 'opens' | 'cutOff'>
}

/** Why a line is executed on another day than its due day. */
export type MoveReason = 'past-due' | 'closed-day' | 'after-cut-off'

/** When a line is executed. */
export interface ExecutionPlan {
  readonly day: Day
  /** The rail takes it at this moment. */
  readonly isNow: boolean
  /** Why the day is not the first one possible; null when it is. */
  readonly reason: MoveReason | null
}

/**
 * Plans the execution: on the due day, else on the next day on which the rail is open, else, when the
 * due day has passed, at once. After the rail's cut-off the next open day counts. Never earlier than
 * the due day begins where the customer lives. Spec: DAY-04, PAY-07, PAY-13.
 *
 * @example
 * import { planExecution } from '@parley/sdk/bank'
 * const saturday = { dueDate: '2026-03-28', notBefore: null, timeZone: 'Europe/Berlin' }
 * const terms = { opens: 'target-days' } as const
 * const plan = planExecution({ ...saturday, now: Date.parse('2026-03-20T09:00:00Z') / 1000, terms })
 * plan.day // => '2026-03-30'
 */
export function planExecution(facts: ExecutionFacts): ExecutionPlan {
  const { dueDate, notBefore, now, timeZone, terms } = facts
  const first = later(dueDate, notBefore ?? dueDate)
  const isDue = compareDays(first, dayInZone(now, timeZone)) <= 0
  if (!isDue) {
    const day = nextOpen(first, terms)
    return { day, isNow: false, reason: day === first ? null : 'closed-day' }
  }
  const { cutOff } = terms
  const today = dayInZone(now, cutOff?.timeZone ?? timeZone)
  const open = nextOpen(today, terms)
  if (open !== today) return { day: open, isNow: false, reason: 'closed-day' }
  if (cutOff !== undefined && now >= instantInZone(today, cutOff.time, cutOff.timeZone)) {
    return { day: nextOpen(addDays(today, 1), terms), isNow: false, reason: 'after-cut-off' }
  }
  return { day: today, isNow: true, reason: today === dueDate ? null : 'past-due' }
}

function nextOpen(day: Day, { opens }: Pick<RailTerms, 'opens'>): Day {
  return opens === 'target-days' && !isTargetDay(day) ? nextTargetDay(day) : day
}

function later(left: Day, right: Day): Day {
  return compareDays(left, right) >= 0 ? left : right
}
