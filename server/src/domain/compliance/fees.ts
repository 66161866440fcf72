// The fees of a claim: sums that fall due once, and sums for each notice.

import { addDays, type Day, daysBetween } from '@parley/sdk/protocol'
import { type CaseFacts, type DaySpan, firstDayOutside, outstandingAt } from './case-facts.ts'
import type { Charge, NotCharged } from './charge.ts'
import { chargeStart } from './charge-start.ts'
import { evidenceOf } from './evidence.ts'
import { feeOf } from './fee-scale.ts'
import { type FreeNoticeJudgement, inOrder, mayCharge, sourcesBehind } from './free-notice.ts'
import type { LawInForce } from './law-in-force.ts'
import type { FeeRule, PerNotice } from './profile.ts'
import { stoppedDays } from './stops.ts'

/** A case with what its notices have opened. */
export interface JudgedCase {
  readonly facts: CaseFacts
  readonly judgement: FreeNoticeJudgement
}

/**
 * Lists what every fee rule comes to: one line for a sum that is due once, one for each notice that
 * may cost something. A rule that recomputes counts on what is owed when the charge begins, another on
 * what was owed when the claim fell due.
 */
export function feesOn(law: LawInForce, judged: JudgedCase): Charge[] {
  const stopped = stoppedDays(law.version, judged.facts, 'fees')
  return law.version.fees.flatMap((rule) => {
    const { perNotice } = rule
    if (perNotice === undefined) return [feeOnce(rule, law, { ...judged, stopped })]
    return feesOfNotices({ ...rule, perNotice }, law, { ...judged, stopped })
  })
}

interface StoppedCase extends JudgedCase {
  readonly stopped: readonly DaySpan[]
}

function feeOnce(
  rule: FeeRule,
  law: LawInForce,
  { facts, judgement, stopped }: StoppedCase,
): Charge {
  const begins = chargeStart(rule.startsFrom, law, { facts, judgement })
  const from = begins === null ? null : firstDayOutside(begins, stopped)
  // While the day is open, the line shows what it would be today.
  const before = from === null || from > facts.asOf ? facts.asOf : addDays(from, -1)
  const isOwed = outstandingAt(facts, before) > 0n
  const base = outstandingAt(facts, rule.recomputeOnPartPayment ? before : facts.dueDay)
  const fault = (): NotCharged | null => {
    if (!isOwed) return 'nothing-owed'
    if (begins === null) return 'no-notice'
    if (from === null || (from !== begins && from > facts.asOf)) return 'stopped'
    return from > facts.asOf ? 'not-yet' : null
  }
  return chargeOf(rule, law, { facts, period: 'once', base, from, fault: fault() })
}

type NoticeFeeRule = FeeRule & { readonly perNotice: PerNotice }

function feesOfNotices(rule: NoticeFeeRule, law: LawInForce, judged: StoppedCase): Charge[] {
  const { facts } = judged
  const { kind, channels, firstPaid } = rule.perNotice
  const begins = chargeStart(rule.startsFrom, law, judged)
  const sent = inOrder(facts.notices).filter(({ day }) => day > facts.dueDay)
  const ofKind = sent.filter((notice) => notice.kind === kind)
  let charged = 0
  return ofKind.slice(firstPaid - 1).flatMap((notice) => {
    if (!channels.includes(notice.channel)) return []
    const before = sent[sent.indexOf(notice) - 1]?.day ?? facts.dueDay
    const isEarly = daysBetween(before, notice.day) < rule.perNotice.minDaysBefore
    const base = outstandingAt(facts, notice.day)
    const fault = (): NotCharged | null => {
      if (notice.undelivered === true) return 'undelivered'
      if (base === 0n) return 'crossed-payment'
      if (begins === null || notice.day < begins) return 'no-notice'
      if (firstDayOutside(notice.day, judged.stopped) !== notice.day) return 'stopped'
      if (isEarly) return 'too-soon'
      return charged >= rule.perNotice.maxCount ? 'too-many' : null
    }
    const period = `notice:${notice.id}`
    const charge = chargeOf(rule, law, { facts, period, base, from: notice.day, fault: fault() })
    if (charge.notCharged === null) charged += 1
    return [charge]
  })
}

interface ChargeInput {
  readonly facts: CaseFacts
  readonly period: string
  readonly base: bigint
  readonly from: Day | null
  readonly fault: NotCharged | null
}

function chargeOf(rule: FeeRule, law: LawInForce, input: ChargeInput): Charge {
  const { facts, period, base, from, fault } = input
  const sources = sourcesBehind(law, facts, rule)
  const level = evidenceOf({ sources }, law.profile.sources)
  const founded = mayCharge(law, facts, rule) ? fault : 'needs-ground'
  return {
    rule: rule.rule,
    title: rule.title,
    period,
    ...feeOf(rule, base, facts.principal.currency),
    from,
    notCharged: level === 'unverified' ? 'unverified' : founded,
    level,
    sources,
  }
}
