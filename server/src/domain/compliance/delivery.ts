// The legal clock: when a notice counts as delivered, and when the term that it gives ends.

import { addDays, type Day, weekday } from '@parley/sdk/protocol'
import type { Holidays } from './holidays.ts'
import type { DeliveryRule } from './profile.ts'

/** What the law makes of a notice that was sent. */
export interface Term {
  readonly deliveredOn: Day
  readonly firstDay: Day
  readonly lastDay: Day
  /** The day after the term: whatever waited for it begins now. */
  readonly endedOn: Day
}

/** Tells whether a delivery rule leaves a day out of its count. */
export function isLeftOut(rule: DeliveryRule, day: Day, holidays: Holidays): boolean {
  return rule.skipWeekdays.includes(weekday(day)) || (rule.skipHolidays && holidays.has(day))
}

/**
 * Returns the day on which a notice counts as delivered: the `rule.days`-th day after `sentOn` that
 * the rule does not leave out. A Dutch letter sent on a Friday arrives on the Tuesday: Saturday is
 * day 1, Sunday and Monday do not count (HR 25 November 2016).
 */
export function deliveryDay(rule: DeliveryRule, sentOn: Day, holidays: Holidays): Day {
  let day = sentOn
  for (let counted = 0; counted < rule.days; ) {
    day = addDays(day, 1)
    if (!isLeftOut(rule, day, holidays)) counted += 1
  }
  return day
}

/** Returns the term of `termDays` calendar days that a notice gives; its first day is day 1. */
export function termOf(
  { rule, termDays, holidays }: { rule: DeliveryRule; termDays: number; holidays: Holidays },
  sentOn: Day,
): Term {
  const deliveredOn = deliveryDay(rule, sentOn, holidays)
  const firstDay = addDays(deliveredOn, rule.termStartsAfter)
  const endedOn = addDays(firstDay, termDays)
  return { deliveredOn, firstDay, lastDay: addDays(endedOn, -1), endedOn }
}
