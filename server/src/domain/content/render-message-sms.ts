// A message about a claim as an SMS: one to three segments, plain GSM letters where the names allow
// it. The same facts as a mail, other texts: a phone shows little and each segment costs.

import { compareDays, type Day, err, ok, type Result } from '@parley/sdk/protocol'
import { countSegments, isGsmCharacter, type TextSegments } from '../sms/text-segments.ts'
import { formatAmountForPeople, formatMoneyForPeople } from '../wording/format-for-people.ts'
import type { Language } from '../wording/language.ts'
import type { TextKey, TextValues } from '../wording/text-catalog.ts'
import type { Wording } from '../wording/wording.ts'
import { amountAsked } from './amount-asked.ts'
import { type ClaimMessageFacts, type ClaimMessageInput, isDunning } from './claim-message-input.ts'
import { isSumOf } from './fact-rows.ts'
import { isSmsTemplate, templateRow } from './message-templates.ts'
import { assertComposable } from './missing-facts.ts'
import { oneLine } from './safe-text.ts'
import { isWebAddress } from './web-address.ts'

export interface RenderedSms extends TextSegments {
  readonly text: string
}

/** Why a message cannot leave as an SMS: too long (`segments`), or it has no text for a phone. */
export interface SmsRefusal {
  readonly code: 'sms-too-long' | 'sms-not-written'
  readonly segments: number
}

/** What we answer to a text message; `date` names the day that is wished, `promise` the promised one. */
export type SmsAnswer =
  | { readonly kind: 'paid' | 'help' | 'stop' | 'unread' }
  | { readonly kind: 'date' | 'promise'; readonly day: Day }

const MAX_SEGMENTS = 3
const MAX_NAME = 40

/**
 * Writes a message about a claim as an SMS: who writes, the amount, the day, the link, and the words
 * that may be answered, among them the one that ends all texts. Refuses `sms-too-long` over three
 * segments: a longer name or link must then go by another channel.
 *
 * @throws {RangeError} when the parts of the claim do not sum to its amount outstanding, or the
 * link is not an http(s) address: a wrong message must not leave.
 */
export function composeClaimSms(
  input: ClaimMessageInput,
  wording: Wording,
): Result<RenderedSms, SmsRefusal> {
  const { claim, language, template } = input
  if (!isSmsTemplate(template)) return err({ code: 'sms-not-written', segments: 0 })
  assertComposable(input)
  if (!isSumOf(claim.items, claim.outstanding)) {
    throw new RangeError('items do not sum to the outstanding')
  }
  const values = { ...sharedSmsValues(input), ...smsValues(input) }
  const text = wording.say(language, `sms.${template}`, values)
  return withinLimit(`${text} ${wording.say(language, endingOf(input))}`)
}

/** Writes our answer to a person's text message. Refuses and throws like `composeClaimSms`. */
export function composeSmsAnswer(
  answer: SmsAnswer,
  facts: ClaimMessageFacts,
  wording: Wording,
): Result<RenderedSms, SmsRefusal> {
  const { language } = facts
  const shortWish = 'day' in answer ? formatShortDay(answer.day, language) : ''
  const values = { ...sharedSmsValues(facts), shortWish }
  return withinLimit(wording.say(language, `sms.reply.${answer.kind}`, values))
}

/** Writes a day with digits, as short messages do: `27/03/2026`, `27-03-2026`, `27.03.2026`. */
export function formatShortDay(day: Day, language: Language): string {
  const [year = '', month = '', dayOfMonth = ''] = day.split('-')
  return [dayOfMonth, month, year].join({ fr: '/', nl: '-', en: '/', de: '.' }[language])
}

/**
 * Replaces typographic signs by the plain ones that GSM-7 has. Letters stay as people write them,
 * also where that costs an SMS with UCS-2.
 */
