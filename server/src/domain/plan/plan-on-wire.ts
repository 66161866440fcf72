// How far a plan has come, as a signed status says it. Pure.
import { formatAmount, type PlanStanding } from '@parley/sdk/protocol'
import type { LineProgress } from './plan-lines.ts'
import { type PlanMarks, planStateOf } from './plan-moves.ts'

/** The lines of a plan with what came of it. */
export interface PlanSituationOnWire extends Pick<PlanMarks, 'replan' | 'defaultedAt'> {
  readonly lines: readonly LineProgress[]
}

/** Puts a plan into the words of the protocol. */
export function planOnWire(plan: PlanSituationOnWire, currency: string): PlanStanding {
  return {
    state: planStateOf(plan),
    lines: plan.lines.map(({ line, dueDate, open, state, inTimeUntil, graceUntil }) => ({
      line,
      dueDate,
      open: formatAmount({ minor: open > 0n ? open : 0n, currency }),
      state,
      inTimeUntil,
      graceUntil,
    })) as PlanStanding['lines'],
  }
}
