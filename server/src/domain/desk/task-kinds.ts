// What each kind of task is in plain words, what comes next for the person who takes it, and which acts
// are proposed. Kinds that nobody described yet are shown by their code and offer what fits any.
import { FIND_RETURNED, MATCH_PAYMENT, OWN_RETURNED } from './booking-tasks.ts'

/** What may be done with a task beside ending it. */
export const TASK_ACTIONS = [
  'none',
  'resolve-dispute',
  'set-hold',
  'release-hold',
  'write-off',
  'approve-hand-over',
  'refuse-hand-over',
  'match-payment',
  'set-aside',
  'approve-refund',
  'refuse-refund',
  'uphold-contest',
  'reject-contest',
] as const

export type TaskActionKind = (typeof TASK_ACTIONS)[number]

export interface TaskKind {
  /** A few words, as the list shows them. */
  readonly title: string
  /** What to do, as one sentence. */
  readonly advice: string
  /** The acts that fit, the proposed one first. */
  readonly actions: readonly TaskActionKind[]
}

/** The acts that place money that nobody has placed. */
export const BOOKING_ACTIONS: readonly TaskActionKind[] = ['match-payment', 'set-aside']

/** The one kind of task that hands a claim over. */
export const HAND_OVER_REVIEW = 'hand-over-review'

/** The one kind of task that decides on a refund; its origin is the refund. */
export const APPROVE_REFUND = 'approve-refund'

/** The one kind of task that decides on what a customer contests; its origin is the contest. */
export const REVIEW_CONTEST = 'review-contest'

const TALK: readonly TaskActionKind[] = ['none', 'set-hold', 'release-hold', 'write-off']
const DISPUTE: readonly TaskActionKind[] = ['resolve-dispute', 'none']
const DECIDE: readonly TaskActionKind[] = ['none', 'write-off', 'set-hold', 'release-hold']

