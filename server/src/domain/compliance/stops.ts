// What rests: contact, interest or fees, while a dispute, a plan, a moratorium or the like goes on.

import { addDays } from '@parley/sdk/protocol'
import type { CaseFacts, DaySpan, StopFact } from './case-facts.ts'
import type { ProfileVersion, StopRule } from './profile.ts'

/** What may rest. */
export type Aspect = 'contact' | 'interest' | 'fees'

/**
 * Returns the days on which something rests. A kind of stop that the profile does not know stops
 * everything; one whose end is not known lasts as long as the profile says, or without end.
 */
export function stoppedDays(
  { stops }: Pick<ProfileVersion, 'stops'>,
  facts: Pick<CaseFacts, 'stops'>,
  aspect: Aspect,
): DaySpan[] {
  return facts.stops.flatMap((fact) => {
    const rule = stops.find(({ kind }) => kind === fact.kind)
    return rule === undefined || rests(rule, aspect) ? [spanOf(fact, rule)] : []
  })
}

function rests(rule: StopRule, aspect: Aspect): boolean {
  if (aspect === 'contact') return rule.contact === 'stops'
  return aspect === 'interest' ? rule.interest === 'stops' : rule.fees === 'stop'
}

function spanOf({ from, to }: StopFact, rule: StopRule | undefined): DaySpan {
  const days = rule?.days ?? null
  if (to !== null || days === null) return { from, to }
  return { from, to: addDays(from, days - 1) }
}
