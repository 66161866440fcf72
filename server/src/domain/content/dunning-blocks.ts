// The middle of a message of a journey, by its shape: a request, a notice with effect in law, or an
// answer. What a template says is in the catalog; what it is made of is said here once.

import type { Money } from '@parley/sdk/protocol'
import { formatMoneyForPeople, formatReferenceForPeople } from '../wording/format-for-people.ts'
import type { Wording } from '../wording/wording.ts'
import { amountAsked } from './amount-asked.ts'
import type { DunningInput } from './claim-message-input.ts'
import { messageRows } from './fact-rows.ts'
import { mentionTexts } from './mentions.ts'
import { action, alreadyPaid, list, paragraph, type Say, section } from './message-blocks.ts'
import type { MessageBlock } from './message-content.ts'
import { templateRow } from './message-templates.ts'
import { messageValues, yesOrNo } from './message-values.ts'
import { oneLine } from './safe-text.ts'

/** Returns the blocks between the greeting and the signature. */
export function dunningBlocks(input: DunningInput, say: Say, wording: Wording): MessageBlock[] {
  const { shape, next } = templateRow(input.template)
  const opening = paragraph(say(`${input.template}.opening`))
  switch (shape) {
    case 'notice':
      return [opening, ...noticeBlocks(input, say, wording)]
    case 'answer':
      return [opening, ...answerBlocks(input, say, wording)]
    default:
      return [
        opening,
        ...outcomeOfAgent(input, say),
        paragraph(say(next)),
        ...requestBlocks(input, say, wording),
      ]
  }
}

function requestBlocks(input: DunningInput, say: Say, wording: Wording): MessageBlock[] {
  return [
    action(input.portalUrl, say, say('message.button')),
    { kind: 'facts', rows: messageRows(input, wording) },
    paragraph(say('message.how-to-pay')),
    ...otherClaims(input, say),
    ...mentions(input, say, wording),
    ...contacts(input, say),
    alreadyPaid(say),
    section(say('message.need-help.heading'), say('message.need-help.body')),
  ]
}

function noticeBlocks(input: DunningInput, say: Say, wording: Wording): MessageBlock[] {
  const hasCharges = input.notice?.announcedCharges !== undefined
  const help = `${say('message.need-help.body')} ${say('notice.advice')}`
  return [
    paragraph(say('notice.ask')),
    ...(hasCharges ? [paragraph(say('notice.charges'))] : []),
    paragraph(say(templateRow(input.template).next)),
    { kind: 'facts', rows: messageRows(input, wording) },
    paragraph(say('message.how-to-pay')),
    action(input.portalUrl, say, say('message.button')),
    ...otherClaims(input, say),
    ...mentions(input, say, wording),
    section(say('notice.dispute.heading'), say('notice.dispute.body')),
    alreadyPaid(say),
    section(say('message.need-help.heading'), help),
    ...contacts(input, say),
  ]
}

function answerBlocks(input: DunningInput, say: Say, wording: Wording): MessageBlock[] {
  const { decision } = input
  const reason = decision?.reason === undefined ? [] : [paragraph(say('dispute-result-t1.reason'))]
  return [
    ...reason,
    paragraph(say(templateRow(input.template).next)),
    { kind: 'facts', rows: messageRows(input, wording) },
    ...mentions(input, say, wording),
    ...contacts(input, say),
    action(input.portalUrl, say, say('thank-you.button')),
    section(say('message.questions.heading'), say('message.questions.body')),
  ]
}

/** Told once, by the message that comes first after the agent was asked. */
function outcomeOfAgent({ template, afterAgent }: DunningInput, say: Say): MessageBlock[] {
  const isFirst = template === 'payment-request-t1' || template === 'payment-reminder-t1'
  return isFirst && afterAgent !== undefined ? [paragraph(say('message.after-agent'))] : []
}

function mentions(input: DunningInput, say: Say, wording: Wording): MessageBlock[] {
  const texts = mentionTexts(input, messageValues(input), wording)
  return list(say('notice.mentions.heading'), texts)
}

function contacts({ contacts: people = [] }: DunningInput, say: Say): MessageBlock[] {
  return list(say('message.contacts.heading'), people.map(oneLine))
}

/** The other open claims, and the sum of all where they are in one currency. */
function otherClaims(input: DunningInput, say: Say): MessageBlock[] {
  const { otherClaims: others = [], language } = input
  const lines = others.map(({ reference, referenceScheme, invoiceNumber, outstanding }) =>
    say('message.other-claims.line', {
      hasNumber: yesOrNo(invoiceNumber !== undefined),
      number: oneLine(invoiceNumber ?? ''),
      openAmount: formatMoneyForPeople(outstanding, language),
      otherReference: formatReferenceForPeople({ reference, referenceScheme }),
    }),
  )
  const sum = sumOf([amountAsked(input), ...others.map(({ outstanding }) => outstanding)])
  const text = (it: Money) =>
    say('message.other-claims.total', { sum: formatMoneyForPeople(it, language) })
  return list(say('message.other-claims.heading'), [
    ...lines,
    ...(others.length === 0 || sum === undefined ? [] : [text(sum)]),
  ])
}

function sumOf(amounts: readonly Money[]): Money | undefined {
  const [first] = amounts
  if (first === undefined || amounts.some(({ currency }) => currency !== first.currency)) return
  return { minor: amounts.reduce((sum, { minor }) => sum + minor, 0n), currency: first.currency }
}
