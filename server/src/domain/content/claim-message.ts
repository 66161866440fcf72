// Composes the messages about a claim: the same blocks in every language, the words from the
// catalog. Knows nothing about mail; `render-message-text.ts` and `render-message-html.ts` do.

import type { Wording } from '../wording/wording.ts'
import {
  type ClaimMessageFacts,
  type ClaimMessageInput,
  isDunning,
  type PlanConfirmedMessage,
  type ThankYouMessage,
} from './claim-message-input.ts'
import { dunningBlocks } from './dunning-blocks.ts'
import { messageRows, originRows, planRows, transferRows } from './fact-rows.ts'
import type { LongMedium } from './medium-texts.ts'
import { action, paragraph, type Say, sayFor, section } from './message-blocks.ts'
import type { MessageBlock, MessageContent, RenderedMessage } from './message-content.ts'
import { assertComposable } from './missing-facts.ts'
import { renderMessageHtml } from './render-message-html.ts'
import { renderMessageText } from './render-message-text.ts'
import { oneLine } from './safe-text.ts'

/**
 * Writes a message about a claim as a mail: subject, text part and HTML part.
 *
 * The subject is one line without control characters; everything in the HTML is escaped.
 *
 * @throws {RangeError} when the parts of the claim do not sum to its amount outstanding, the link is
 * not an http(s) address, a fact is missing (`missingFacts` tells which), or a message asks for
 * nothing: a wrong message must not leave.
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
  assertComposable(input)
  const say = sayFor(input, wording, medium)
  const signedBy = isDunning(input) && input.signedBy !== undefined ? [oneLine(input.signedBy)] : []
  return {
    language: input.language,
    subject: oneLine(say(`${input.template}.subject`)),
    blocks: [
      { kind: 'paragraph', text: say('message.greeting') },
      ...middle(input, say, wording),
      {
        kind: 'signature',
        lines: [say('message.closing'), ...signedBy, oneLine(input.creditor.name)],
      },
      {
        kind: 'footer',
        lines: [say('message.footer'), ...(input.creditor.address ?? []).map(oneLine)],
      },
    ],
  }
}

function middle(input: ClaimMessageInput, say: Say, wording: Wording): MessageBlock[] {
  switch (input.template) {
    case 'thank-you':
      return thankYouBlocks(input, say, wording)
    case 'plan-confirmed':
      return planBlocks(input, say, wording)
    default:
      return dunningBlocks(input, say, wording)
  }
}

function thankYouBlocks(
  input: ClaimMessageFacts & ThankYouMessage,
  say: Say,
  wording: Wording,
): MessageBlock[] {
  return [
    paragraph(say('thank-you.opening')),
    paragraph(say('thank-you.rest')),
    { kind: 'facts', rows: messageRows(input, wording) },
    action(input.portalUrl, say, say('thank-you.button')),
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
    action(input.portalUrl, say, say('plan-confirmed.button')),
    section(say('message.need-help.heading'), say('plan-confirmed.change')),
  ]
}
