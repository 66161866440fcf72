// Which plans an agent may propose when no offered one fits: shapes that the creditor has shown,
// at its highest price, with later days. Nothing that the creditor's menu does not hint at.

import { addDays, compareDays, type Day } from '../protocol/days.ts'
import type { Menu, MenuRow } from '../protocol/generated/messages.ts'
import type { PlanWindow } from './plan-search.ts'

/** How many days later than any offered first due day a counter may start. */
export const COUNTER_EXTRA_DAYS = 62

/**
 * Widens a menu to windows for a counter: for each interval that the menu shows, every number of
 * instalments up to the most shown for it, and first due days up to 62 days after the latest
 * shown. The price is the highest of the menu and never a rebate, so that no counter is cheaper
 * than what it replaces.
 */
export function counterWindows(menu: Menu): PlanWindow[] {
  const { rows } = menu
  const [first] = rows
  if (first === undefined) return []
  const firstDueFrom = extreme(rows, (row) => row.firstDueFrom, -1)
  const firstDueTo = addDays(
    extreme(rows, (row) => row.firstDueTo, 1),
    COUNTER_EXTRA_DAYS,
  )
  const priceBps = Math.max(0, ...rows.map((row) => row.priceBps))
  const single = { instalments: 1, interval: null } as const
  return [single, ...severalInstalments(rows)].map((shape) => ({
    rowId: null,
    ...shape,
    priceBps,
    firstDueFrom,
    firstDueTo,
  }))
}

function severalInstalments(
  rows: readonly MenuRow[],
): Array<Pick<PlanWindow, 'instalments' | 'interval'>> {
  const intervals = [...new Set(rows.map((row) => row.interval))].filter((one) => one !== null)
  return intervals.flatMap((interval) => {
    const most = Math.max(
      ...rows.filter((row) => row.interval === interval).map((row) => row.instalments),
    )
    return Array.from({ length: most - 1 }, (_, index) => ({ instalments: index + 2, interval }))
  })
}

function extreme(rows: readonly MenuRow[], dayOf: (row: MenuRow) => Day, sign: 1 | -1): Day {
  return rows.map(dayOf).reduce((kept, day) => (compareDays(day, kept) * sign > 0 ? day : kept))
}
