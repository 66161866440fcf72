// Which messages a person answered, how likely one on a channel is answered, and at what hour answers come.
// An answer is a reply, an act on the page, an agreement or a payment within a week; it belongs to the last
// message before it. What did not arrive says nothing about the person.
import { dayInZone, startOfDayInZone } from '@parley/sdk/protocol'
import type { Channel } from '../compliance/profile.ts'
import {
  type CustomerRecord,
  eventsOfType,
  type RecordedEvent,
  type RecordedMessage,
} from './customer-record.ts'
import { shrunk } from './features.ts'
import { type LearntFact, rounded } from './learnt-fact.ts'
import { binomialTail, MOST_CHANCE } from './pay-day.ts'

/** Something that the person did, and when. */
export interface PersonsAct {
  /** Id of the reply, event or payment. */
  readonly id: string
  readonly at: number
}

export interface JudgedMessage {
  readonly message: RecordedMessage
  readonly isAnswered: boolean
}

export interface Contactability {
  readonly channel: Channel
  /** From 0 to 1, two decimals. */
  readonly chance: number
  readonly sent: number
  readonly answered: number
}

export interface BestHour {
  /** The middle of three hours, local, 0 to 23. */
  readonly hour: number
}

const ANSWER_SECONDS = 7 * 86_400
/** What is believed of a channel before anything was sent on it, and how many messages that weighs. */
const BEFORE = { mean: 0.3, weight: 4 }
/** Replies that shut a door are no sign that a door is open. */
const NO_ANSWER: readonly string[] = ['stop-channel', 'suspend-address']

/** Everything that the person did by themselves, oldest first. */
export function answersIn(record: CustomerRecord): PersonsAct[] {
  const replies = record.replies
    .filter(({ action }) => !NO_ANSWER.includes(action))
    .map(({ origin, at }) => ({ id: origin, at }))
  const agreed = eventsOfType(record, 'negotiation.agreed', 'plan.replanned')
    .filter(({ data }) => data['acceptedBy'] === 'portal')
    .map(({ id, at }) => ({ id, at }))
  const paid = eventsOfType(record, 'payment.received').map(({ id, at }) => ({ id, at }))
  return [...replies, ...agreed, ...paid].sort((a, b) => a.at - b.at)
}

/** Judges the messages of which it is clear by now; one whose week is not over is not judged. */
export function judgeMessages(
  messages: readonly RecordedMessage[],
  answers: readonly PersonsAct[],
  now: number,
): JudgedMessage[] {
  return messages
    .filter(({ hasArrived }) => hasArrived)
    .map((message, index, arrived) => {
      const next = arrived[index + 1]?.sentAt ?? Number.POSITIVE_INFINITY
      const until = Math.min(next, message.sentAt + ANSWER_SECONDS)
      const isAnswered = answers.some(({ at }) => at > message.sentAt && at <= until)
      return { message, isAnswered }
    })
    .filter(({ message, isAnswered }) => isAnswered || now > message.sentAt + ANSWER_SECONDS)
}

/** What an agent is asked by, and what it answers by. */
const TO_AGENT = 'payment-request.delivered'
const FROM_AGENT: readonly string[] = [
  'payment-request.received',
  'payment-request.presented',
  'negotiation.countered',
  'negotiation.declined',
  'negotiation.agreed',
]

/** How likely the customer answers on each channel that was used, in the order of their names. */
export function learnContactability(
  record: CustomerRecord,
  now: number,
): LearntFact<Contactability>[] {
  const judged = [
    ...judgeMessages(record.messages, answersIn(record), now).map(({ message, isAnswered }) => ({
      channel: message.channel,
      id: message.messageId,
      isAnswered,
    })),
    ...agentRequests(record, now),
  ]
  return [...Map.groupBy(judged, ({ channel }) => channel)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([channel, own]) => {
      const answered = own.filter(({ isAnswered }) => isAnswered).length
      const chance = rounded(shrunk(BEFORE, answered, own.length))
      return {
        value: { channel, chance, sent: own.length, answered },
        confidence: rounded(own.length / (own.length + BEFORE.weight)),
        basis: own.map(({ id }) => id).sort(),
        sentence: { key: 'contactability', values: { channel, sent: own.length, answered } },
      }
    })
}

function agentRequests(record: CustomerRecord, now: number) {
  const answers = eventsOfType(record, ...FROM_AGENT).filter(
    ({ data }) => data['acceptedBy'] !== 'portal',
  )
  const isOf = (asked: RecordedEvent) => (answer: RecordedEvent) =>
    answer.claimId === asked.claimId &&
    answer.at >= asked.at &&
    answer.at <= asked.at + ANSWER_SECONDS
  return eventsOfType(record, TO_AGENT)
    .map((asked) => ({
      channel: 'app' as const,
      id: asked.id,
      at: asked.at,
      isAnswered: answers.some(isOf(asked)),
    }))
    .filter(({ at, isAnswered }) => isAnswered || now > at + ANSWER_SECONDS)
}

const WINDOW_HOURS = 3
/** Between seven and ten people are up: a chance spread over them alone would be foretold too well. */
const WAKING_HOURS = 15
const LEAST_ANSWERS = 5

/**
 * The hours at which the customer answers, where more answers fall into three of them than chance would put
 * there by all that was tried; payments are left out, since a bank keeps their hour to itself.
 */
export function learnBestHour(
  record: CustomerRecord,
  timeZone: string,
): LearntFact<BestHour> | null {
  const acts = answersIn({ ...record, events: withoutPayments(record) })
  if (acts.length < LEAST_ANSWERS) return null
  const hours = acts.map(({ id, at }) => ({ id, hour: hourIn(at, timeZone) }))
  const windows = Array.from({ length: 24 }, (_, hour) => ({
    hour,
    near: hours.filter((it) => apart(it.hour, hour) <= (WINDOW_HOURS - 1) / 2),
  }))
  const best = windows.reduce((a, b) => (b.near.length > a.near.length ? b : a))
  const one = binomialTail(best.near.length, acts.length, WINDOW_HOURS / WAKING_HOURS)
  const chance = Math.min(1, windows.length * one)
  if (chance > MOST_CHANCE) return null
  return {
    value: { hour: best.hour },
    confidence: rounded((1 - chance) * (best.near.length / acts.length)),
    basis: best.near.map(({ id }) => id).sort(),
    sentence: {
      key: 'best-hour',
      values: {
        from: (best.hour + 23) % 24,
        to: (best.hour + 2) % 24,
        near: best.near.length,
        answers: acts.length,
      },
    },
  }
}

function withoutPayments({ events }: CustomerRecord): RecordedEvent[] {
  return events.filter(({ type }) => type !== 'payment.received')
}

/** The hour of an instant in a zone, 0 to 23. */
export function hourIn(at: number, timeZone: string): number {
  const midnight = startOfDayInZone(dayInZone(at, timeZone), timeZone)
  return Math.floor((at - midnight) / 3_600) % 24
}

/** Hours lie on a circle. */
function apart(one: number, other: number): number {
  const between = Math.abs(one - other)
  return Math.min(between, 24 - between)
}
