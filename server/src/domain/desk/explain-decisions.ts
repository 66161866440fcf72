// Why each automatic decision about a bill was taken, in plain words for staff: from the timeline, the
// messages, the menus and the bookings. What a person, a customer or an agent did is no decision of ours.

import type { SkipReason } from '../dunning/reasons-to-skip.ts'
import type { DeferReason } from '../dunning/reasons-to-wait.ts'
import { eventTitle, type ToldEvent } from './event-words.ts'
import { decisionWords, EVIDENCE_WORDS } from './evidence-words.ts'
import { taskKind } from './task-kinds.ts'

/** A decision with its reasons. */
export interface ExplainedDecision {
  /** Epoch seconds. */
  readonly at: number
  /** The type of the event, or what was decided where no event tells of it. */
  readonly decision: string
  readonly what: string
  readonly why: readonly string[]
  /** Ids of the event, message or booking. */
  readonly grounds: readonly string[]
}

/** What a claim's decisions are explained from. */
export interface DecisionSources {
  readonly events: readonly (ToldEvent & { readonly id: string; readonly at: number })[]
  readonly messages: readonly SentStep[]
  readonly menus: readonly OfferedMenu[]
  readonly bookings: readonly BookedDecision[]
  /** By which channel the customer wishes to be reached. */
  readonly wished: string | null
  /** The journey that the bill was given, and for which comparison. */
  readonly start: {
    readonly at: number
    readonly journey: string | null
    readonly arm: string | null
  }
}

export interface SentStep {
  readonly messageId: string
  /** The id of the step, without its round. */
  readonly step: string
  readonly channel: string
  readonly journeyId: string | null
  readonly journeyVersion: number | null
}

export interface OfferedMenu {
  readonly at: number
  readonly messageId: string
  readonly tier: number
  readonly isFinal: boolean
  readonly policyVersion: number
  readonly rows: number
}

export interface BookedDecision {
  readonly transactionId: string
  readonly paymentId: string
  /** The rule, as a code; null where a person decided. */
  readonly rule: string | null
  readonly evidence: readonly string[]
}

type Data = ToldEvent['data']
type Why = string | ((data: Data, sources: DecisionSources) => readonly string[])

/** Explains all decisions of a claim, oldest first. */
export function explainDecisions(sources: DecisionSources): ExplainedDecision[] {
  const told = sources.events.flatMap(({ id, at, type, data }): ExplainedDecision[] => {
    const why = Object.hasOwn(AUTOMATIC, type) ? AUTOMATIC[type] : undefined
    if (why === undefined || hasActor(data)) return []
    const reasons = typeof why === 'string' ? [why] : why(data, sources)
    return [{ at, decision: type, what: eventTitle(type), why: reasons, grounds: [id] }]
  })
  return [startOf(sources), ...sources.menus.map(explainMenu), ...told].sort((a, b) => a.at - b.at)
}

/** Whether the timeline explains a type of event, or says who did it. */
export function isExplained(type: string): boolean {
  return Object.hasOwn(AUTOMATIC, type) || NOT_OURS.includes(type)
}

/** A member of staff who acts is named. */
function hasActor(data: Data): boolean {
  return typeof data['by'] === 'string' && data['jws'] !== undefined
}

function startOf({ start }: DecisionSources): ExplainedDecision {
  const { at, journey, arm } = start
  const why =
    arm === 'hold-out'
      ? 'The bill is held out of the comparison: nobody is written to about it.'
      : journey === null
        ? 'No journey is given to bills of its segment.'
        : `Bills of its segment get it${arm === null ? '' : `; in the comparison it counts for the ${arm}`}.`
  const what = journey === null ? 'No journey was given' : `The journey ${journey} was given`
  return { at, decision: 'journey-given', what, why: [why], grounds: [] }
}

