// Which of the notices that were sent opened the term for which costs have to wait, and why the others
// did not. A notice that the law would not count leaves the debtor as if it had never been sent.

import { addDays, type Day } from '@parley/sdk/protocol'
import { type CaseFacts, type NoticeFact, outstandingAt } from './case-facts.ts'
import { type Term, termOf } from './delivery.ts'
import { evidenceOf } from './evidence.ts'
import { feeOf } from './fee-scale.ts'
import type { LawInForce } from './law-in-force.ts'
import type { FeeRule } from './profile.ts'

/** Why a notice opened no term. */
export type NoticeFault =
  | 'not-late-yet'
  | 'undelivered'
  | 'channel'
  | 'lacks-mentions'
  | 'wrong-fee'
  | 'term-too-short'

export interface FreeNoticeJudgement {
  /** The first notice that counts, with the term it gives. */
  readonly opened: { readonly notice: NoticeFact; readonly term: Term } | null
  readonly rejected: readonly { readonly notice: NoticeFact; readonly fault: NoticeFault }[]
}

/**
 * Judges the notices in the order in which they were sent, up to the first that counts. Where the law
 * asks for no such notice, none is judged.
 */
export function judgeFreeNotices(law: LawInForce, facts: CaseFacts): FreeNoticeJudgement {
  const rejected: { notice: NoticeFact; fault: NoticeFault }[] = []
  if (law.version.freeNotice === null) return { opened: null, rejected }
  for (const notice of inOrder(facts.notices)) {
    const judged = judge(law, facts, notice)
    if (typeof judged !== 'string') return { opened: { notice, term: judged }, rejected }
    rejected.push({ notice, fault: judged })
  }
  return { opened: null, rejected }
}

/** Returns what a notice without charge has to announce on a day, in minor units. */
export function announcedFee(law: LawInForce, facts: CaseFacts, day: Day): bigint {
  const { currency } = facts.principal
  const waiting = law.version.fees.filter(
    (rule) => waitsForTerm(rule) && mayCharge(law, facts, rule),
  )
  const base = outstandingAt(facts, day)
  return waiting.reduce((sum, rule) => sum + feeOf(rule, base, currency).minor, 0n)
}

/** Tells whether a rule is founded well enough, and its conditions are met, to charge anything. */
export function mayCharge(
  law: LawInForce,
  facts: CaseFacts,
  rule: StartingRule & Pick<FeeRule, 'needs'>,
): boolean {
  const sources = sourcesBehind(law, facts, rule)
  if (evidenceOf({ sources }, law.profile.sources) === 'unverified') return false
  return rule.needs.every((ground) => facts.grounds.includes(ground))
}

type StartingRule = Pick<FeeRule, 'sources' | 'startsFrom'>

/**
 * Lists the sources on which a charge stands: those of its rule and, where it waits for a notice,
 * those of the notice's term and delivery. What begins on an unverified day is unverified itself.
 */
export function sourcesBehind(law: LawInForce, facts: CaseFacts, rule: StartingRule): string[] {
  if (rule.startsFrom === 'day-after-due') return [...rule.sources]
  const { freeNotice, delivery } = law.version
  const used = delivery.filter((it) => facts.notices.some(({ channel }) => channel === it.channel))
  const term = rule.startsFrom === 'free-notice-term' ? (freeNotice?.sources ?? []) : []
  return [...new Set([...rule.sources, ...term, ...used.flatMap(({ sources }) => sources)])]
}

/** Returns notices by the day on which they were sent. */
export function inOrder(notices: readonly NoticeFact[]): NoticeFact[] {
  return notices.toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
}

function waitsForTerm({ kind, startsFrom }: FeeRule): boolean {
  return kind === 'once' && startsFrom === 'free-notice-term'
}

function judge(law: LawInForce, facts: CaseFacts, notice: NoticeFact): Term | NoticeFault {
  const { freeNotice, delivery } = law.version
  const rule = delivery.find(({ channel }) => channel === notice.channel)
  if (notice.day <= facts.dueDay) return 'not-late-yet'
  if (notice.undelivered === true) return 'undelivered'
  if (rule === undefined) return 'channel'
  if ((notice.lacks ?? []).length > 0) return 'lacks-mentions'
  if (freeNotice?.mustStateFee === true && statesWrongFee(law, facts, notice)) return 'wrong-fee'
  const termDays = freeNotice?.termDays ?? 0
  const term = termOf({ rule, termDays, holidays: law.holidays }, notice.day)
  const { statedLastDay = term.lastDay } = notice
  if (statedLastDay < term.lastDay) return 'term-too-short'
  return { ...term, lastDay: statedLastDay, endedOn: addDays(statedLastDay, 1) }
}

function statesWrongFee(law: LawInForce, facts: CaseFacts, notice: NoticeFact): boolean {
  const due = announcedFee(law, facts, notice.day)
  return (notice.statedFee ?? due) !== due
}
