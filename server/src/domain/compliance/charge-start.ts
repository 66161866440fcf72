// From which day a rule may charge, as far as the case has got.

import { addDays, type Day } from '@parley/sdk/protocol'
import type { CaseFacts } from './case-facts.ts'
import { deliveryDay } from './delivery.ts'
import { type FreeNoticeJudgement, inOrder } from './free-notice.ts'
import type { LawInForce } from './law-in-force.ts'
import type { ChargeStart } from './profile.ts'

/** Returns the first day, which may lie ahead; null while the notice that it waits for is missing. */
export function chargeStart(
  startsFrom: ChargeStart,
  law: LawInForce,
  { facts, judgement }: { facts: CaseFacts; judgement: FreeNoticeJudgement },
): Day | null {
  if (startsFrom === 'free-notice-term') return judgement.opened?.term.endedOn ?? null
  const afterDue = addDays(facts.dueDay, 1)
  if (startsFrom === 'day-after-due') return afterDue
  if (startsFrom === 'agreed-due-or-notice' && facts.grounds.includes('agreed')) return afterDue
  const arrivals = inOrder(facts.notices).flatMap((notice) => {
    const rule = law.version.delivery.find(({ channel }) => channel === notice.channel)
    const isNotice = rule !== undefined && notice.undelivered !== true && notice.day > facts.dueDay
    return isNotice ? [deliveryDay(rule, notice.day, law.holidays)] : []
  })
  const first = arrivals.sort()[0]
  return first === undefined ? null : addDays(first, 1)
}
