// When a step of a journey is due, as far as it counts from something that is known.

import { addDays, compareDays, type Day, dayInZone, instantInZone } from '@parley/sdk/protocol'
import type { StepDone } from './journey.ts'
import type { Anchor, StepDefinition } from './journey-definition.ts'
import { isAskedAgent } from './step-key.ts'

/** What steps count from. Instants in epoch seconds. */
export interface AnchorFacts {
  /** The end of the agent's time to answer: the stated instant, or earlier when it declined. */
  readonly respondBy: number
  /** The legal term: the due day of the claim, or a later one that was granted since. */
  readonly dueDate: Day
  /** When what started the journey happened. */
  readonly triggerAt: number
  /** The day that the journey is about, such as that of a promise. */
  readonly anchorDay: Day | null
  /** The day of the month on which the person is paid. */
  readonly payDay: number | null
  /** The last day of the term that the latest notice gave; null without one that has left. */
  readonly noticeLastDay: Day | null
  /** When the hold that started the journey ended; null while it stands. */
  readonly holdEndedAt: number | null
  /** The person's zone; the creditor's when that is unknown. */
  readonly timeZone: string
}

/** The earliest hour of a day on which a step without a window of its own is taken. */
const START_OF_DAY = '00:00'

/**
 * Returns the instant from which a step is due, or null while what it counts from is not known.
 * `stepsDone` are those of its journey.
 */
export function anchorInstant(
  step: StepDefinition,
  stepsDone: readonly StepDone[],
  facts: AnchorFacts,
): number | null {
  const { anchor, offsetDays, window } = step
  const { timeZone } = facts
  const exact = exactAnchors(facts)[anchor]
  // On the day of what happened, a step waits for nothing but its window.
  if (exact !== undefined && offsetDays === 0) return exact
  const day = exact === undefined ? dayOf(anchor, stepsDone, facts) : zoned(exact, timeZone)
  if (day === null) return null
  return instantInZone(addDays(day, offsetDays), window?.from ?? START_OF_DAY, timeZone)
}

/** Returns when a step may follow the one before it at the earliest. */
export function afterPrevious(
  { daysAfterPrevious, window }: StepDefinition,
  stepsDone: readonly StepDone[],
  timeZone: string,
): number {
  const last = lastAt(stepsDone)
  if (last === null) return Number.NEGATIVE_INFINITY
  if (daysAfterPrevious === 0) return last
  const day = addDays(dayInZone(last, timeZone), daysAfterPrevious)
  return Math.max(last, instantInZone(day, window?.from ?? START_OF_DAY, timeZone))
}

function exactAnchors(facts: AnchorFacts): Partial<Record<Anchor, number | null>> {
  const { respondBy, triggerAt, holdEndedAt } = facts
  return { 'respond-by': respondBy, trigger: triggerAt, 'hold-end': holdEndedAt }
}

function zoned(instant: number | null, timeZone: string): Day | null {
  return instant === null ? null : dayInZone(instant, timeZone)
}

function dayOf(anchor: Anchor, stepsDone: readonly StepDone[], facts: AnchorFacts): Day | null {
  switch (anchor) {
    case 'legal-term':
      return facts.dueDate
    case 'previous-step':
      return zoned(lastAt(stepsDone) ?? facts.triggerAt, facts.timeZone)
    case 'notice-term-end':
      return facts.noticeLastDay
    case 'pay-day':
      return facts.payDay === null ? null : nextPayDay(facts.dueDate, facts.payDay)
    case 'promise-day':
    case 'instalment-day':
      return facts.anchorDay
    default:
      return null
  }
}

function lastAt(stepsDone: readonly StepDone[]): number | null {
  // Asking the agent first belongs to the step that waits for it.
  const taken = stepsDone.filter(({ stepId }) => !isAskedAgent(stepId))
  const last = Math.max(...taken.map(({ at }) => at))
  return Number.isFinite(last) ? last : null
}

/** The first pay day on or after a day; the last day of a month that has no such day. */
export function nextPayDay(from: Day, payDay: number): Day {
  const own = payDayIn(from, payDay)
  return compareDays(own, from) >= 0 ? own : payDayIn(firstOfNextMonth(from), payDay)
}

function payDayIn(day: Day, payDay: number): Day {
  const last = addDays(firstOfNextMonth(day), -1)
  const wished = `${day.slice(0, 8)}${String(payDay).padStart(2, '0')}`
  return compareDays(wished, last) > 0 ? last : wished
}

function firstOfNextMonth(day: Day): Day {
  return `${addDays(`${day.slice(0, 8)}28`, 4).slice(0, 8)}01`
}