const KINDS: Readonly<Record<string, TaskKind>> = {
  'look-into-dispute': {
    title: 'Look into a dispute',
    advice: 'Check what the customer disputes and decide: uphold it, or reject it with a reason.',
    actions: DISPUTE,
  },
  'decide-dispute': {
    title: 'Decide on a dispute',
    advice: 'The time to look into it is over: uphold the dispute or reject it.',
    actions: DISPUTE,
  },
  'talk-about-help': {
    title: 'Talk about help',
    advice: 'Call or write within two working days: a longer plan, a pause, or debt advice.',
    actions: TALK,
  },
  'review-hardship': {
    title: 'Review a hardship',
    advice: 'Ask how the customer is doing; let the pause stand, or end it with a plan.',
    actions: ['none', 'release-hold', 'set-hold', 'write-off'],
  },
  'review-moratorium': {
    title: 'Review a moratorium',
    advice: 'Check with the adviser whether the moratorium still stands.',
    actions: ['none', 'release-hold', 'set-hold'],
  },
  'confirm-that-all-rests': {
    title: 'Confirm that everything rests',
    advice: 'Make sure that nobody contacts the customer, here or at an agency.',
    actions: ['none', 'set-hold'],
  },
  'offer-a-plan': {
    title: 'Offer a plan',
    advice: 'The customer seems to be short of money: ask, and offer a plan that can be kept.',
    actions: TALK,
  },
  'find-a-way-to-reach': {
    title: 'Find a way to reach the customer',
    advice: 'No answer came on any channel: look for another; the journey goes on meanwhile.',
    actions: TALK,
  },
  'call-back': {
    title: 'Call the customer back',
    advice: 'The customer asked for a call: ring within two working days.',
    actions: TALK,
  },
  'call-the-customer': {
    title: 'Call the customer',
    advice: 'Ask what stands in the way of the payment and offer a plan.',
    actions: TALK,
  },
  'talk-to-the-customer': {
    title: 'Talk to the customer',
    advice: 'A personal word from the person who knows the customer.',
    actions: TALK,
  },
  'talk-about-plan': {
    title: 'Talk about the plan',
    advice: 'An instalment was missed twice: find one that can be kept.',
    actions: TALK,
  },
  'talk-about-promise': {
    title: 'Talk about a broken promise',
    advice: 'The promised day has passed twice: agree on a day that can be kept.',
    actions: TALK,
  },
  [MATCH_PAYMENT]: {
    title: 'Place a payment',
    advice: 'Find the bill that this money is for; if it is for none, set it aside with a reason.',
    actions: BOOKING_ACTIONS,
  },
  [FIND_RETURNED]: {
    title: 'Find out whose money went back',
    advice:
      'The bank took money back and did not say which: take that payment off its bill, then set both aside.',
    actions: ['set-aside'],
  },
  [OWN_RETURNED]: {
    title: 'Look at money of ours that came back',
    advice: 'A payment that we made came back: find out why, make it again or set it aside.',
    actions: ['set-aside', 'match-payment'],
  },
  'read-reply': {
    title: 'Read an answer',
    advice: 'No machine was sure what the customer meant: read it and act on it.',
    actions: ['none', 'set-hold', 'release-hold', 'write-off'],
  },
  'look-for-payment': {
    title: 'Look for a payment',
    advice: 'Search the bank statement for it; ask for a proof of payment if it is not there.',
    actions: ['none', 'set-hold', 'release-hold'],
  },
  'search-for-address': {
    title: 'Find an address',
    advice: 'Messages come back: find out how the customer can be reached.',
    actions: ['none', 'set-hold', 'write-off'],
  },
  'decide-on-claim': {
    title: 'Decide on the claim',
    advice: 'The journey has ended without payment: go on by hand, or write the claim off.',
    actions: DECIDE,
  },
  'decide-on-service': {
    title: 'Decide on the service',
    advice: 'Decide whether the service may be limited; the law sets bounds.',
    actions: DECIDE,
  },
  'decide-credit-stop': {
    title: 'Decide on a credit stop',
    advice: 'Decide whether new deliveries wait until this is paid.',
    actions: DECIDE,
  },
  'check-case-file': {
    title: 'Check the case file',
    advice: 'Make the file complete before somebody decides on a hand-over.',
    actions: DECIDE,
  },
  'file-claim': {
    title: 'File the claim',
    advice: 'File it with the administrator or the estate before the deadline.',
    actions: DECIDE,
  },
  'write-to-estate-or-administrator': {
    title: 'Write to the estate or administrator',
    advice: 'Write a letter; nobody else is contacted.',
    actions: ['none', 'set-hold', 'write-off'],
  },
  'read-agency-note': {
    title: 'Read a note of the agency',
    advice: 'The agency wrote about this claim: read it and act on it.',
    actions: DECIDE,
  },
  'tell-agency': {
    title: 'Tell the agency of money',
    advice:
      'Money came to us or went back: tell the agency today, so that it asks for what is owed.',
    actions: ['none'],
  },
  'decide-on-recalled': {
    title: 'Decide on a recalled claim',
    advice:
      'It came back from the agency and rests: end the pause and agree on a plan, or write it off.',
    actions: ['release-hold', 'write-off', 'none'],
  },
  'prepare-collector-notice': {
    title: 'Prepare the collector’s notice',
    advice: 'Put together what a collector must say in its first letter; a person decides later.',
    actions: DECIDE,
  },
  'escalate-to-finance-director': {
    title: 'Bring in the finance director',
    advice: 'Ask our finance director to speak with theirs; nothing formal leaves by itself.',
    actions: TALK,
  },
  'look-at-new-customer': {
    title: 'Look at a new customer',
    advice: 'A first bill is still open: see whether something went wrong before anything formal.',
    actions: TALK,
  },
  'check-e-invoice-status': {
    title: 'Check the e-invoice',
    advice: 'See whether the public body has accepted the e-invoice, and mend what it turned down.',
    actions: ['none', 'set-hold', 'release-hold'],
  },
  'complete-notice': {
    title: 'Complete a notice',
    advice:
      'A message lacks a fact that it must state, such as the company number or our postal address: add it.',
    actions: ['none', 'set-hold', 'write-off'],
  },
  [REVIEW_CONTEST]: {
    title: 'Decide on what a customer contests',
    advice:
      'The customer says that something we learnt, or a step we took, is not right. It is not used until you decide.',
    actions: ['uphold-contest', 'reject-contest'],
  },
  [APPROVE_REFUND]: {
    title: 'Approve a refund',
    advice: 'Check amount, account and why it was held back. Approved, it goes into the next file.',
    actions: ['approve-refund', 'refuse-refund'],
  },
  'ask-where-to-refund': {
    title: 'Ask where a refund goes',
    advice: 'Nobody knows the account that the money came from: ask the customer and note it.',
    actions: ['none'],
  },
  'credit-not-covered': {
    title: 'Look into money given back twice',
    advice:
      'A bank took a payment back after its surplus had left as a refund: talk to the customer.',
    actions: ['none'],
  },
  'refund-returned': {
    title: 'Find another account for a refund',
    advice: 'The bank sent the refund back: ask the customer for an account that works.',
    actions: ['none'],
  },
  'refund-paid-unexpectedly': {
    title: 'Look into an unexpected refund',
    advice: 'The bank paid a refund that was refused or withdrawn: see whether it left twice.',
    actions: ['none'],
  },
  'give-back-charge': {
    title: 'Give back a charge',
    advice:
      'The customer paid more than the law allows after it was worked out again: pay it back.',
    actions: ['none'],
  },
  'journey-unknown': {
    title: 'Choose another journey',
    advice:
      'The journey of this bill is not there any more, so no reminder leaves: assign another.',
    actions: DECIDE,
  },
  'journey-against-law': {
    title: 'Choose a lawful journey',
    advice: 'The law of the customer’s country forbids a step of the journey: assign another.',
    actions: DECIDE,
  },
  'decision-failed': {
    title: 'Find out why a step failed',
    advice:
      'The next step could not be worked out, and no reminder leaves: tell those who run this.',
    actions: DECIDE,
  },
  [HAND_OVER_REVIEW]: {
    title: 'Approve a hand-over',
    advice: 'Check the file. Approved, the agency takes over and we say nothing more.',
    actions: ['approve-hand-over', 'refuse-hand-over'],
  },
}

/** What a kind of task is; one that nobody described is named by its code. */
export function taskKind(kind: string): TaskKind {
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
  if (known !== undefined) return known
  const words = kind.replaceAll('-', ' ')
  const title = words.charAt(0).toUpperCase() + words.slice(1)
  return { title, advice: 'Do what the title says and end the task.', actions: DECIDE }
}

/** How urgent a task is: by the day on which it has to be done. */
export type Urgency = 'overdue' | 'today' | 'later'

const DAY_SECONDS = 86_400

/** Says how urgent a task is at an instant. */
export function urgencyOf(dueAt: number, now: number): Urgency {
  if (dueAt < now) return 'overdue'
  return dueAt < now + DAY_SECONDS ? 'today' : 'later'
}
