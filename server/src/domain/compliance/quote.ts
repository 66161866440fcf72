// What a creditor may ask for on a day, and what it may do next: every line with the reason for it,
// what is not charged among them. Decides nothing and books nothing.

import { type Day, err, ok, type Result } from '@parley/sdk/protocol'
import { type CaseFacts, checkFacts, type FactsRefusal, outstandingAt } from './case-facts.ts'
import type { Charge } from './charge.ts'
import { describeCharge, describeNoticeFault } from './describe-charge.ts'
import type { Source } from './evidence.ts'
import { feesOn } from './fees.ts'
import { type FreeNoticeJudgement, judgeFreeNotices } from './free-notice.ts'
import { interestCharges } from './interest-charges.ts'
import { type Law, type LawInForce, lawInForce } from './law-in-force.ts'
import { type NextNotice, nextNotice } from './next-notice.ts'

export interface Quote {
  readonly claimId: string
  readonly profile: string
  readonly version: number
  readonly asOf: Day
  /** Minor units of the principal that are still owed. */
  readonly outstanding: bigint
  readonly lines: readonly QuoteLine[]
  /** Interest and fees that are charged, and all of it with the principal. */
  readonly charged: bigint
  readonly total: bigint
  readonly judgement: FreeNoticeJudgement
  readonly next: NextNotice
  /** A sentence for everything worth knowing that is no line. */
  readonly remarks: readonly string[]
  /** Every source that a line names. */
  readonly sources: readonly Source[]
}

/** A charge with its sentence. */
export interface QuoteLine extends Charge {
  readonly sentence: string
}

/** Why there is no quote. */
export interface QuoteRefusal {
  readonly code: FactsRefusal['code'] | 'no-version' | 'currency-other'
}

/**
 * Quotes a claim under a profile. Refuses `currency-other` (the profile's sums are in another one),
 * `no-version` (no law is stated for that due day) and what `checkFacts` refuses.
 */
export function quote(law: Law, facts: CaseFacts): Result<Quote, QuoteRefusal> {
  const checked = checkFacts(facts)
  if (!checked.ok) return checked
  if (facts.principal.currency !== law.profile.currency) return err({ code: 'currency-other' })
  const inForce = lawInForce(law, facts.dueDay)
  return inForce.ok ? ok(quoteUnder(inForce.value, facts)) : inForce
}

function quoteUnder(law: LawInForce, facts: CaseFacts): Quote {
  const judgement = judgeFreeNotices(law, facts)
  const judged = { facts, judgement }
  const charges = [...interestCharges(law, judged), ...feesOn(law, judged)]
  const { currency } = facts.principal
  const lines = charges.map((charge) => ({ ...charge, sentence: describeCharge(charge, currency) }))
  const charged = lines.reduce((sum, line) => sum + chargedBy(line), 0n)
  const outstanding = outstandingAt(facts, facts.asOf)
  return {
    claimId: facts.claimId,
    profile: law.profile.id,
    version: law.version.version,
    asOf: facts.asOf,
    outstanding,
    lines,
    charged,
    total: outstanding + charged,
    judgement,
    next: nextNotice(law, judged),
    remarks: remarksOn(law, judgement),
    sources: sourcesOf(law, charges),
  }
}

/** Returns what a charge adds to the claim: nothing unless it is charged. */
export function chargedBy({ notCharged, minor }: Charge): bigint {
  return notCharged === null ? minor : 0n
}

function remarksOn({ version }: LawInForce, { opened, rejected }: FreeNoticeJudgement): string[] {
  if (version.freeNotice === null) return []
  const remarks = rejected.map(({ notice, fault }) => describeNoticeFault(notice, fault))
  if (opened === null) return remarks
  const { notice, term } = opened
  const days = `${term.firstDay} to ${term.lastDay}`
  return [
    ...remarks,
    `The ${notice.channel} of ${notice.day} counts as delivered on ${term.deliveredOn}; its term is ${days}.`,
  ]
}

function sourcesOf({ profile, series }: LawInForce, charges: readonly Charge[]): Source[] {
  const named = new Set(charges.flatMap(({ sources }) => sources))
  const own = profile.sources.filter(({ id }) => named.has(id))
  const ofRates = [...series.values()].flatMap(({ id, sources }) => {
    return sources.filter((source) => named.has(`${id}/${source.id}`))
  })
  return [...own, ...ofRates]
}
