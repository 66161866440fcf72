// Every plan that a scenario's public domain has, one by one. Counts days and cents with functions of
// its own, so that the truth of the bench rests on nothing that the engines use.
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'

export const INTERVALS = [null, 'P1W', 'P2W', 'P1M'] as const

/** A plan; days count from today. */
export interface Outcome {
  firstIn: number
  instalments: number
  /** Index into `INTERVALS`. */
  interval: number
  priceBps: number
  /** In cents. */
  total: number
  first: number
  other: number
  dueIn: readonly number[]
}

const DAY_MS = 86_400_000

/** Days since 1970 of a calendar day. */
export function epochDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS
}

/** A calendar day of days since 1970. */
export function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The day of the month, and a number that all days of one month share. */
export function monthOf(day: number): { dayOfMonth: number; month: number; length: number } {
  const date = new Date(day * DAY_MS)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return { dayOfMonth: date.getUTCDate(), month: year * 12 + month, length }
}

/** Lists the plans in a fixed order. */
export function outcomesOf({ domain, request, today }: Scenario): Outcome[] {
  const start = epochDay(today)
  const { maxInstallments, priceLevelsBps, maxDurationDays } = domain
  const outcomes: Outcome[] = []
  for (let firstIn = domain.minNoticeDays; firstIn <= domain.maxFirstDueDays; firstIn++) {
    for (const [interval, name] of INTERVALS.entries()) {
      if (name !== null && !domain.intervals.includes(name)) continue
      const days = dueDays(start + firstIn, interval, name === null ? 1 : maxInstallments)
      const fewest = name === null ? 1 : 2
      for (let instalments = fewest; instalments <= days.length; instalments++) {
        const dueIn = days.slice(0, instalments).map((day) => day - start)
        if ((dueIn.at(-1) ?? 0) > maxDurationDays) break
        for (const priceBps of priceLevelsBps) {
          const amounts = split(request.principalCents, priceBps, instalments)
          outcomes.push({ firstIn, instalments, interval, priceBps, dueIn, ...amounts })
        }
      }
    }
  }
  return outcomes
}

function dueDays(first: number, interval: number, instalments: number): number[] {
  const step = [0, 7, 14][interval]
  return Array.from({ length: instalments }, (_, index) =>
    step === undefined ? monthsLater(first, index) : first + index * step,
  )
}

/** The same day of a later month, or its last one. */
function monthsLater(day: number, months: number): number {
  const date = new Date(day * DAY_MS)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months]
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return Date.UTC(year, month, Math.min(date.getUTCDate(), last)) / DAY_MS
}

/** Equal instalments in whole cents, what is left over in the first; the price rounds half to even. */
function split(principal: number, priceBps: number, instalments: number) {
  const exact = (principal * priceBps) / 10_000
  const floor = Math.floor(exact)
  const isHalf = exact - floor === 0.5
  const price = isHalf ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(exact)
  const total = principal + price
  const other = instalments === 1 ? 0 : Math.floor(total / instalments)
  return { total, other, first: total - other * (instalments - 1) }
}
