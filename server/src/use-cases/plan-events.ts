// What the timeline says of a plan: the events of one look at it.
import { formatAmount } from '@parley/sdk/protocol'
import { isOverdue } from '../domain/plan/plan-lines.ts'
import type { PlanEvent, PlanMove } from '../domain/plan/plan-moves.ts'
import type { Claim } from '../storage/claims.ts'
import type { EventData } from '../storage/column-types.ts'
import type { NewEvent } from '../storage/events.ts'
import type { PlanInForce } from './read-plan.ts'

/** The events of a move, with the amounts and days that they are about. */
export function planEvents(told: {
  claim: Claim
  /** As it stands after the move. */
  plan: PlanInForce
  move: PlanMove
  now: number
}): NewEvent[] {
  const { claim, plan, move, now } = told
  const { creditorId, claimId } = claim
  const event = (type: string, data: EventData): NewEvent => ({
    creditorId,
    claimId,
    type,
    at: now,
    data: { agreementId: plan.agreement.agreementId, ...data },
  })
  const own = move.events.map((it) => event(it.type, dataOf(it, claim, plan)))
  const { replan } = plan
  return move.offers && replan !== null
    ? [...own, event('plan.replan-offered', { until: replan.until, revision: replan.revision })]
    : own
}

function dataOf(event: PlanEvent, { currency }: Claim, plan: PlanInForce): EventData {
  const text = (minor: bigint) => formatAmount({ minor, currency }).value
  if ('line' in event) {
    const line = plan.lines.find((it) => it.line === event.line)
    if (line === undefined) throw new Error(`the plan has no line ${event.line}`)
    const { dueDate, open, graceUntil } = line
    const grace = event.type === 'plan.line-late' ? { graceUntil } : {}
    return { line: line.line, dueDate, open: text(open), currency, ...grace }
  }
  const overdue = plan.lines.filter(isOverdue).reduce((sum, { open }) => sum + open, 0n)
  return event.type === 'plan.defaulted'
    ? { overdue: text(overdue), currency, consequence: plan.agreement.lateTerms.onDefault }
    : {}
}
