// Public holidays, computed from a calendar's rules for any year. Serves the delivery of notices, the
// hours of contact, and the days on which payments do not settle (calendar `TARGET`).

import { addDays, type Day, easterSunday, weekday } from '@parley/sdk/protocol'
import type { Source } from './evidence.ts'

/** The holidays of a country; the same shape as `catalog/holidays/holidays.schema.json`. */
export interface HolidayCalendar {
  readonly id: string
  readonly title: string
  readonly sources: readonly Source[]
  /** Parts of the country with days of their own, such as `BY`. */
  readonly regions: readonly string[]
  readonly days: readonly HolidayRule[]
}

/** One holiday of every year in which the rule holds. */
export interface HolidayRule {
  readonly name: string
  readonly when: HolidayDay
  /** A public holiday, or one that only the law of terms recognises. */
  readonly kind?: 'public' | 'recognised'
  readonly firstYear?: number
  readonly lastYear?: number
  readonly exceptYears?: readonly number[]
  /** The regions that keep it; without: all. */
  readonly regions?: readonly string[]
  readonly observed?: Observed
}

/** A fixed day, days from Easter Sunday, the first such weekday from a day on, or single days. */
export type HolidayDay =
  | { readonly fixed: string }
  | { readonly easter: number }
  | { readonly weekday: number; readonly onOrAfter: string }
  | { readonly on: readonly Day[] }

/**
 * What happens on a weekend: one more holiday on the next free working day, one more on the nearest
 * working day, or the Saturday in place of the Sunday.
 */
export type Observed = 'next-working-day' | 'nearest-working-day' | 'saturday-for-sunday'

/** Tells whether a day is a holiday. A set of days is one. */
export interface Holidays {
  has(day: Day): boolean
}

/**
 * Returns all holidays of a calendar of the catalog, such as `TARGET` for the banks.
 *
 * @throws when the catalog has no such calendar.
 */
export function holidaysNamed(
  calendars: ReadonlyMap<string, HolidayCalendar>,
  id: string,
): Holidays {
  const calendar = calendars.get(id)
  if (calendar === undefined) throw new Error(`the catalog has no holidays ${id}`)
  return holidaysOf(calendar, null)
}

/**
 * Returns the holidays of a region, the recognised ones among them. Region null is a place that is
 * not known: every day that is a holiday anywhere in the country.
 */
export function holidaysOf(calendar: HolidayCalendar, region: string | null): Holidays {
  const years = new Map<number, ReadonlySet<Day>>()
  const rules = calendar.days.filter(({ regions }) => {
    return regions === undefined || region === null || regions.includes(region)
  })
  return {
    has(day) {
      const year = Number(day.slice(0, 4))
      const known = years.get(year) ?? new Set(listHolidays(rules, year))
      years.set(year, known)
      return known.has(day)
    },
  }
}

/** Lists the holidays that some rules give for a year, in order, with those observed instead. */
export function listHolidays(rules: readonly HolidayRule[], year: number): Day[] {
  // The first day of the next year may be observed on the last of this one.
  const days = [year, year + 1].flatMap((it) => daysOfYear(rules, it))
  return [...new Set(days)].filter((day) => day.startsWith(`${year}-`)).sort()
}

function daysOfYear(rules: readonly HolidayRule[], year: number): Day[] {
  const kept = rules.flatMap((rule) => {
    return holdsIn(rule, year) ? datesOf(rule.when, year).map((day) => ({ rule, day })) : []
  })
  const taken = new Set(kept.map(({ rule, day }) => moved(day, rule.observed)))
  for (const { rule, day } of kept) {
    const extra = observedInstead(day, rule.observed, taken)
    if (extra !== null) taken.add(extra)
  }
  return [...taken]
}

function holdsIn({ firstYear, lastYear, exceptYears }: HolidayRule, year: number): boolean {
  if (year < (firstYear ?? year) || year > (lastYear ?? year)) return false
  return exceptYears?.includes(year) !== true
}

function datesOf(when: HolidayDay, year: number): Day[] {
  if ('fixed' in when) return [`${year}-${when.fixed}`]
  if ('easter' in when) return [addDays(easterSunday(year), when.easter)]
  if ('on' in when) return when.on.filter((day) => day.startsWith(`${year}-`))
  const first = `${year}-${when.onOrAfter}`
  return [addDays(first, (when.weekday - weekday(first) + 7) % 7)]
}

function moved(day: Day, observed: Observed | undefined): Day {
  return observed === 'saturday-for-sunday' && weekday(day) === 7 ? addDays(day, -1) : day
}

function observedInstead(day: Day, observed: Observed | undefined, taken: Holidays): Day | null {
  const on = weekday(day)
  if (on < 6) return null
  if (observed === 'nearest-working-day') return addDays(day, on === 6 ? -1 : 1)
  if (observed !== 'next-working-day') return null
  let next = addDays(day, 1)
  while (weekday(next) >= 6 || taken.has(next)) next = addDays(next, 1)
  return next
}
