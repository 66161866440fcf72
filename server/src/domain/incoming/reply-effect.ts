// What an answer of a person does to a claim: the hold, the disputed part, the channel that closes, the
// event and the work for people. Pure; use-cases/take-reply.ts writes it, whatever the channel.
import {
  addDays,
  type Day,
  dayInZone,
  daysBetween,
  formatAmount,
  startOfDayInZone,
} from '@parley/sdk/protocol'
import type { ClaimState } from '../claim/claim.ts'
import type { ClosableChannel } from '../claim/debtor.ts'
import { ASSISTANCE_SECONDS, type ClaimHold, standingAt } from '../claim/holds.ts'
import { addWorkingDays } from '../working-days.ts'
import type { IncomingAction, IncomingChannel } from './propose-action.ts'

/** An answer as far as it was understood. */
export interface Said {
  readonly channel: IncomingChannel
  readonly action: IncomingAction
  /** Only what is sure has an effect of its own; the rest is a question to a person. */
  readonly isSure: boolean
  /** With `look-for-payment`: the day on which the person paid. */
  readonly paidOn?: Day
  /** With `open-dispute`: the part in minor units, checked; and a code why. */
  readonly disputed?: bigint
  readonly reason?: string
}

/** What the effect depends on. */
export interface ReplyFacts {
  readonly now: number
  readonly timeZone: string
  readonly today: Day
  readonly claim: { readonly state: ClaimState; readonly currency: string }
  /** Holds that were not released, also those whose end has passed. */
  readonly holds: readonly ClaimHold[]
  /** Days on which banks do not settle, and on which the creditor's people do not work. */
  readonly bankHolidays: { has(day: Day): boolean }
  readonly staffHolidays: { has(day: Day): boolean }
}

export interface ReplyEffect {
  /** What really follows: `read` where the answer goes to a person. */
  readonly action: IncomingAction
  readonly put?: ClaimHold
  readonly disputed?: bigint
  readonly closes?: ClosableChannel
  readonly event: {
    readonly type: string
    readonly data: Readonly<Record<string, string | number>>
  }
  readonly task?: ReplyTask
}

export interface ReplyTask {
  readonly kind: ReplyTaskKind
  /** Epoch seconds. */
  readonly dueAt: number
}

export type ReplyTaskKind =
  | 'read-reply'
  | 'look-for-payment'
  | 'look-into-dispute'
  | 'talk-about-help'
  | 'search-for-address'
  | 'call-back'

const LOOK_FOR_BANK_DAYS = 5
const PROMISE_BANK_DAYS = 2
/** Further ahead a promise is a wish for another date, which the creditor's policy decides on. */
const MAX_PROMISE_DAYS = 31
const READ_WORKING_DAYS = 5
const ACT_WORKING_DAYS = 2
const DISPUTE_WORKING_DAYS = 5

/**
 * Decides what follows from an answer. What is not sure, a promise for longer than 31 days from the
 * first, and a second "I have paid" or promise after the first did not come true, is for a person to
 * read: reminders rest for five working days. No effect makes a hold shorter. A closed claim has nothing
 * to hold; what a person must answer is a task all the same.
 */
export function effectOfReply(said: Said, facts: ReplyFacts): ReplyEffect {
  const { action } = said
  if (!said.isSure || isSecondTry(action, facts)) return ask(said, facts)
  switch (action.kind) {
    case 'look-for-payment':
      return lookForPayment(said, facts)
    case 'record-promise':
      return isPromise(action.day, facts) ? promise(action, said, facts) : ask(said, facts)
    case 'offer-day':
      return { action, event: eventOf('date.wished', said, { day: action.day }) }
    case 'offer-choice':
      return { action, event: eventOf('date.wished', said) }
    case 'open-dispute':
      return dispute(said, facts)
    case 'open-hardship':
      return {
        action,
        ...holdUntil('hardship', null, facts),
        event: eventOf('hardship.told', said),
        task: taskWithin('talk-about-help', ACT_WORKING_DAYS, facts),
      }
    case 'call-back':
      return callBack(said, facts)
    case 'suspend-address':
    case 'stop-channel':
      return close(said, facts)
    case 'read':
      return ask(said, facts)
  }
}

function lookForPayment(said: Said, facts: ReplyFacts): ReplyEffect {
  const last = addWorkingDays(facts.today, LOOK_FOR_BANK_DAYS, facts.bankHolidays)
  const until = endOf(last, facts)
  const { action, paidOn } = said
  const event = eventOf('payment.claimed', said, paidOn === undefined ? {} : { paidOn })
  // It is being looked for already: to say so again wins no time.
  if (standing('already-paid', facts) !== undefined) return { action, event }
  return {
    action,
    ...holdUntil('already-paid', until, facts),
    event,
    // A person looks when the bank's statements have not brought it by then.
    ...(isOwed(facts) ? { task: { kind: 'look-for-payment', dueAt: until } } : {}),
  }
}