export function plainSigns(text: string): string {
  const signs: Readonly<Record<string, string>> = {
    '’': "'",
    '‘': "'",
    '“': '"',
    '”': '"',
    '–': '-',
    '—': '-',
    '…': '...',
    '\u2212': '-',
  }
  const plain = text.replace(/[\u00a0\u2007\u2009\u202f]/g, ' ')
  return [...plain].map((it) => (isGsmCharacter(it) ? it : (signs[it] ?? it))).join('')
}

/** What asks for a payment tells all words; what answers something tells only how to end texts. */
export function endingOf(input: ClaimMessageInput): TextKey {
  const asks = isDunning(input) && templateRow(input.template).shape !== 'answer'
  return asks ? 'sms.answers' : 'sms.stop'
}

/** The creditor's name as a short message carries it. */
export function shortName(name: string): string {
  const characters = [...plainSigns(oneLine(name))]
  if (characters.length <= MAX_NAME) return characters.join('')
  return `${characters
    .slice(0, MAX_NAME - 3)
    .join('')
    .trimEnd()}...`
}

function withinLimit(said: string): Result<RenderedSms, SmsRefusal> {
  const text = oneLine(plainSigns(said))
  const counted = countSegments(text)
  const { segments } = counted
  return segments > MAX_SEGMENTS
    ? err({ code: 'sms-too-long', segments })
    : ok({ text, ...counted })
}

function sharedSmsValues(facts: ClaimMessageFacts): TextValues {
  const { language, creditor, claim, portalUrl, today } = facts
  if (!isWebAddress(portalUrl)) throw new RangeError('the link is not a web address')
  const phone = oneLine(creditor.phone ?? '')
  return {
    creditor: shortName(creditor.name),
    amount: formatMoneyForPeople(claim.outstanding, language),
    outstanding: formatMoneyForPeople(claim.outstanding, language),
    shortDay: formatShortDay(claim.dueDate, language),
    overdue: compareDays(claim.dueDate, today) < 0 ? 'yes' : 'no',
    url: portalUrl,
    phone,
    hasPhone: phone === '' ? 'no' : 'yes',
  }
}

function smsValues(input: ClaimMessageInput): TextValues {
  switch (input.template) {
    case 'thank-you':
      return thankYouValues(input)
    case 'plan-confirmed':
      return planValues(input)
    default:
      return {
        canChoose: input.canChoose ? 'yes' : 'no',
        settled: input.claim.outstanding.minor <= 0n ? 'yes' : 'no',
        amount: formatMoneyForPeople(amountAsked(input), input.language),
        shortDay: formatShortDay(dayAsked(input), input.language),
        shortPayBy: formatShortDay(input.payBy, input.language),
      }
  }
}

/** The day that the amount of an SMS was or is due: that of the payment of a plan, or the claim's. */
export function dayAsked(input: ClaimMessageInput): Day {
  const planLine = isDunning(input) ? input.planLine : undefined
  return planLine?.dueDate ?? input.claim.dueDate
}

function thankYouValues({
  language,
  claim,
  next,
  received,
  receivedOn,
}: Extract<ClaimMessageInput, { template: 'thank-you' }>): TextValues {
  const open = next === undefined ? 'open' : 'planned'
  return {
    rest: claim.outstanding.minor <= 0n ? 'none' : open,
    received: formatMoneyForPeople(received, language),
    shortReceived: formatShortDay(receivedOn, language),
    nextAmount: next === undefined ? '' : formatAmountForPeople(next.amount, language),
    shortNext: next === undefined ? '' : formatShortDay(next.dueDate, language),
  }
}

function planValues({
  language,
  plan,
}: Extract<ClaimMessageInput, { template: 'plan-confirmed' }>): TextValues {
  const [first] = plan.lines
  if (first === undefined) throw new RangeError('a plan has at least one payment')
  return {
    count: plan.lines.length,
    firstAmount: formatAmountForPeople(first.amount, language),
    shortFirst: formatShortDay(first.dueDate, language),
  }
}
