// Calendar days, `YYYY-MM-DD`, and on which of them instalments fall (DAY-03, DAY-06).

export type Interval = 'P1W' | 'P2W' | 'P1M' | null

export interface Rhythm {
  readonly instalments: number
  readonly interval: Interval
  readonly payDay?: number
}

const PAY_DAY_GAP = 14

/** The day so many days later. */
export function plusDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** Days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000
}

/** The days of all instalments. */
export function dueDays({ instalments, interval, payDay }: Rhythm, first: string): string[] {
  const [year = 0, month = 0, date = 0] = first.split('-').map(Number)
  const later = (index: number): string => {
    if (interval !== 'P1M') return plusDays(first, index * (interval === 'P1W' ? 7 : 14))
    if (payDay === undefined) return dayOfMonth(year, month + index, date)
    const earliest = plusDays(first, PAY_DAY_GAP)
    const [fromYear = 0, fromMonth = 0] = earliest.split('-').map(Number)
    const isOver = dayOfMonth(fromYear, fromMonth, payDay) < earliest
    return dayOfMonth(fromYear, fromMonth + index - (isOver ? 0 : 1), payDay)
  }
  return Array.from({ length: instalments }, (_, index) => (index === 0 ? first : later(index)))
}

/** A day of a month that may lie beyond December; the month's last where it is shorter. */
function dayOfMonth(year: number, month: number, day: number): string {
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const date = new Date(Date.UTC(year, month - 1, Math.min(day, last)))
  return date.toISOString().slice(0, 10)
}
