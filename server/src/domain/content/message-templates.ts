// The messages that Parley sends to people: how strongly each speaks, what it is made of, what it
// must know. One table; texts are in the catalog under the name of the template.

import type { TextKey } from '../wording/text-catalog.ts'

/** From friendly (T1) to formal notice (T5). */
export type Tone = 'T1' | 'T2' | 'T3' | 'T4' | 'T5'

/**
 * What a message is made of: `request` asks for a payment; `notice` has effect in law and states the
 * claim, its computation, the last day and what comes next; `answer` asks for no payment; `call` is
 * read by a person before a telephone call and never sent.
 */
export type MessageShape = 'request' | 'notice' | 'answer' | 'call'

/** A fact without which a template makes no sense. */
export type NeededFact =
  | 'planLine'
  | 'promisedDay'
  | 'decision'
  | 'refund'
  | 'wish'
  | 'collectAgainOn'

interface TemplateRow {
  readonly tone: Tone
  readonly shape: MessageShape
  /** A `service` message answers something or helps; it never asks for money. */
  readonly purpose?: 'service'
  /** The text after the opening: what we ask for, or what comes next. */
  readonly next: TextKey
  readonly needs?: readonly NeededFact[]
}

/** Every message of a journey, whose step must state the same tone; and the answer to a date wish. */
export const DUNNING_TEMPLATES = {
  'payment-request-t1': { tone: 'T1', shape: 'request', next: 'payment-request-t1.ask' },
  'payment-reminder-t1': { tone: 'T1', shape: 'request', next: 'payment-reminder-t2.ask' },
  'payment-reminder-t2': { tone: 'T2', shape: 'request', next: 'payment-reminder-t2.ask' },
  'second-reminder-t2': { tone: 'T2', shape: 'request', next: 'payment-reminder-t2.ask' },
  'third-reminder-t2': { tone: 'T2', shape: 'request', next: 'payment-reminder-t2.ask' },
  'short-reminder-t2': { tone: 'T2', shape: 'request', next: 'payment-reminder-t2.ask' },
  'payment-reminder-t3': { tone: 'T3', shape: 'request', next: 'payment-reminder-t3.ask' },
  'decision-maker-t3': { tone: 'T3', shape: 'request', next: 'payment-reminder-t3.ask' },
  'director-letter-t3': { tone: 'T3', shape: 'request', next: 'payment-reminder-t3.ask' },
  'due-tomorrow-t1': { tone: 'T1', shape: 'request', next: 'payment-request-t1.ask' },
  'pay-link-t1': { tone: 'T1', shape: 'request', next: 'payment-request-t1.ask' },
  'pay-link-t2': { tone: 'T2', shape: 'request', next: 'payment-reminder-t2.ask' },
  'term-over-t2': { tone: 'T2', shape: 'request', next: 'payment-reminder-t2.ask' },
  'crossed-in-the-post-t1': { tone: 'T1', shape: 'request', next: 'crossed-in-the-post-t1.ask' },
  'personal-mail-t1': { tone: 'T1', shape: 'request', next: 'personal-mail-t1.ask' },
  'how-to-pay-t1': { tone: 'T1', shape: 'request', next: 'how-to-pay-t1.ask' },
  'help-offer-t1': { tone: 'T1', shape: 'request', next: 'help-offer-t1.ask' },
  'invoice-all-fine-t1': { tone: 'T1', shape: 'request', next: 'invoice-all-fine-t1.ask' },
  'shared-statement-t1': { tone: 'T1', shape: 'request', next: 'shared-statement-t1.ask' },
  'call-back-offer-t1': { tone: 'T1', shape: 'request', next: 'call-back-offer-t1.ask' },
  'pay-day-heads-up-t1': { tone: 'T1', shape: 'request', next: 'pay-day-heads-up-t1.ask' },
  'soft-start-t1': { tone: 'T1', shape: 'request', next: 'soft-start-t1.ask' },
  'update-payment-method-t1': {
    tone: 'T1',
    shape: 'request',
    next: 'update-payment-method-t1.ask',
  },
  'plan-offer-t2': { tone: 'T2', shape: 'request', next: 'plan-offer-t2.ask' },
  'move-due-day-t2': { tone: 'T2', shape: 'request', next: 'move-due-day-t2.ask' },
  'charges-accruing-t2': { tone: 'T2', shape: 'request', next: 'charges-accruing-t2.ask' },
  'interest-note-t3': { tone: 'T3', shape: 'request', next: 'interest-note-t3.ask' },
  'instalment-soon-t1': {
    tone: 'T1',
    shape: 'request',
    next: 'instalment-soon-t1.ask',
    needs: ['planLine'],
  },
  'instalment-reminder-t2': {
    tone: 'T2',
    shape: 'request',
    next: 'instalment-reminder-t2.ask',
    needs: ['planLine'],
  },
  'instalment-shift-t1': {
    tone: 'T1',
    shape: 'request',
    next: 'instalment-shift-t1.ask',
    needs: ['planLine'],
  },
  'promise-note-t1': {
    tone: 'T1',
    shape: 'request',
    next: 'promise-note-t1.ask',
    needs: ['promisedDay'],
  },
  'promise-new-date-t1': {
    tone: 'T1',
    shape: 'request',
    next: 'promise-new-date-t1.ask',
    needs: ['promisedDay'],
  },
  'payment-letter-t3': { tone: 'T3', shape: 'notice', next: 'notice.review' },
  'direct-debit-offer-t3': { tone: 'T3', shape: 'notice', next: 'direct-debit-offer-t3.next' },
  'legal-reminder-t3': { tone: 'T3', shape: 'notice', next: 'notice.talk' },
  'fourteen-day-letter-t3': { tone: 'T3', shape: 'notice', next: 'notice.talk' },
  'first-reminder-free-t3': { tone: 'T3', shape: 'notice', next: 'notice.talk' },
  'legal-reminder-t4': { tone: 'T4', shape: 'notice', next: 'notice.review' },
  'formal-notice-t4': { tone: 'T4', shape: 'notice', next: 'notice.review' },
  'mise-en-demeure-t4': { tone: 'T4', shape: 'notice', next: 'notice.talk' },
  'damages-added-t4': { tone: 'T4', shape: 'notice', next: 'notice.charges-done' },
  'costs-added-t4': { tone: 'T4', shape: 'notice', next: 'notice.charges-done' },
  'paid-reminder-t4': { tone: 'T4', shape: 'notice', next: 'notice.charges-done' },
  'stop-warning-t4': { tone: 'T4', shape: 'notice', next: 'stop-warning-t4.next' },
  'final-notice-t5': { tone: 'T5', shape: 'notice', next: 'notice.last' },
  'last-notice-t5': { tone: 'T5', shape: 'notice', next: 'notice.last' },
  'collection-failed-t1': {
    tone: 'T1',
    shape: 'answer',
    next: 'collection-failed-t1.next',
    needs: ['collectAgainOn'],
  },
  'mediation-offer-t1': { tone: 'T1', shape: 'answer', next: 'mediation-offer-t1.next' },
  'which-payment-t1': {
    tone: 'T1',
    shape: 'answer',
    purpose: 'service',
    next: 'which-payment-t1.next',
  },
  'show-payment-t1': {
    tone: 'T1',
    shape: 'answer',
    purpose: 'service',
    next: 'show-payment-t1.next',
  },
  'dispute-received-t1': {
    tone: 'T1',
    shape: 'answer',
    purpose: 'service',
    next: 'dispute-received-t1.next',
  },
  'dispute-evidence-t1': {
    tone: 'T1',
    shape: 'answer',
    purpose: 'service',
    next: 'dispute-evidence-t1.next',
  },
  'dispute-result-t1': {
    tone: 'T1',
    shape: 'answer',
    purpose: 'service',
    next: 'dispute-result-t1.next',
    needs: ['decision'],
  },
  'apology-and-thanks-t1': { tone: 'T1', shape: 'answer', purpose: 'service', next: 'rest.next' },
  'thanks-t1': { tone: 'T1', shape: 'answer', purpose: 'service', next: 'rest.next' },
  'plan-done-t1': { tone: 'T1', shape: 'answer', purpose: 'service', next: 'rest.next' },
  'help-and-advice-t1': {
    tone: 'T1',
    shape: 'answer',
    purpose: 'service',
    next: 'help-and-advice-t1.next',
  },
  'easier-way-t1': { tone: 'T1', shape: 'answer', purpose: 'service', next: 'easier-way-t1.next' },
  'preferences-t1': {
    tone: 'T1',
    shape: 'answer',
    purpose: 'service',
    next: 'preferences-t1.next',
  },
  'please-update-t1': {
    tone: 'T1',
    shape: 'answer',
    purpose: 'service',
    next: 'please-update-t1.next',
  },
  'money-back-t1': {
    tone: 'T1',
    shape: 'answer',
    purpose: 'service',
    next: 'money-back-t1.next',
    needs: ['refund'],
  },
  'date-wish-t1': {
    tone: 'T1',
    shape: 'answer',
    purpose: 'service',
    next: 'date-wish-t1.next',
    needs: ['wish'],
  },
  'call-t1': { tone: 'T1', shape: 'call', next: 'call-t1.about' },
  'call-t2': { tone: 'T2', shape: 'call', next: 'call-t2.about' },
  'call-t4': { tone: 'T4', shape: 'call', next: 'call-t4.about' },
} as const satisfies Readonly<Record<string, TemplateRow>>