function explainMenu(menu: OfferedMenu): ExplainedDecision {
  const { at, messageId, tier, isFinal, policyVersion, rows } = menu
  const last = isFinal
    ? 'It is the last tier: the whole policy.'
    : 'Further tiers follow if it does not fit.'
  return {
    at,
    decision: 'plans-offered',
    what: `${rows === 1 ? 'One plan was' : `${rows} plans were`} offered`,
    why: [
      `Every plan of tier ${tier} of version ${policyVersion} of the policy, the same for an agent and on the page; no score takes part.`,
      last,
    ],
    grounds: [messageId],
  }
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  settled: 'The bill is settled.',
  cancelled: 'The bill was withdrawn.',
  'written-off': 'The bill was written off.',
  'handed-over': 'The bill is with an agency.',
  agreed: 'A plan is agreed.',
  'partly-paid': 'A part was paid.',
  'already-done': 'The step was taken before.',
  'nothing-outstanding': 'Nothing is owed.',
  'other-segment': 'The step is not meant for where the bill stands with the agent.',
  'condition-not-met': 'A condition of the step is not met.',
  'rest-is-over': 'It was meant for a rest that is over.',
  'anchor-unknown': 'The day from which it counts is not known.',
  'notice-missing': 'The notice from which it counts did not arrive.',
  'law-unknown': 'No law is known for this customer, so nothing formal is done.',
  'instalment-paid': 'The instalment is paid.',
  'instalment-day-over': 'The day that it announces is over.',
  'no-address': 'No address or number is known for its channels.',
  'channel-closed': 'The customer has closed its channels.',
  'tone-not-allowed': 'The law does not let its words go by its channels.',
  'calmer-path': 'The customer needs a calmer path: firm words are left to a person.',
  'channel-not-served': 'This server cannot use its channels.',
}

const DEFERRED: Readonly<Record<Exclude<DeferReason, `held-${string}`>, string>> = {
  'not-due-yet': 'Its day has not come.',
  'covered-by-credit': 'A credit of the customer covers the bill.',
  'agent-may-answer': 'The agent still has time to answer.',
  'agent-asked-first': 'The agent was asked first.',
  'seen-by-person': 'The customer saw the bill a moment ago.',
  'notice-under-way': 'A notice is under way.',
  'contact-budget': 'The customer was written to as often as is allowed.',
  'better-time': 'A later moment was chosen for it.',
  'outside-window': 'At this hour or day nobody may be written to.',
}

function wait(reason: string): string {
  if (reason.startsWith('held-')) return `Reminders rest: ${reason.slice(5).replaceAll('-', ' ')}.`
  return wordOf(DEFERRED, reason)
}

/** A person is waited for where a journey or a law is at fault: those reasons are kinds of tasks. */
function wordOf(words: Readonly<Record<string, string>>, code: string): string {
  const known = Object.hasOwn(words, code) ? words[code] : undefined
  return known ?? `${taskKind(code).title}.`
}

const text = (data: Data, name: string) => String(data[name] ?? '')

const sent: Why = (data, { messages, wished }) => {
  const [step, channel] = [text(data, 'step'), text(data, 'channel')]
  const message = messages.find((it) => it.step === step && it.channel === channel)
  const of =
    message?.journeyId == null
      ? 'It answers something that the customer did.'
      : `The step ${step} of the journey ${message.journeyId}, version ${message.journeyVersion}, was due, and nothing stood against it.`
  const by =
    wished === channel
      ? `By ${channel}, as the customer wishes.`
      : `By ${channel}, the first channel of the step that leads to the customer and is not closed.`
  return [of, by]
}

const matched: Why = (data, { bookings }) => {
  const booking = bookings.find(({ paymentId }) => paymentId === data['paymentId'])
  if (booking === undefined) return ['It was told by an agency, or set off.']
  if (booking.rule === null) return ['A person placed it.']
  const evidence = booking.evidence.map((code) => `${wordOf(EVIDENCE_WORDS, code)}`)
  return [
    `Placed by rule: ${decisionWords(booking.rule)}.`,
    ...evidence.map((it) => `Because ${it}.`),
  ]
}

const charged: Why = (data) => [
  `By the rule ${text(data, 'rule')} of the law in force: ${text(data, 'formula')}.`,
  ...(text(data, 'reason') === '' ? [] : [`Because ${text(data, 'reason').replaceAll('-', ' ')}.`]),
]

const chosen: Why = (data) => {
  const byChance = data['reason'] === 'chosen-by-worth-and-chance'
  return [
    `Of what the journey, the law and the customer leave open, it was worth most by expectation${byChance ? ', or was tried so as to learn' : ''}: ${text(data, 'action')}, with probability ${text(data, 'probability')}.`,
    `The choice ${text(data, 'choiceId')} tells what was weighed, and the facts that it rested on.`,
  ]
}

const rests = (told: string): Why => `${told} So reminders rest, and what has to be done is a task.`

