// The present, as the parts of the bank kit ask for it.

import { type Day, dayInZone } from '../protocol/days.ts'
import type { AuthorisationFacts } from './authorise.ts'
import type { BankContext } from './context.ts'
import type { CustomerRecord, LineKey } from './customer.ts'
import { findLine } from './customer.ts'
import { type ExecutionPlan, planExecution } from './execution-day.ts'

/** Today where the customer lives. */
export function todayOf({ clock }: Pick<BankContext, 'clock'>, customer: CustomerRecord): Day {
  return dayInZone(clock(), customer.timeZone)
}

/** When a line is executed, seen from now; null for a line that is not there. */
export function planOf(
  { clock, terms }: Pick<BankContext, 'clock' | 'terms'>,
  customer: CustomerRecord,
  key: Pick<LineKey, 'agreementId' | 'line'>,
): ExecutionPlan | null {
  const line = findLine(customer, key)?.line
  if (line === undefined) return null
  const { dueDate, notBefore } = line
  const { timeZone } = customer
  return planExecution({ dueDate, notBefore, now: clock(), timeZone, terms })
}

/** Everything that an authorisation rests on at this moment, switches read afresh. */
export async function presentFacts(
  context: BankContext,
  customer: CustomerRecord,
  key: Pick<LineKey, 'agreementId' | 'line'>,
): Promise<AuthorisationFacts> {
  const switches = await context.store.switches()
  const plan = planOf(context, customer, key)
  const closed =
    plan?.reason === 'closed-day' || plan?.reason === 'after-cut-off' ? plan.reason : null
  return {
    customer,
    key,
    today: todayOf(context, customer),
    switches,
    closed,
    payees: {
      isChecked: context.payeeCheck !== null,
      whenUnavailable: context.whenPayeeUnavailable,
    },
  }
}
