// Whether a person was told in a way that the law counts before a claim may leave the house: sent,
// delivered, complete where a free reminder is asked for, and with a term that is over.
import type { Day } from '@parley/sdk/protocol'
import type { CaseFacts, NoticeFact } from '../compliance/case-facts.ts'
import { termOf } from '../compliance/delivery.ts'
import { judgeFreeNotices } from '../compliance/free-notice.ts'
import { type Law, type LawInForce, lawInForce } from '../compliance/law-in-force.ts'

/** Why no notice counts; `counts` when one does. */
export type NoticeVerdict = 'counts' | 'none' | 'undelivered' | 'no-effect' | 'term-open'

/**
 * Judges the notices of a case under the law that governs it. Without a law of its country a notice
 * counts that was delivered and whose stated term is over.
 */
export function judgeNotices(law: Law | undefined, facts: CaseFacts): NoticeVerdict {
  const { notices, asOf } = facts
  if (notices.length === 0) return 'none'
  const delivered = notices.filter(({ undelivered }) => undelivered !== true)
  if (delivered.length === 0) return 'undelivered'
  const inForce = law && lawInForce(law, facts.dueDay)
  if (inForce?.ok !== true) return hasEnded(delivered, asOf)
  return inForce.value.version.freeNotice === null
    ? judgeAny(inForce.value, delivered, facts)
    : judgeFree(inForce.value, facts)
}

function judgeFree(law: LawInForce, facts: CaseFacts): NoticeVerdict {
  const { opened } = judgeFreeNotices(law, facts)
  if (opened === null) return 'no-effect'
  return opened.term.endedOn <= facts.asOf ? 'counts' : 'term-open'
}

/** No free reminder is asked for: any notice after the due day that arrives, and whose term is over. */
function judgeAny(law: LawInForce, delivered: readonly NoticeFact[], facts: CaseFacts) {
  const { delivery } = law.version
  const effective = delivered.flatMap((notice) => {
    const rule = delivery.find(({ channel }) => channel === notice.channel)
    if (rule === undefined || notice.day <= facts.dueDay) return []
    const { deliveredOn } = termOf({ rule, termDays: 0, holidays: law.holidays }, notice.day)
    return [{ ...notice, statedLastDay: notice.statedLastDay ?? deliveredOn }]
  })
  return effective.length === 0 ? 'no-effect' : hasEnded(effective, facts.asOf)
}

function hasEnded(notices: readonly NoticeFact[], today: Day): NoticeVerdict {
  const isOver = notices.some(({ day, statedLastDay = day }) => statedLastDay < today)
  return isOver ? 'counts' : 'term-open'
}
