// What a person may say to a bill that the agent left to them. A row that the person picks is taken
// as it is: the menu binds, the agent's limits do not.

import type { Day } from '../protocol/days.ts'
import type { Menu } from '../protocol/generated/messages.ts'
import { choosePlan } from '../protocol/menu.ts'
import { formatAmount, type Money } from '../protocol/money.ts'
import { checkPlanTerms, planTotal, schedule } from '../protocol/plan-schedule.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import type { Decision } from './decide.ts'

/** Approve the agent's own proposal, pick a row and a day of the menu, or say no. */
export type PersonChoice =
  | { readonly kind: 'approve' }
  | { readonly kind: 'pick'; readonly rowId: string; readonly firstDueDate: Day }
  | { readonly kind: 'decline' }

/**
 * Turns a choice into a decision; null for `approve`, which lets the agent decide afresh.
 *
 * Refuses `content-invalid` for a row or a day that the menu does not have.
 */
export function personDecision(
  choice: PersonChoice,
  { menu, principal }: { readonly menu: Menu; readonly principal: Money },
): Result<Decision | null, AgentRefusal> {
  const { menuId } = menu
  if (choice.kind === 'approve') return ok(null)
  if (choice.kind === 'decline') {
    return ok({ kind: 'decline', menuId, nothingAcceptable: true, reason: 'person' })
  }
  const { rowId, firstDueDate } = choice
  const terms = choosePlan(menu, rowId, firstDueDate)
  if (!terms.ok) return err({ code: 'content-invalid', detail: terms.error.code })
  const checked = checkPlanTerms(principal, terms.value)
  if (!checked.ok) return err({ code: 'content-invalid', detail: checked.error.code })
  const plan = {
    rowId,
    terms: terms.value,
    total: formatAmount(planTotal(principal, terms.value)),
    lines: schedule(principal, terms.value),
    outlook: null,
  }
  return ok({ kind: 'accept', menuId, rowId, plan, fitting: 1, examined: 1 })
}
