// Composes the messages about a claim: the same blocks in every language, the words from the
// catalog. Knows nothing about mail; `render-message-text.ts` and `render-message-html.ts` do.

import { compareDays } from '@parley/sdk/protocol'
import {
  formatAmountForPeople,
  formatDayForPeople,
  formatMoneyForPeople,
  formatReferenceForPeople,
} from '../wording/format-for-people.ts'
import type { TextKey, TextValues } from '../wording/text-catalog.ts'
import type { Wording } from '../wording/wording.ts'
import type {
  ClaimMessageFacts,
  ClaimMessageInput,
  FirstNotice,
  PlanConfirmedMessage,
  ReminderMessage,
  ThankYouMessage,
} from './claim-message-input.ts'
import { amountRows, originRows, planRows, receivedRows, transferRows } from './fact-rows.ts'
import { type LongMedium, textKeyFor } from './medium-texts.ts'
import type { MessageBlock, MessageContent, RenderedMessage } from './message-content.ts'
import { paymentCode } from './payment-code.ts'
import { renderMessageHtml } from './render-message-html.ts'
import { renderMessageText } from './render-message-text.ts'
import { nameInSentence, oneLine } from './safe-text.ts'
import { isWebAddress } from './web-address.ts'

type Say = (key: TextKey, more?: TextValues) => string

/**
 * Writes a message about a claim as a mail: subject, text part and HTML part.
 *
 * The subject is one line without control characters; everything in the HTML is escaped.
 *
 * @throws {RangeError} when the parts of the claim do not sum to its amount outstanding, or the
 * link is not an http(s) address: a wrong message must not leave.
 */
export function composeClaimMessage(input: ClaimMessageInput, wording: Wording): RenderedMessage {
  const content = claimMessageContent(input, wording)
  return {
    subject: content.subject,
    text: renderMessageText(content),
    html: renderMessageHtml(content),
  }
}

/**
 * Writes a message about a claim as blocks. A letter says the same as a mail, except where it would
 * speak of the mail itself. Throws like `composeClaimMessage`.
 */
export function claimMessageContent(
  input: ClaimMessageInput,
  wording: Wording,
  medium: LongMedium = 'mail',
): MessageContent {
  if (!isWebAddress(input.portalUrl)) throw new RangeError('the link is not a web address')
  const values = sharedValues(input)
  const say: Say = (key, more) =>
    wording.say(input.language, textKeyFor(key, medium), { ...values, ...more })
  return {
    language: input.language,
    subject: oneLine(say(`${input.template}.subject`)),
    blocks: [
      { kind: 'paragraph', text: say('message.greeting') },
      ...middle(input, say, wording),
      {
        kind: 'signature',
        lines: [say('message.closing'), oneLine(input.creditor.name)],
      },
      {
        kind: 'footer',
        lines: [say('message.footer'), ...(input.creditor.address ?? []).map(oneLine)],
      },
    ],
  }
}

/** The values that every text about a claim may name. */
export function sharedValues(input: ClaimMessageInput): TextValues {
  const { language, creditor, claim, debtorName, today } = input
  // Kept on one line, so that a phone recognises the number.
  const phone = oneLine(creditor.phone ?? '').replaceAll(' ', '\u00a0')
  const name = nameInSentence(debtorName ?? '')
  return {
    creditor: nameInSentence(creditor.name),
    name,
    hasName: yesOrNo(name !== ''),
    phone,
    hasPhone: yesOrNo(phone !== ''),
    amount: formatMoneyForPeople(claim.outstanding, language),
    dueDay: formatDayForPeople(claim.dueDate, language),
    overdue: yesOrNo(compareDays(claim.dueDate, today) < 0),
    reference: formatReferenceForPeople(claim.reference),
    count: input.template === 'plan-confirmed' ? input.plan.lines.length : 1,
    hasCode: yesOrNo(paymentCode(input) !== undefined),
  }
}

