// The menu: rows with a window of first due days. Any day in the window is a firm offer.
import { compareDays, type Day, parseDay } from './days.ts'
import type { Menu, MenuRow, PlanTerms } from './generated/messages.ts'
import type { PlanShape } from './plan-schedule.ts'
import { err, ok, type Result } from './result.ts'

/** Why a choice is not on offer; `detail` says what is. */
export interface MenuRefusal {
  code: 'menu-unknown' | 'row-unknown' | 'date-outside-window'
  detail: string
}

/**
 * The plan that a row and a first due day stand for. Refuses `row-unknown` and
 * `date-outside-window`; the caller's state is unchanged by a refusal. Spec: NEG.
 *
 * @example
 * import { choosePlan, type Menu } from '@parley/sdk/protocol'
 * declare const menu: Menu
 * const plan = choosePlan(menu, '3-P1M', '2026-03-27')
 * if (!plan.ok) console.log(plan.error.detail)
 */
export function choosePlan(
  menu: Menu,
  rowId: string,
  firstDueDate: Day,
): Result<PlanTerms, MenuRefusal> {
  const row = menu.rows.find((candidate) => candidate.rowId === rowId)
  if (row === undefined) {
    return err({ code: 'row-unknown', detail: `menu ${menu.menuId} has no row ${rowId}` })
  }
  if (!parseDay(firstDueDate).ok || !isInWindow(row, firstDueDate)) {
    return err({
      code: 'date-outside-window',
      detail: `row ${rowId} takes first due days from ${row.firstDueFrom} to ${row.firstDueTo}`,
    })
  }
  return ok(planOf(row, firstDueDate))
}

/**
 * The plan of a row for a first due day, without checking the window.
 *
 * @example
 * import { type MenuRow, planOf } from '@parley/sdk/protocol'
 * const row: MenuRow = {
 *   ...{ rowId: '1', instalments: 1, interval: null, priceBps: 0 },
 *   ...{ firstDueFrom: '2026-03-10', firstDueTo: '2026-03-27' },
 * }
 * planOf(row, '2026-03-12').firstDueDate // => '2026-03-12'
 */
export function planOf(row: PlanShape, firstDueDate: Day): PlanTerms {
  const { instalments, interval, priceBps, downPaymentBps, payDay } = row
  return {
    ...{ instalments, interval, priceBps, firstDueDate },
    ...(downPaymentBps === undefined ? {} : { downPaymentBps }),
    ...(payDay === undefined ? {} : { payDay }),
  }
}

/**
 * Whether some row of the menu offers exactly this plan.
 *
 * @example
 * import { type Menu, menuOffers, type PlanTerms } from '@parley/sdk/protocol'
 * declare const menu: Menu
 * declare const plan: PlanTerms
 * if (!menuOffers(menu, plan)) console.log('this plan needs a counter')
 */
export function menuOffers({ rows }: Pick<Menu, 'rows'>, plan: PlanTerms): boolean {
  return rows.some(
    (row) =>
      row.instalments === plan.instalments &&
      row.interval === plan.interval &&
      row.priceBps === plan.priceBps &&
      row.downPaymentBps === plan.downPaymentBps &&
      row.payDay === plan.payDay &&
      isInWindow(row, plan.firstDueDate),
  )
}

function isInWindow(row: MenuRow, day: Day): boolean {
  return compareDays(row.firstDueFrom, day) <= 0 && compareDays(day, row.firstDueTo) <= 0
}
