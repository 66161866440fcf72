// What a compiled journey does by day for one example claim that nobody pays: the calendar, the hours
// and the caps of its profile applied. For people who check a journey; the scheduler does not use it.

import { addDays, type Day, daysBetween, weekday } from '@parley/sdk/protocol'
import { isContactDay } from '../compliance/contact-hours.ts'
import { termOf } from '../compliance/delivery.ts'
import type { LawInForce } from '../compliance/law-in-force.ts'
import type { CompiledJourney, CompiledStep } from './compile-journey.ts'
import { areExclusive } from './journey-conditions.ts'
import { isContact } from './journey-definition.ts'

/** A step on its day. */
export interface ScheduledStep {
  readonly step: CompiledStep
  readonly day: Day
  /** Days by which calendar and caps moved it. */
  readonly movedDays: number
  /** Why not on each of those days. */
  readonly blocked: readonly BlockedDay[]
  /** The last day to pay of the term that a notice gives; null where it gives none. */
  readonly lastDay: Day | null
}

/** A day on which a step could not be taken. */
export interface BlockedDay {
  readonly day: Day
  readonly reason: BlockReason
}

/**
 * `calendar`: a holiday, or a weekday on which nobody may be addressed. `hours`: the step itself has
 * no hours on that weekday. `cap`: too many contacts in so many days, or two too close together.
 */
export type BlockReason = 'calendar' | 'hours' | 'cap'

/** The example: everything but the issue and the agent's time to answer is counted from its due day. */
export interface ExampleClaim {
  readonly issuedOn: Day
  readonly respondBy: Day
  readonly dueDay: Day
}

const SEARCHED_DAYS = 400

/**
 * Returns every step on its day, those among them of which only one will be taken.
 *
 * @throws {Error} when no day within 400 is open for a step: its weekdays and the profile's never meet.
 */
export function scheduleJourney(
  { steps }: CompiledJourney,
  law: LawInForce,
  claim: ExampleClaim,
): ScheduledStep[] {
  const scheduled: ScheduledStep[] = []
  for (const step of steps) {
    const wanted = wantedDay(step, scheduled, claim)
    const blocked = step.channels.length === 0 ? [] : blockedDays(wanted, { step, scheduled, law })
    const day = addDays(wanted, blocked.length)
    const lastDay = step.termDays === null ? null : lastDayOf(step, day, law)
    scheduled.push({ step, day, movedDays: blocked.length, blocked, lastDay })
  }
  return scheduled
}

function wantedDay({ step }: CompiledStep, before: readonly ScheduledStep[], claim: ExampleClaim) {
  const previous = before.at(-1)?.day
  const anchors: Partial<Record<typeof step.anchor, Day | undefined | null>> = {
    'respond-by': claim.respondBy,
    'previous-step': previous,
    'notice-term-end': before.findLast(({ lastDay }) => lastDay !== null)?.lastDay,
  }
  const day = addDays(anchors[step.anchor] ?? claim.dueDay, step.offsetDays)
  const after = previous === undefined ? day : addDays(previous, step.daysAfterPrevious)
  return [day, after, claim.issuedOn].reduce((a, b) => (a > b ? a : b))
}

interface Search {
  readonly step: CompiledStep
  readonly scheduled: readonly ScheduledStep[]
  readonly law: LawInForce
}

/** The days from the wanted one on until one is open. */
function blockedDays(from: Day, search: Search): BlockedDay[] {
  const blocked: BlockedDay[] = []
  while (blocked.length < SEARCHED_DAYS) {
    const day = addDays(from, blocked.length)
    const reason = reasonAgainst(day, search)
    if (reason === null) return blocked
    blocked.push({ day, reason })
  }
  throw new Error(`step "${search.step.step.id}" finds no open day`)
}

function reasonAgainst(day: Day, search: Search): BlockReason | null {
  const { step, law } = search
  if (!isContactDay(law.version.contact, day, law.holidays)) return 'calendar'
  const weekdays = step.step.window?.weekdays ?? []
  if (!weekdays.includes(weekday(day))) return 'hours'
  return isAffordable(day, search) ? null : 'cap'
}

function isAffordable(day: Day, { step, scheduled, law }: Search): boolean {
  if (!isContact(step.step)) return true
  const contacts = scheduled.filter((it) => {
    const { onlyIf = [] } = step.step
    return isContact(it.step.step) && !areExclusive(onlyIf, it.step.step.onlyIf ?? [])
  })
  return law.version.caps.every(({ channel, max, perDays, hoursApart }) => {
    if (channel !== 'any' && !step.channels.includes(channel)) return true
    const same = contacts.filter((it) => channel === 'any' || it.step.channels.includes(channel))
    const recent = same.filter((it) => daysBetween(it.day, day) < perDays)
    return recent.length < max && same.every((it) => daysBetween(it.day, day) * 24 >= hoursApart)
  })
}

/** The last of the terms where one text goes by several channels: nobody is held to the sooner one. */
function lastDayOf({ step, channels, termDays }: CompiledStep, sentOn: Day, law: LawInForce) {
  const used = step.reach === 'all' ? channels : channels.slice(0, 1)
  const days = law.version.delivery
    .filter(({ channel }) => used.includes(channel))
    .map(
      (rule) => termOf({ rule, termDays: termDays ?? 0, holidays: law.holidays }, sentOn).lastDay,
    )
  return days.sort().at(-1) ?? addDays(sentOn, termDays ?? 0)
}