function middle(input: ClaimMessageInput, say: Say, wording: Wording): MessageBlock[] {
  switch (input.template) {
    case 'payment-request-t1':
      return noticeBlocks(input, say, wording)
    case 'payment-reminder-t2':
    case 'payment-reminder-t3':
      return noticeBlocks(input, say, wording)
    case 'thank-you':
      return thankYouBlocks(input, say, wording)
    case 'plan-confirmed':
      return planBlocks(input, say, wording)
  }
}

function noticeBlocks(
  input: ClaimMessageFacts & (FirstNotice | ReminderMessage),
  say: Say,
  wording: Wording,
): MessageBlock[] {
  const canChoose = yesOrNo(input.canChoose)
  const isFirst = input.template === 'payment-request-t1'
  const payByDay = isFirst ? '' : formatDayForPeople(input.payBy, input.language)
  const outcome = isFirst ? input.afterAgent : undefined
  return [
    { kind: 'paragraph', text: say(`${input.template}.opening`) },
    ...(outcome === undefined ? [] : [paragraph(say('message.after-agent', { outcome }))]),
    { kind: 'paragraph', text: say(`${input.template}.ask`, { canChoose, payByDay }) },
    action(input, say, say('message.button', { canChoose })),
    {
      kind: 'facts',
      rows: [
        ...amountRows(input, wording),
        ...transferRows(input, wording),
        ...originRows(input, wording),
      ],
    },
    { kind: 'paragraph', text: say('message.how-to-pay') },
    section(say('message.already-paid.heading'), say('message.already-paid.body')),
    section(say('message.need-help.heading'), say('message.need-help.body')),
  ]
}

function thankYouBlocks(
  input: ClaimMessageFacts & ThankYouMessage,
  say: Say,
  wording: Wording,
): MessageBlock[] {
  const { language, claim, received, receivedOn, next } = input
  const isSettled = claim.outstanding.minor <= 0n
  const rest = isSettled ? 'none' : next === undefined ? 'open' : 'planned'
  return [
    paragraph(
      say('thank-you.opening', {
        received: formatMoneyForPeople(received, language),
        receivedDay: formatDayForPeople(receivedOn, language),
      }),
    ),
    paragraph(
      say('thank-you.rest', {
        rest,
        outstanding: formatMoneyForPeople(claim.outstanding, language),
        nextAmount: next === undefined ? '' : formatAmountForPeople(next.amount, language),
        nextDay: next === undefined ? '' : formatDayForPeople(next.dueDate, language),
      }),
    ),
    {
      kind: 'facts',
      rows: [
        ...receivedRows(input, wording),
        ...(isSettled ? [] : transferRows(input, wording)),
        ...originRows(input, wording),
      ],
    },
    action(input, say, say('thank-you.button')),
  ]
}

function planBlocks(
  input: ClaimMessageFacts & PlanConfirmedMessage,
  say: Say,
  wording: Wording,
): MessageBlock[] {
  return [
    paragraph(say('plan-confirmed.opening')),
    { kind: 'facts', rows: planRows(input, wording) },
    paragraph(say('plan-confirmed.promise')),
    paragraph(say('plan-confirmed.how-to-pay')),
    { kind: 'facts', rows: [...transferRows(input, wording), ...originRows(input, wording)] },
    action(input, say, say('plan-confirmed.button')),
    section(say('message.need-help.heading'), say('plan-confirmed.change')),
  ]
}

function action({ portalUrl }: ClaimMessageFacts, say: Say, label: string): MessageBlock {
  return { kind: 'action', label, url: portalUrl, note: say('message.link-note') }
}

function paragraph(text: string): MessageBlock {
  return { kind: 'paragraph', text }
}

function section(heading: string, text: string): MessageBlock {
  return { kind: 'section', heading, text }
}

function yesOrNo(condition: boolean): string {
  return condition ? 'yes' : 'no'
}
