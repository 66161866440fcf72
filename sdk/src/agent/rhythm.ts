// Does a list of days follow a rhythm? Fits slots of a calendar to them, and asks how easily chance
// would have done the same. Knows days only, no money.

import { addMonths, type DayNumber, daysInMonth, toCivil } from '../protocol/day-number.ts'

/** How often a flow comes. */
export type Rhythm = 'weekly' | 'two-weekly' | 'four-weekly' | 'monthly' | 'quarterly' | 'yearly'

/** Slots of a calendar, numbered in their order. */
export interface Grid {
  /** The day of the month, or undefined when slots are counted in days. */
  readonly dayOfMonth?: number
  slotNear(number: DayNumber): number
  dayOfSlot(slot: number): DayNumber
}

/** A rhythm that days follow. */
export interface Fit {
  readonly rhythm: Rhythm
  readonly grid: Grid
  readonly lastSlot: number
  /** The days that follow it, in order; one a slot. */
  readonly days: readonly DayNumber[]
  /** Of the latest days, the most days before and after their slots; `early` ≤ `late`. */
  readonly early: number
  readonly late: number
  /** How likely so many days fall so close to slots by chance alone, from 0. */
  readonly chance: number
}

interface Shape {
  readonly rhythm: Rhythm
  /** Nominal days from slot to slot. */
  readonly period: number
  readonly months?: number
  /** Most days that a booking may be away from its slot. */
  readonly drift: number
  readonly leastDays: number
}

const SHAPES: readonly Shape[] = [
  { rhythm: 'monthly', period: 30.44, months: 1, drift: 4, leastDays: 3 },
  { rhythm: 'four-weekly', period: 28, drift: 3, leastDays: 3 },
  { rhythm: 'two-weekly', period: 14, drift: 3, leastDays: 3 },
  { rhythm: 'weekly', period: 7, drift: 2, leastDays: 3 },
  { rhythm: 'quarterly', period: 91.3, months: 3, drift: 7, leastDays: 3 },
  // Three would take longer than anybody's statements go back.
  { rhythm: 'yearly', period: 365.25, months: 12, drift: 10, leastDays: 2 },
]

/** Days that a flow must have been seen for: two months, as far as four-weekly flows have them. */
export const LEAST_SPAN_DAYS = 56

const RECENT_DAYS = 200
const RECENT_SLOTS = 12
const LEAST_SHARE = 0.75

/**
 * Finds the rhythm that days in ascending order, each once, follow: all of them since the last long
 * pause, or else those of the last 200 days. Returns the fit that chance explains least, if any.
 */
export function findRhythm(days: readonly DayNumber[]): Fit | null {
  const from = (days.at(-1) ?? 0) - RECENT_DAYS
  return bestFit(days) ?? bestFit(days.filter((number) => number > from))
}

/** Tells how many days after a slot a flow is given up: a weekend and a holiday, more if it is rare. */
export function graceDays(rhythm: Rhythm): number {
  const { period = 0 } = SHAPES.find((shape) => shape.rhythm === rhythm) ?? {}
  return Math.min(20, Math.max(2, Math.round(period / 6)))
}

function bestFit(days: readonly DayNumber[]): Fit | null {
  let best: Fit | null = null
  const gap = medianGap(days)
  for (const shape of SHAPES) {
    if (Math.abs(gap - shape.period) > shape.drift + 1) continue
    const fit = fitShape(shape, latestRun(days, 2.5 * shape.period))
    if (fit !== null && (best === null || fit.chance < best.chance)) best = fit
  }
  return best
}

function fitShape(shape: Shape, days: readonly DayNumber[]): Fit | null {
  const last = days.at(-1)
  if (last === undefined || days.length < shape.leastDays) return null
  const grid = shape.months === undefined ? dayGrid(shape, days) : monthGrid(shape, days)
  const matched = matchSlots(grid, days, shape.drift)
  const [first] = matched
  const latest = matched.at(-1)
  if (first === undefined || latest === undefined || matched.length < shape.leastDays) return null

  const slots = latest.slot - first.slot + 1
  const isFull = matched.length >= LEAST_SHARE * Math.max(slots, days.length)
  if (!isFull || Math.round((slots - 1) * shape.period) < LEAST_SPAN_DAYS) return null
  const spread = spreadOf(matched)
  const recent = spreadOf(matched.slice(-RECENT_SLOTS))
  return {
    rhythm: shape.rhythm,
    grid,
    lastSlot: latest.slot,
    days: matched.map(({ number }) => number),
    early: recent.least,
    late: recent.most,
    chance: chanceOf({
      days: days.length,
      matched: matched.length,
      share: (spread.most - spread.least + 1) / shape.period,
    }),
  }
}

