// The amounts of a notice, fixed when it is made. Nothing that happens afterwards changes what a notice
// has said; the claim's own items move on.

import { addDays, type Currency, type Day } from '@parley/sdk/protocol'
import { type CaseFacts, outstandingAt } from './case-facts.ts'
import { termOf } from './delivery.ts'
import { announcedFee, judgeFreeNotices } from './free-notice.ts'
import type { LawInForce } from './law-in-force.ts'
import type { Channel } from './profile.ts'
import { chargedBy, type Quote } from './quote.ts'

/** What a notice asks for and announces. */
export interface FrozenNotice {
  readonly claimId: string
  readonly noticeId: string
  readonly day: Day
  readonly channel: Channel
  /** The law that it was made under. */
  readonly profile: string
  readonly version: number
  readonly currency: Currency
  readonly parts: readonly NoticePart[]
  /** The sum of the parts, in minor units. */
  readonly total: bigint
  /** The cost to come and the day from which; null where this notice opens no term. */
  readonly announced: NoticeTerm | null
}

export interface NoticePart {
  readonly label: string
  readonly minor: bigint
  readonly formula: string
}

export interface NoticeTerm {
  readonly lastDay: Day
  readonly fee: bigint
  readonly feeFrom: Day
}

/**
 * Fixes a notice that is sent on the day of the quote: the principal that is owed and every charged
 * line, and, where the notice is the one that opens a term, its last day and the cost after it.
 */
export function freezeNotice(
  law: LawInForce,
  { facts, quote }: { facts: CaseFacts; quote: Quote },
  { noticeId, channel }: { noticeId: string; channel: Channel },
): FrozenNotice {
  const day = quote.asOf
  const charged = quote.lines.filter((line) => chargedBy(line) > 0n)
  const lines = charged.map(({ title, period, minor, formula }) => {
    return Object.freeze({
      label: period === 'once' ? title : `${title}, ${period}`,
      minor,
      formula,
    })
  })
  const principal = Object.freeze({ label: 'Principal', minor: quote.outstanding, formula: '' })
  const parts = Object.freeze([principal, ...lines])
  return Object.freeze({
    claimId: facts.claimId,
    noticeId,
    day,
    channel,
    profile: quote.profile,
    version: quote.version,
    currency: facts.principal.currency,
    parts,
    total: parts.reduce((sum, { minor }) => sum + minor, 0n),
    announced: termAnnounced(law, facts, { day, channel }),
  })
}

/** Tells whether a notice adds up: its total is the sum of its parts, and no part is negative. */
export function addsUp({ parts, total }: FrozenNotice): boolean {
  return (
    parts.every(({ minor }) => minor >= 0n) &&
    parts.reduce((sum, { minor }) => sum + minor, 0n) === total
  )
}

function termAnnounced(
  law: LawInForce,
  facts: CaseFacts,
  { day, channel }: { day: Day; channel: Channel },
): NoticeTerm | null {
  const { freeNotice, delivery } = law.version
  const rule = delivery.find((it) => it.channel === channel)
  const isOpen = judgeFreeNotices(law, facts).opened !== null
  const isOwed = outstandingAt(facts, day) > 0n
  if (freeNotice === null || rule === undefined || isOpen || !isOwed || day <= facts.dueDay)
    return null
  const { termDays } = freeNotice
  const { lastDay } = termOf({ rule, termDays, holidays: law.holidays }, day)
  return Object.freeze({
    lastDay,
    fee: announcedFee(law, facts, day),
    feeFrom: addDays(lastDay, 1),
  })
}
