// Reads a finished message the way a strict proofreader would: is everything mentioned that must
// be, is nothing said that must not be, do both parts say the same, do the amounts add up?

import type { TextKey } from '../wording/text-catalog.ts'
import type { Wording } from '../wording/wording.ts'
import { type ClaimMessageInput, isDunning } from './claim-message-input.ts'
import { isSumOf, messageRows } from './fact-rows.ts'
import { type LongMedium, textKeyFor } from './medium-texts.ts'
import { mentionTexts } from './mentions.ts'
import type { RenderedMessage } from './message-content.ts'
import { templateRow } from './message-templates.ts'
import { messageValues } from './message-values.ts'
import { oneLine } from './safe-text.ts'
import { FAMILIAR_ADDRESS, THREATS, WORDS_OF_LAW } from './unwelcome-words.ts'

/** What the proofreader objects to. */
export interface MessageFault {
  readonly code:
    | 'mention-missing'
    | 'threat'
    | 'familiar-address'
    | 'parts-differ'
    | 'total-differs'
    | 'subject-unsafe'
    | 'external-resource'
    | 'unfilled'
    | 'too-long'
    | 'text-unsafe'
  readonly detail: string
}

/**
 * Lists what is wrong with a message; an empty list means that it may be sent.
 *
 * `facts` is the input from which the message was composed. Names of people and companies are
 * left out before threats are looked for: nobody can help being called Gericht.
 */
export function lintMessage(
  message: RenderedMessage,
  facts: ClaimMessageInput,
  wording: Wording,
): MessageFault[] {
  if (!isSumOf(facts.claim.items, facts.claim.outstanding)) {
    return [fault('total-differs', 'the items do not sum to the amount outstanding')]
  }
  return [
    ...missingMentions(message, facts, wording),
    ...unwelcomeWords(`${message.subject}\n${message.text}`, facts, wording),
    ...differencesOfParts(message),
    ...unsafeMarkup(message),
  ]
}

/** Returns what a reader sees of an HTML document: its text without tags, entities decoded. */
export function visibleText(document: string): string {
  return document
    .replace(/<head>[\s\S]*?<\/head>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

function missingMentions(
  { text, html }: RenderedMessage,
  facts: ClaimMessageInput,
  wording: Wording,
): MessageFault[] {
  const parts = { text: squeeze(text), html: squeeze(visibleText(html)) }
  return mandatoryMentions(facts, wording).flatMap((mention) =>
    Object.entries(parts).flatMap(([part, content]) =>
      content.includes(squeeze(mention)) ? [] : [fault('mention-missing', `${part}: ${mention}`)],
    ),
  )
}

/** Lists what a message must say, in the words of its language. */
export function mandatoryMentions(
  facts: ClaimMessageInput,
  wording: Wording,
  medium: LongMedium = 'mail',
): string[] {
  const rows = messageRows(facts, wording).flatMap(({ label, value, detail = '' }) => [
    label,
    value,
    detail,
  ])
  const values = messageValues(facts)
  const sentences = mandatoryTexts(facts).map((key) =>
    wording.say(facts.language, textKeyFor(key, medium), values),
  )
  const ofLaw = mentionTexts(facts, values, wording)
  return [oneLine(facts.creditor.name), facts.portalUrl, ...rows, ...sentences, ...ofLaw]
}

const HOW_TO_PAY = [
  'message.how-to-pay',
  'message.already-paid.heading',
  'message.already-paid.body',
  'message.need-help.heading',
] as const satisfies readonly TextKey[]

// How to pay, "already paid", "need help" and how to object are told by their texts.
function mandatoryTexts(facts: ClaimMessageInput): TextKey[] {
  if (facts.template === 'thank-you') return []
  if (facts.template === 'plan-confirmed') return ['message.need-help.heading']
  const row = templateRow(facts.template)
  switch (row.shape) {
    case 'answer':
      return [row.next, 'message.questions.heading', 'message.questions.body']
    case 'notice':
      return [
        'notice.ask',
        row.next,
        ...HOW_TO_PAY,
        'message.need-help.body',
        'notice.dispute.heading',
        'notice.dispute.body',
        'notice.advice',
      ]
    default:
      return [row.next, ...HOW_TO_PAY]
  }
}

/**
 * Lists threats and familiar address in a text of ours. Left out before: the names of people and
 * companies, what the creditor's person wrote, and the mentions of the law, whose words are not ours.
 */
export function unwelcomeWords(
  text: string,
  facts: ClaimMessageInput,
  wording: Wording,
): MessageFault[] {
  const { language, template } = facts
  const notOurs = [...namesIn(facts), ...mentionTexts(facts, messageValues(facts), wording)]
    .map((it) => oneLine(it))
    .filter((it) => it !== '')
  const ours = notOurs.reduce((rest, it) => rest.replaceAll(it, ' '), text).toLowerCase()
  const allowed: readonly string[] = WORDS_OF_LAW[template]?.[language] ?? []
  return [
    ...THREATS[language]
      .filter((word) => !allowed.includes(word) && wordBeginning(word).test(ours))
      .map((word) => fault('threat', word)),
    ...FAMILIAR_ADDRESS[language]
      .filter((word) => wholeWord(word).test(ours))
      .map((word) => fault('familiar-address', word)),
  ]
}

function namesIn(facts: ClaimMessageInput): string[] {
  const { creditor, debtorName = '', claim } = facts
  const { name, accountHolder, address = [] } = creditor
  const names = [name, accountHolder, debtorName, claim.subject ?? '', ...address]
  if (!isDunning(facts)) return names
  const { signedBy = '', contacts = [], decision } = facts
  return [...names, signedBy, ...contacts, decision?.reason ?? '']
}

function differencesOfParts({ text, html }: RenderedMessage): MessageFault[] {
  const [left, right] = [words(text), words(visibleText(html))]
  if (left.join(' ') === right.join(' ')) return []
  const index = left.findIndex((word, position) => word !== right[position])
  return [
    fault('parts-differ', `near "${left.slice(Math.max(0, index - 2), index + 3).join(' ')}"`),
  ]
}

function unsafeMarkup({ subject, text, html }: RenderedMessage): MessageFault[] {
  const faults: MessageFault[] = []
  if (subject !== oneLine(subject) || subject === '') faults.push(fault('subject-unsafe', subject))
  const styles = [...html.matchAll(/<style>[^<]*/g)].join('')
  const loaded = /<(?:img|script|link|iframe|object)\b|url\(|@import|\son[a-z]+\s*=/i.exec(
    `${html.replace(/>[^<]*</g, '><')}${styles}`,
  )
  if (loaded !== null) faults.push(fault('external-resource', loaded[0]))
  const gap = /\bundefined\b|\bNaN\b|\[object/.exec(`${subject}\n${text}`)
  if (gap !== null) faults.push(fault('unfilled', gap[0]))
  return faults
}

function fault(code: MessageFault['code'], detail: string): MessageFault {
  return { code, detail }
}

function wordBeginning(word: string): RegExp {
  return new RegExp(`(?<!\\p{L})${word}`, 'u')
}

function wholeWord(word: string): RegExp {
  return new RegExp(`(?<!\\p{L})${word}(?!\\p{L})`, 'u')
}

function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? []
}

/** Text without invisible characters, every run of blanks as one blank: for comparing. */
export function squeeze(text: string): string {
  return text.replace(/\p{Cf}/gu, '').replace(/\s+/g, ' ')
}
