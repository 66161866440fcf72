// The rhythm of a journey as far as it is certain before any claim is known: how many days lie at
// least between its steps, and between the due day and a step.

import type { ProfileVersion } from '../compliance/profile.ts'
import { actOf, channelsOf, isContact, type StepDefinition } from './journey-definition.ts'

/** A step with the earliest place that the journey itself gives it. */
export interface PlacedStep {
  readonly step: StepDefinition
  /** Days on a line of its own: between two steps there are at least so many as between their days. */
  readonly day: number
  /** Days after the legal term; null where the journey leaves them open, as with a promise. */
  readonly afterDue: number | null
}

/** What the law says of terms, for `placeSteps`. */
type TermRules = Pick<ProfileVersion, 'delivery' | 'freeNotice'>

/** Places the steps of a journey in their order, every one as early as it can be. */
export function placeSteps(steps: readonly StepDefinition[], rules: TermRules): PlacedStep[] {
  const placed: PlacedStep[] = []
  for (const step of steps) placed.push(placeAfter(placed, step, rules))
  return placed
}

/**
 * Tells whether a step is a notice, to which the law's rules of notices apply: one that gives a term
 * or adds something for itself, or asks for payment in tone T3 or firmer. Friendlier words before are
 * bound by hours and caps alone, and so are calls and texts, which no law counts as delivered.
 */
export function isNotice(step: StepDefinition, { delivery }: TermRules): boolean {
  if (actOf(step, 'notice') !== undefined) return true
  const isFirm = step.tone !== undefined && step.tone >= 'T3'
  const arrives = channelsOf(step).some((channel) => delivery.some((it) => it.channel === channel))
  return isFirm && isContact(step) && arrives
}

/** Returns the days of the term that a notice gives: those of the law, or the journey's if longer. */
export function termDaysOf(step: StepDefinition, { freeNotice }: TermRules): number {
  return Math.max(actOf(step, 'notice')?.termDays ?? 0, freeNotice?.termDays ?? 0)
}

function placeAfter(
  placed: readonly PlacedStep[],
  step: StepDefinition,
  rules: TermRules,
): PlacedStep {
  const before = placed.at(-1)
  const anchored = daysAfterDue(placed, step, rules)
  if (before === undefined) return { step, day: step.offsetDays, afterDue: anchored }
  const least = before.afterDue === null ? null : before.afterDue + step.daysAfterPrevious
  const afterDue = anchored === null || least === null ? anchored : Math.max(anchored, least)
  const apart = daysApart(before, { step, afterDue })
  return { step, day: before.day + Math.max(step.daysAfterPrevious, apart), afterDue }
}

function daysApart(before: PlacedStep, { step, afterDue }: Omit<PlacedStep, 'day'>): number {
  if (step.anchor === 'previous-step') return step.offsetDays
  if (before.afterDue !== null && afterDue !== null) return afterDue - before.afterDue
  return step.anchor === before.step.anchor ? step.offsetDays - before.step.offsetDays : 0
}

function daysAfterDue(
  placed: readonly PlacedStep[],
  step: StepDefinition,
  rules: TermRules,
): number | null {
  if (step.anchor === 'legal-term') return step.offsetDays
  if (step.anchor === 'previous-step') return plus(placed.at(-1)?.afterDue, step.offsetDays)
  if (step.anchor !== 'notice-term-end') return null
  const notice = placed.findLast((it) => actOf(it.step, 'notice') !== undefined)
  if (notice === undefined) return null
  return plus(notice.afterDue, daysToTermEnd(notice.step, rules) + step.offsetDays)
}

/** The fewest days from sending a notice to the last day of its term. */
function daysToTermEnd(step: StepDefinition, rules: TermRules): number {
  const ways = rules.delivery.filter(({ channel }) => channelsOf(step).includes(channel))
  const arrivals = ways.map(({ days, termStartsAfter }) => days + termStartsAfter)
  const first = arrivals.length === 0 ? 1 : Math.min(...arrivals)
  return first + termDaysOf(step, rules) - 1
}

function plus(days: number | null | undefined, more: number): number | null {
  return days === null || days === undefined ? null : days + more
}
