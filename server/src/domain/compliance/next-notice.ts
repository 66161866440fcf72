// The next notice that the law and the creditor's policy allow: from which day, whether it is the one
// without charge, and every reason why not sooner.

import { addDays, type Day } from '@parley/sdk/protocol'
import { type CaseFacts, firstDayOutside, type NoticeFact, outstandingAt } from './case-facts.ts'
import { nextContactDay } from './contact-hours.ts'
import { termOf } from './delivery.ts'
import type { JudgedCase } from './fees.ts'
import { inOrder } from './free-notice.ts'
import type { LawInForce } from './law-in-force.ts'
import type { CapRule, Channel } from './profile.ts'
import { stoppedDays } from './stops.ts'

/** The next notice; `from` is null while none is allowed. */
export interface NextNotice {
  readonly from: Day | null
  /** It is the one that must be without charge and give a term. */
  readonly isFree: boolean
  /** The last day to pay that it would give, for each channel, if it were sent on that day. */
  readonly lastDays: ReadonlyMap<Channel, Day>
  readonly mentions: readonly string[]
  readonly why: readonly string[]
}

/** A lower bound on the day, with its reason. */
interface Bound {
  readonly day: Day
  readonly why: string
}

/** Decides the next notice as of the day of the facts. */
export function nextNotice(law: LawInForce, { facts, judgement }: JudgedCase): NextNotice {
  const { freeNotice, mentions } = law.version
  const isFree = freeNotice !== null && judgement.opened === null
  const isFirst = facts.notices.length === 0
  const said = mentions.filter(
    ({ on }) => on === 'every-notice' || (isFirst && on === 'first-notice'),
  )
  const needed = [...(isFree ? freeNotice.mentions : []), ...said.flatMap((rule) => rule.mentions)]
  const none = { from: null, isFree, lastDays: new Map(), mentions: needed }
  if (outstandingAt(facts, facts.asOf) === 0n) return { ...none, why: ['Nothing is owed.'] }
  const bounds = boundsOf(law, { facts, judgement })
  const earliest = bounds.reduce((day, bound) => (bound.day > day ? bound.day : day), facts.asOf)
  const why = bounds.filter(({ day }) => day > facts.asOf).map((bound) => bound.why)
  const free = firstDayOutside(earliest, stoppedDays(law.version, facts, 'contact'))
  if (free === null)
    return { ...none, why: [...why, 'Contact rests until somebody ends the stop.'] }
  if (free > earliest) why.push(`Contact rests until ${addDays(free, -1)}.`)
  const open = openDayFrom(law, facts, free)
  if (open !== null && open > free) why.push(`${free} is closed for contact; ${open} is open.`)
  return { ...none, from: open, lastDays: open === null ? new Map() : lastDaysOf(law, open), why }
}

/** The next day that is open and in no stop; a stop may begin before the next open day. */
function openDayFrom(law: LawInForce, facts: CaseFacts, day: Day): Day | null {
  const stopped = stoppedDays(law.version, facts, 'contact')
  const open = nextContactDay(law.version.contact, day, law.holidays)
  const free = open === null ? null : firstDayOutside(open, stopped)
  return free === null || free === open ? free : openDayFrom(law, facts, free)
}

function boundsOf({ version }: LawInForce, { facts, judgement }: JudgedCase): Bound[] {
  const { minDaysAfterDue, minDaysBetween } = version.notices
  const { opened } = judgement
  const first = addDays(facts.dueDay, 1 + minDaysAfterDue)
  const bounds = [
    { day: first, why: `The claim is due on ${facts.dueDay}; notices begin on ${first}.` },
  ]
  const sent = inOrder(facts.notices)
  const last = sent.at(-1)
  if (last !== undefined) {
    const day = addDays(last.day, minDaysBetween)
    bounds.push({ day, why: `At least ${minDaysBetween} day(s) after the notice of ${last.day}.` })
  }
  if (opened !== null && opened.notice === last) {
    const { lastDay, endedOn } = opened.term
    bounds.push({
      day: endedOn,
      why: `The term of the notice of ${last.day} runs until ${lastDay}.`,
    })
  }
  return [...bounds, ...version.caps.flatMap((cap) => boundsOfCap(cap, sent))]
}

/** The budget over all channels; that of one channel binds whoever chooses that channel. */
function boundsOfCap({ channel, max, perDays, hoursApart }: CapRule, sent: NoticeFact[]): Bound[] {
  const last = sent.at(-1)
  if (channel !== 'any' || last === undefined) return []
  const apart = addDays(last.day, Math.ceil(hoursApart / 24))
  const bounds = [{ day: apart, why: `At least ${hoursApart} hours between contacts.` }]
  const mustLeave = sent.at(-max)
  if (mustLeave === undefined) return bounds
  const day = addDays(mustLeave.day, perDays)
  return [...bounds, { day, why: `At most ${max} contacts in ${perDays} days.` }]
}

function lastDaysOf({ version, holidays }: LawInForce, sentOn: Day): Map<Channel, Day> {
  const termDays = version.freeNotice?.termDays
  if (termDays === undefined) return new Map()
  const known = version.delivery.map((rule) => {
    return [rule.channel, termOf({ rule, termDays, holidays }, sentOn).lastDay] as const
  })
  return new Map(known)
}
