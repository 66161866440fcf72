// One view of a customer: what the record counts, beside what was learnt from it. Nothing is typed in, so
// that nothing in it is older or other than the events.
import type { Day } from '@parley/sdk/protocol'
import { answersIn, hourIn, judgeMessages } from './answers.ts'
import { median } from './baselines.ts'
import { billOf } from './bill-history.ts'
import { type CustomerRecord, eventsOfType } from './customer-record.ts'
import { type LookedAt, promisesOf } from './deeds-of.ts'

export interface CustomerCounts {
  readonly claims: { readonly all: number; readonly open: number; readonly settled: number }
  readonly payments: {
    readonly all: number
    readonly returned: number
    readonly lastOn: Day | null
  }
  /** Days after the due day, of settled bills; null before the first. */
  readonly delays: DelaySpread | null
  readonly promises: { readonly kept: number; readonly broken: number; readonly open: number }
  /** Every channel by which the person was written to. */
  readonly channels: readonly ChannelCount[]
  /** How many answers came in each hour of the person's day; hours without one are left out. */
  readonly answerHours: readonly { readonly hour: number; readonly answers: number }[]
  readonly disputes: Readonly<Record<'raised' | 'upheld' | 'rejected' | 'withdrawn', number>>
  readonly plans: PlanCounts
  /** How often the person told of it, here or by an agent. */
  readonly hardship: { readonly told: number; readonly helpAsked: number }
  /** When and where wishes were told last, which is the consent to keep them; null: never by the person. */
  readonly wishesTold: { readonly at: number; readonly channel: string } | null
}

export interface DelaySpread {
  readonly bills: number
  readonly median: number
  readonly earliest: number
  readonly latest: number
}

export interface ChannelCount {
  readonly channel: string
  readonly sent: number
  readonly arrived: number
  readonly answered: number
}

export interface PlanCounts {
  readonly agreed: number
  readonly completed: number
  readonly broken: number
  readonly instalmentsPaid: number
  readonly instalmentsLate: number
}

/** Counts what is in a record. */
export function countCustomer(record: CustomerRecord, looked: LookedAt): CustomerCounts {
  const count = (...types: readonly string[]) => eventsOfType(record, ...types).length
  const promises = promisesOf(record, looked)
  const kept = (is: boolean | null) => promises.filter(({ isKept }) => isKept === is).length
  return {
    claims: {
      all: record.bills.length,
      open: record.bills.filter((it) => it.settledOn === null && it.endedOn === null).length,
      settled: record.bills.filter(({ settledOn }) => settledOn !== null).length,
    },
    payments: {
      all: record.payments.length,
      returned: record.payments.filter(({ isReversed }) => isReversed).length,
      lastOn: record.payments.findLast(({ isReversed }) => !isReversed)?.receivedOn ?? null,
    },
    delays: delaysOf(record),
    promises: { kept: kept(true), broken: kept(false), open: kept(null) },
    channels: channelsOf(record, looked),
    answerHours: hoursOf(record, looked),
    disputes: {
      raised: count('dispute.raised'),
      upheld: count('dispute.upheld'),
      rejected: count('dispute.rejected'),
      withdrawn: count('dispute.withdrawn'),
    },
    plans: {
      agreed: count('negotiation.agreed', 'plan.replanned'),
      completed: count('plan.completed', 'plan.paid-off'),
      broken: count('plan.defaulted'),
      instalmentsPaid: record.instalments.filter(({ isPaid }) => isPaid).length,
      instalmentsLate: count('plan.line-late'),
    },
    hardship: { told: count('hardship.told'), helpAsked: count('assistance.requested') },
    wishesTold: wishesTold(record),
  }
}

function delaysOf({ bills }: CustomerRecord): DelaySpread | null {
  const settled = bills.filter(({ settledOn }) => settledOn !== null).map(billOf)
  const days = settled.map((bill) => bill.settled - bill.due)
  const middle = median(days)
  if (middle === null) return null
  return {
    bills: days.length,
    median: middle,
    earliest: Math.min(...days),
    latest: Math.max(...days),
  }
}

function channelsOf(record: CustomerRecord, { now }: LookedAt): ChannelCount[] {
  const answered = judgeMessages(record.messages, answersIn(record), now)
    .filter(({ isAnswered }) => isAnswered)
    .map(({ message }) => message.channel)
  return [...Map.groupBy(record.messages, ({ channel }) => channel)]
    .map(([channel, own]) => ({
      channel,
      sent: own.length,
      arrived: own.filter(({ hasArrived }) => hasArrived).length,
      answered: answered.filter((it) => it === channel).length,
    }))
    .sort((a, b) => (a.channel < b.channel ? -1 : 1))
}

function hoursOf(record: CustomerRecord, { timeZone }: LookedAt): CustomerCounts['answerHours'] {
  const hours = record.replies.map(({ at }) => hourIn(at, timeZone))
  return [...Map.groupBy(hours, (hour) => hour)]
    .map(([hour, own]) => ({ hour, answers: own.length }))
    .sort((a, b) => a.hour - b.hour)
}

function wishesTold(record: CustomerRecord): CustomerCounts['wishesTold'] {
  const last = eventsOfType(record, 'preferences.told').at(-1)
  return last === undefined ? null : { at: last.at, channel: String(last.data['channel']) }
}