/** A day to come, and not too far: counted from the first promise when it is put off. */
function isPromise(day: Day, facts: ReplyFacts): boolean {
  const first = standing('promise', facts)
  const from = first === undefined ? facts.today : dayInZone(first.createdAt, facts.timeZone)
  return daysBetween(facts.today, day) >= 0 && daysBetween(from, day) <= MAX_PROMISE_DAYS
}

function promise(
  action: { day: Day } & IncomingAction,
  said: Said,
  facts: ReplyFacts,
): ReplyEffect {
  const last = addWorkingDays(action.day, PROMISE_BANK_DAYS, facts.bankHolidays)
  const { put } = holdUntil('promise', endOf(last, facts), facts)
  const createdAt = standing('promise', facts)?.createdAt ?? facts.now
  return {
    action,
    ...(put === undefined ? {} : { put: { ...put, createdAt } }),
    event: eventOf('promise.made', said, { day: action.day }),
  }
}

function dispute(said: Said, facts: ReplyFacts): ReplyEffect {
  const { action, disputed = 0n, reason = 'told' } = said
  const task = taskWithin('look-into-dispute', DISPUTE_WORKING_DAYS, facts)
  if (!isOpen(facts)) {
    return { action, event: eventOf('reply.received', said, { action: action.kind }), task }
  }
  const { value, currency } = formatAmount({ minor: disputed, currency: facts.claim.currency })
  return {
    action,
    disputed,
    put: { reason: 'dispute', until: null, createdAt: facts.now },
    event: eventOf('dispute.raised', said, { amount: value, currency, reason }),
    task,
  }
}

function callBack(said: Said, facts: ReplyFacts): ReplyEffect {
  const held = holdUntil('assistance', facts.now + ASSISTANCE_SECONDS, facts)
  const until = held.put?.until ?? null
  return {
    action: said.action,
    ...held,
    event: eventOf('assistance.requested', said, until === null ? {} : { until }),
    task: taskWithin('call-back', ACT_WORKING_DAYS, facts),
  }
}

function close(said: Said, facts: ReplyFacts): ReplyEffect {
  const { action, channel } = said
  if (channel === 'portal' || channel === 'agent') return ask(said, facts)
  if (action.kind === 'stop-channel') {
    return { action, closes: channel, event: eventOf('channel.closed', said) }
  }
  return {
    action,
    closes: channel,
    event: eventOf('address.doubted', said),
    task: taskWithin('search-for-address', ACT_WORKING_DAYS, facts),
  }
}

/** A person reads it; reminders rest meanwhile. */
function ask(said: Said, facts: ReplyFacts): ReplyEffect {
  const last = addWorkingDays(facts.today, READ_WORKING_DAYS, facts.staffHolidays)
  return {
    action: { kind: 'read' },
    ...holdUntil('request-of-debtor', endOf(last, facts), facts),
    event: eventOf('reply.received', said, { action: 'read', proposed: said.action.kind }),
    task: taskWithin('read-reply', ACT_WORKING_DAYS, facts),
  }
}

/** The same was said before and did not come true: the hold has ended and nobody released it. */
function isSecondTry({ kind }: IncomingAction, { holds, now }: ReplyFacts): boolean {
  const reason = { 'look-for-payment': 'already-paid', 'record-promise': 'promise' }[kind as string]
  return holds.some((hold) => hold.reason === reason && hold.until !== null && hold.until <= now)
}

function standing(reason: ClaimHold['reason'], { holds, now }: ReplyFacts): ClaimHold | undefined {
  return standingAt(holds, now).find((hold) => hold.reason === reason)
}

/** The hold, never shorter than one that stands; none on a closed claim. */
function holdUntil(
  reason: ClaimHold['reason'],
  until: number | null,
  facts: ReplyFacts,
): { put?: ClaimHold } {
  if (!isOpen(facts)) return {}
  const known = facts.holds.find((hold) => hold.reason === reason)
  const isLonger =
    known !== undefined && until !== null && (known.until === null || known.until > until)
  return { put: { reason, until: isLonger ? known.until : until, createdAt: facts.now } }
}

function taskWithin(kind: ReplyTaskKind, days: number, facts: ReplyFacts): ReplyTask {
  return { kind, dueAt: endOf(addWorkingDays(facts.today, days, facts.staffHolidays), facts) }
}

function eventOf(
  type: string,
  { channel }: Said,
  data: Readonly<Record<string, string | number>> = {},
): ReplyEffect['event'] {
  return { type, data: { channel, ...data } }
}

const isOpen = ({ claim }: ReplyFacts) => claim.state === 'open'

/** Also at an agency: what the person says of it is the creditor's matter all the same. */
const isOwed = ({ claim }: ReplyFacts) => ['open', 'handed-over'].includes(claim.state)

const endOf = (day: Day, { timeZone }: ReplyFacts) => startOfDayInZone(addDays(day, 1), timeZone)
