// What a menu means to somebody who has to pay: whether there is anything to choose, and what would
// still have to be paid under a plan.
import {
  compareDays,
  type Day,
  formatAmount,
  type Menu,
  type MenuRow,
  type Money,
  type PlanLine,
  type PlanShape,
  type PlanTerms,
  parseAmount,
  schedule,
} from '@parley/sdk/protocol'
import type { PlanForPeople } from '../wording/describe-plan.ts'

/** What `describePlan` says of a plan that is not agreed yet. */
export interface PlanInWords extends PlanForPeople {
  readonly lines: readonly PlanLine[]
}

/** Tells whether a menu holds more than to pay the whole on one day. */
export function offersChoice({ rows }: Menu): boolean {
  return rows.some((row) => row.instalments > 1 || row.firstDueFrom !== row.firstDueTo)
}

/** The first day that a form starts from: the due day of the claim, or the closest that is offered. */
export function suggestedFirstDay({ firstDueFrom, firstDueTo }: MenuRow, dueDate: Day): Day {
  if (compareDays(dueDate, firstDueFrom) < 0) return firstDueFrom
  return compareDays(dueDate, firstDueTo) > 0 ? firstDueTo : dueDate
}

/**
 * The lines of a plan that money received before leaves open, each with what is left of it. Their
 * sum is the total of the plan less `received`, in minor units.
 *
 * @throws {RangeError} for terms that give no schedule.
 */
export function payableLines(principal: Money, plan: PlanTerms, received: bigint): PlanLine[] {
  let left = received > 0n ? received : 0n
  return schedule(principal, plan).flatMap((line) => {
    const amount = minorOf(line)
    const part = left < amount ? left : amount
    left -= part
    if (part === amount) return []
    const open = { minor: amount - part, currency: principal.currency }
    return [{ ...line, amount: formatAmount(open) }]
  })
}

/** A plan with the lines that are left of it, ready to be put into words. */
export function planForPeople(shape: PlanShape, lines: readonly PlanLine[]): PlanInWords {
  const { interval, payDay, downPaymentBps } = shape
  const hasDownPayment = downPaymentBps !== undefined && lines.length === shape.instalments
  return {
    interval,
    lines,
    ...(payDay === undefined ? {} : { payDay }),
    ...(hasDownPayment ? { hasDownPayment } : {}),
  }
}

function minorOf({ amount }: PlanLine): bigint {
  const parsed = parseAmount(amount)
  if (!parsed.ok) throw new RangeError('a schedule has valid amounts')
  return parsed.value.minor
}