type Rows = typeof DUNNING_TEMPLATES

/** The templates of one shape. */
export type TemplateOf<S extends MessageShape> = {
  [T in keyof Rows]: Rows[T]['shape'] extends S ? T : never
}[keyof Rows]

/** A script for a telephone call. */
export type CallTemplate = TemplateOf<'call'>

/** A message of a journey that is sent: by mail, letter, text message or to the app. */
export type DunningTemplate = Exclude<keyof Rows, CallTemplate>

/** Every message; the last two answer something good that the person did. */
export type MessageTemplate = DunningTemplate | 'thank-you' | 'plan-confirmed'

/** The messages that have a text short enough for a phone. */
export const SMS_TEMPLATES = [
  'payment-request-t1',
  'payment-reminder-t2',
  'payment-reminder-t3',
  'short-reminder-t2',
  'pay-link-t1',
  'pay-link-t2',
  'term-over-t2',
  'which-payment-t1',
  'show-payment-t1',
  'apology-and-thanks-t1',
  'thanks-t1',
  'easier-way-t1',
  'preferences-t1',
  'please-update-t1',
  'thank-you',
  'plan-confirmed',
] as const satisfies readonly MessageTemplate[]

/** A message that can also leave as an SMS. */
export type SmsTemplate = (typeof SMS_TEMPLATES)[number]

/** What the table says about a template. */
export function templateRow(template: DunningTemplate | CallTemplate): TemplateRow {
  return DUNNING_TEMPLATES[template]
}

/** Tells whether a name is that of a message that is sent. */
export function isDunningTemplate(name: string): name is DunningTemplate {
  return Object.hasOwn(DUNNING_TEMPLATES, name) && !isCallTemplate(name)
}

/** Tells whether a name is that of a script for a telephone call. */
export function isCallTemplate(name: string): name is CallTemplate {
  const rows: Readonly<Record<string, TemplateRow>> = DUNNING_TEMPLATES
  return Object.hasOwn(rows, name) && rows[name]?.shape === 'call'
}

/** Tells whether a message can also leave as an SMS. */
export function isSmsTemplate(template: MessageTemplate): template is SmsTemplate {
  return SMS_TEMPLATES.some((it) => it === template)
}
