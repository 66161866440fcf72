// Proofreads an SMS: mandatory mentions, no threat, no more segments than it says.

import { countSegments } from '../sms/text-segments.ts'
import { formatMoneyForPeople } from '../wording/format-for-people.ts'
import type { Wording } from '../wording/wording.ts'
import { amountAsked } from './amount-asked.ts'
import { type ClaimMessageInput, isDunning } from './claim-message-input.ts'
import { isSumOf } from './fact-rows.ts'
import { type MessageFault, unwelcomeWords } from './lint-message.ts'
import { templateRow } from './message-templates.ts'
import {
  dayAsked,
  endingOf,
  formatShortDay,
  plainSigns,
  type RenderedSms,
  shortName,
} from './render-message-sms.ts'

/** Lists what is wrong with an SMS; an empty list means that it may be sent. */
export function lintSms(
  sms: RenderedSms,
  facts: ClaimMessageInput,
  wording: Wording,
): MessageFault[] {
  if (!isSumOf(facts.claim.items, facts.claim.outstanding)) {
    return [{ code: 'total-differs', detail: 'the items do not sum to the amount outstanding' }]
  }
  const missing = mandatoryInSms(facts, wording).filter((it) => !sms.text.includes(plainSigns(it)))
  const gap = /\bundefined\b|\bNaN\b|\[object/.exec(sms.text)
  const { segments } = countSegments(sms.text)
  return [
    ...missing.map((detail) => ({ code: 'mention-missing', detail }) as const),
    ...unwelcomeWords(sms.text.replaceAll(shortName(facts.creditor.name), ' '), facts, wording),
    ...(gap === null ? [] : [{ code: 'unfilled', detail: gap[0] } as const]),
    ...(segments > 3 || segments !== sms.segments
      ? [{ code: 'too-long', detail: `${segments} segments` } as const]
      : []),
    ...(/\p{Cc}|\p{Cf}/u.test(sms.text)
      ? [{ code: 'text-unsafe', detail: 'controls' } as const]
      : []),
  ]
}

function mandatoryInSms(facts: ClaimMessageInput, wording: Wording): string[] {
  const { creditor, language, portalUrl, template } = facts
  const always = [shortName(creditor.name), wording.say(language, endingOf(facts))]
  if (template === 'thank-you') return [...always, formatMoneyForPeople(facts.received, language)]
  if (template === 'plan-confirmed') return [...always, portalUrl]
  if (!isDunning(facts) || templateRow(template).shape === 'answer') return always
  const amount = formatMoneyForPeople(amountAsked(facts), language)
  return [...always, portalUrl, amount, formatShortDay(dayAsked(facts), language)]
}
