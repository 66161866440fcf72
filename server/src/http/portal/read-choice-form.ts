// Reads the choices form as a browser posts it. Pure: the HTTP edge has already decoded the body.

import { compareDays, type Day, err, ok, parseDay, type Result } from '@parley/sdk/protocol'
import type { ChoiceProblem, EnteredChoice, PlanChoice } from './page-model.ts'

/** The field that carries the chosen row. */
export const ROW_FIELD = 'row'

/** The beginning of the field that carries the first day of a row; the row id follows. */
export const FIRST_DAY_FIELD = 'first-day.'

/** A filled-in form that cannot be used, with what was entered, for showing it again. */
export interface ChoiceFormRefusal extends ChoiceProblem {
  readonly entered: EnteredChoice
}

/**
 * Returns the chosen row and its first day.
 *
 * Refuses `choose-row` (no row, or one that is not offered), `first-day-format` (not a day) and
 * `first-day-range` (outside the row's window).
 */
export function readChoiceForm(
  fields: Readonly<Record<string, unknown>>,
  choices: readonly PlanChoice[],
): Result<{ rowId: string; firstDueDate: Day }, ChoiceFormRefusal> {
  const choice = choices.find(({ rowId }) => rowId === fields[ROW_FIELD])
  const entered = { rowId: choice?.rowId ?? null, firstDays: firstDaysOf(fields, choices) }
  if (choice === undefined) return err({ code: 'choose-row', entered })

  const day = parseDay(entered.firstDays[choice.rowId])
  if (!day.ok) return err({ code: 'first-day-format', entered })
  const isTooEarly = compareDays(day.value, choice.firstDueFrom) < 0
  const isTooLate = compareDays(day.value, choice.firstDueTo) > 0
  if (isTooEarly || isTooLate) return err({ code: 'first-day-range', entered })
  return ok({ rowId: choice.rowId, firstDueDate: day.value })
}

function firstDaysOf(
  fields: Readonly<Record<string, unknown>>,
  choices: readonly PlanChoice[],
): Record<string, string> {
  const days = choices.flatMap(({ rowId }) => {
    const value = fields[`${FIRST_DAY_FIELD}${rowId}`]
    return typeof value === 'string' ? [[rowId, value] as const] : []
  })
  return Object.fromEntries(days)
}