interface Match {
  readonly number: DayNumber
  readonly slot: number
  readonly off: number
}

function matchSlots(grid: Grid, days: readonly DayNumber[], drift: number): Match[] {
  const bySlot = new Map<number, Match>()
  for (const number of days) {
    const slot = grid.slotNear(number)
    const off = number - grid.dayOfSlot(slot)
    const other = bySlot.get(slot)
    const isCloser = other === undefined || Math.abs(off) < Math.abs(other.off)
    if (Math.abs(off) <= drift && isCloser) bySlot.set(slot, { number, slot, off })
  }
  return [...bySlot.values()].sort((a, b) => a.slot - b.slot)
}

function spreadOf(matches: readonly Match[]): { least: number; most: number } {
  const offs = matches.map(({ off }) => off)
  return { least: Math.min(...offs), most: Math.max(...offs) }
}

/** Slots every `period` days, through the middle of where the days fall. */
function dayGrid({ period }: Shape, days: readonly DayNumber[]): Grid {
  const last = days.at(-1) ?? 0
  const offs = days.map((number) => number - last - Math.round((number - last) / period) * period)
  const anchor = last + median(offs)
  return {
    slotNear: (number) => Math.round((number - anchor) / period),
    dayOfSlot: (slot) => anchor + slot * period,
  }
}

/** Slots on the day of the month that the days are closest to; slot 0 is near the last. */
function monthGrid({ months = 1, drift }: Shape, days: readonly DayNumber[]): Grid {
  const last = days.at(-1) ?? 0
  let best = monthGridOn(1, months, last)
  let least = Number.POSITIVE_INFINITY
  for (const dayOfMonth of daysOfMonth(days)) {
    const grid = monthGridOn(dayOfMonth, months, last)
    let away = 0
    for (const number of days) {
      away += Math.min(drift + 1, Math.abs(number - grid.dayOfSlot(grid.slotNear(number))))
      if (away >= least) break
    }
    if (away >= least) continue
    least = away
    best = grid
  }
  return best
}

/** The days of the month that occur; the end of a month may stand for any of its last. */
function daysOfMonth(days: readonly DayNumber[]): number[] {
  const occurring = new Set<number>()
  for (const number of days) {
    const { year, month, day } = toCivil(number)
    occurring.add(day)
    if (day !== daysInMonth(year, month)) continue
    for (let later = day + 1; later <= 31; later++) occurring.add(later)
  }
  return [...occurring].sort((a, b) => a - b)
}

function monthGridOn(dayOfMonth: number, months: number, last: DayNumber): Grid {
  const dayIn = (month: number) => addMonths({ year: 1970, month: 1, day: dayOfMonth }, month)
  const nearest = (number: DayNumber) => {
    const { year, month, day } = toCivil(number)
    const same = (year - 1970) * 12 + month - 1
    const other = day < dayOfMonth ? same - 1 : same + 1
    const isOther = Math.abs(number - dayIn(other)) < Math.abs(number - dayIn(same))
    return isOther ? other : same
  }
  const origin = nearest(last)
  return {
    dayOfMonth,
    slotNear: (number) => Math.round((nearest(number) - origin) / months),
    dayOfSlot: (slot) => dayIn(origin + slot * months),
  }
}

/**
 * How likely at least `matched` of `days` random days fall into one common part of their period:
 * for all of n days n·share^(n-1), the range of points on a circle; here with a binomial tail.
 */
function chanceOf(facts: { days: number; matched: number; share: number }): number {
  const share = Math.min(1, facts.share)
  const others = facts.days - 1
  let tail = 0
  let term = share ** others
  for (let hits = others; hits >= facts.matched - 1; hits--) {
    tail += term
    term *= ((1 - share) / share) * (hits / (others - hits + 1))
  }
  return facts.days * tail
}

/** The days after the last pause that is longer than `pause`. */
function latestRun(days: readonly DayNumber[], pause: number): readonly DayNumber[] {
  let start = days.length - 1
  while (start > 0 && (days[start] ?? 0) - (days[start - 1] ?? 0) <= pause) start--
  return days.slice(Math.max(0, start))
}

function medianGap(days: readonly DayNumber[]): number {
  return median(days.slice(1).map((number, index) => number - (days[index] ?? 0)))
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0
}