/** Types of events that rules decided, with why. */
const AUTOMATIC: Readonly<Record<string, Why>> = {
  'payment-request.revised': (data) => [
    `What is owed, or its day, has changed: ${text(data, 'reason').replaceAll('-', ' ')}.`,
  ],
  'payment-request.settled': 'Nothing is owed any more.',
  'payment-request.reopened': 'Money that had settled it went back.',
  'negotiation.offered':
    'An agent acts for the customer: it gets the same plans as the page shows.',
  'negotiation.impasse': 'The last tier of the policy was declined: no plan suits both sides.',
  'negotiation.timed-out': 'The agent did not answer in the time that the request gave it.',
  'plan.line-due': 'The day of the instalment has come.',
  'plan.line-late': 'The instalment did not arrive by the last day in time.',
  'plan.cured': 'The late instalment was paid.',
  'plan.replan-offered': 'The terms of the plan foresee another plan after a missed instalment.',
  'plan.replan-withdrawn': 'It is not needed any more, or its time is over.',
  'plan.defaulted': 'What was missed was not made good by the day that the terms of the plan name.',
  'plan.completed': 'Every instalment is paid.',
  'plan.paid-off': 'The rest was paid before its days: the fee for them is not owed.',
  'dispute.raised': rests('The customer disputes it.'),
  'assistance.requested': rests('The customer asked for a person.'),
  'payment.claimed': rests('The customer says that it is paid.'),
  'promise.made': rests('The customer named a day.'),
  'hardship.told': rests('The customer cannot pay; charges stop on every bill.'),
  'reply.received': rests('The answer was not clear to a machine.'),
  'collection.failed': rests('A direct debit or card payment failed.'),
  'address.doubted': 'Messages come back, so nothing more is sent there.',
  'channel.closed':
    'The customer said stop: the channel is closed by the customer, not by a score.',
  'profile.contested': 'The customer contests it: it is not used until a person has decided.',
  'peer.equivocated': 'Two messages of the agent under one place contradict each other.',
  'charge.added': charged,
  'charge.recomputed': charged,
  'charge.reversed': charged,
  'journey.changed': (data) => [
    `The journey ${text(data, 'to')} has its turn after ${text(data, 'from')}: what was told, a step that says so, or nobody being reached calls for it.`,
  ],
  'action.chosen': chosen,
  'debtor.erased': 'It was asked for, or the time was over for which people are kept.',
  'step.skipped': (data) => [wordOf(SKIPPED, text(data, 'reason'))],
  'reminder.skipped': (data) => [wordOf(SKIPPED, text(data, 'reason'))],
  'reminder.deferred': (data) => [wait(text(data, 'reason'))],
  'reminder.sent': sent,
  'agent.reminded': sent,
  'thank-you.sent': 'Money came in: the customer is thanked once.',
  'payment.received': matched,
  'credit.received': 'A credit of another bill of the customer paid it, as was chosen.',
  'payment.returned': 'The bank took the money back.',
  'payment.flagged': (data) => [`To be looked at: ${text(data, 'cautions').replaceAll('-', ' ')}.`],
  'receipt.issued': 'Every payment gets a signed receipt.',
  'credit.offered': 'More was paid than is owed: the customer is asked what happens with it.',
  'credit.withdrawn': 'The money behind the credit went back, or was used.',
  'credit.set-off': 'It pays another bill, as was chosen or as the default says.',
  'credit.set-off-returned':
    'The money behind it went back, so the bill that it had paid is owed again.',
  'credit.applied': 'This bill is owed again, and more was paid for it than was given back.',
  'balance.carried-over': 'The amount is too small for a reminder of its own.',
  'refund.paid': 'The refund was seen leaving on the account.',
  'refund.returned': 'The bank sent the refund back.',
  'refund.withdrawn': 'The money behind the refund was taken back.',
  'task.opened': (data) => [taskKind(text(data, 'kind')).advice],
}

/** Types that tell what a person, a customer, an agent or an agency did. */
const NOT_OURS: readonly string[] = [
  ...['payment-request.issued', 'payment-request.delivered', 'payment-request.received'],
  ...['payment-request.presented', 'payment-request.cancelled', 'payment-request.cancel-answered'],
  ...['payment-request.written-off', 'payment-request.handed-over', 'payment-request.recalled'],
  ...['negotiation.countered', 'negotiation.declined', 'negotiation.agreed', 'plan.replanned'],
  ...['dispute.withdrawn', 'dispute.upheld', 'dispute.rejected', 'date.wished', 'hold.set'],
  ...['hold.released', 'preferences.told', 'payment.announced', 'payment.unmatched'],
  ...['charge.waived', 'credit-note.issued', 'credit.chosen', 'refund.approved', 'refund.refused'],
  ...['refund.exported', 'enrolment.ended', 'agency.reported', 'task.done', 'task.dismissed'],
  'profile.contest-decided',
]
