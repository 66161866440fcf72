// The interest of a claim as charges: one for each half-year, or one line that says what it waits for.

import { type Currency, type Day, formatDecimal } from '@parley/sdk/protocol'
import { type CaseFacts, firstDayOutside, outstandingAt } from './case-facts.ts'
import type { Charge, NotCharged } from './charge.ts'
import { chargeStart } from './charge-start.ts'
import { evidenceOf, weakest } from './evidence.ts'
import type { JudgedCase } from './fees.ts'
import { mayCharge, sourcesBehind } from './free-notice.ts'
import { type InterestItem, type InterestPart, interestOn } from './interest.ts'
import type { LawInForce } from './law-in-force.ts'
import { formatPercent } from './percent.ts'
import type { InterestRule } from './profile.ts'
import type { RateSeries } from './rate-series.ts'
import { stoppedDays } from './stops.ts'

/** Lists the interest of a claim up to and including the day `asOf`. */
export function interestCharges(law: LawInForce, { facts, judgement }: JudgedCase): Charge[] {
  const rule = law.version.interest
  if (rule === null) return []
  const series = law.series.get(rule.series)
  if (series === undefined) throw new Error(`there is no rate series ${rule.series}`)
  const stopped = stoppedDays(law.version, facts, 'interest')
  const begins = chargeStart(rule.startsFrom, law, { facts, judgement })
  const from = begins === null ? null : firstDayOutside(begins, stopped)
  if (begins === null || from === null || from > facts.asOf) {
    const waits = begins === null ? 'no-notice' : from === begins ? 'not-yet' : 'stopped'
    return outstandingAt(facts, facts.asOf) === 0n
      ? []
      : [waiting(rule, law, { facts, from, waits })]
  }
  const { principal, payments, asOf } = facts
  const items = interestOn(rule, series, { principal, payments, from: begins, to: asOf, stopped })
  return items.map((item) => chargeOf(item, rule, law, { facts, series }))
}

function waiting(
  rule: InterestRule,
  law: LawInForce,
  { facts, from, waits }: { facts: CaseFacts; from: Day | null; waits: NotCharged },
): Charge {
  const sources = sourcesBehind(law, facts, rule)
  const level = evidenceOf({ sources }, law.profile.sources)
  const notCharged = level === 'unverified' ? 'unverified' : waits
  const nothing = { period: 'open', minor: 0n, formula: '' }
  return { rule: rule.rule, title: rule.title, ...nothing, from, notCharged, level, sources }
}

function chargeOf(
  item: InterestItem,
  rule: InterestRule,
  law: LawInForce,
  { facts, series }: { facts: CaseFacts; series: RateSeries },
): Charge {
  const sources = sourcesBehind(law, facts, rule)
  const ruleLevel = evidenceOf({ sources }, law.profile.sources)
  const level = item.hasNoRate ? ruleLevel : weakest([ruleLevel, item.level])
  const founded = mayCharge(law, facts, rule) ? null : 'needs-ground'
  const refused = item.hasNoRate ? 'no-rate' : founded
  return {
    rule: rule.rule,
    title: rule.title,
    period: item.period,
    minor: item.minor,
    formula: item.parts.map((part) => formulaOf(part, facts.principal.currency)).join(' + '),
    from: item.parts[0]?.from ?? null,
    notCharged: level === 'unverified' ? 'unverified' : refused,
    level,
    sources: item.source === null ? sources : [...sources, `${series.id}/${item.source}`],
  }
}

function formulaOf({ balance, percent, days }: InterestPart, currency: Currency): string {
  return `${formatDecimal({ minor: balance, currency })} × ${formatPercent(percent)} % × ${days} / 365`
}
