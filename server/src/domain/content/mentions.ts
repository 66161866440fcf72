// What the law asks a creditor to say: one text for each code of the compliance profiles. A code
// without a text, or a text without its fact, stops the message.

import type { TextKey, TextValues } from '../wording/text-catalog.ts'
import type { Wording } from '../wording/wording.ts'
import { type CallInput, type ClaimMessageInput, isDunning } from './claim-message-input.ts'

type Input = ClaimMessageInput | CallInput

/** The text of each code, and the fact that it cannot do without. */
const MENTIONS: Readonly<
  Record<string, { key: TextKey; lacks?: (input: Input) => string | null }>
> = {
  'creditor-name': { key: 'mention.creditor-name' },
  'enterprise-number': {
    key: 'mention.enterprise-number',
    lacks: ({ creditor }) => (creditor.enterpriseNumber ? null : 'creditor.enterpriseNumber'),
  },
  product: {
    key: 'mention.product',
    lacks: ({ claim }) => (claim.subject ? null : 'claim.subject'),
  },
  balance: { key: 'mention.balance' },
  'due-date': { key: 'mention.due-date' },
  term: { key: 'mention.term' },
  'fee-to-come': {
    key: 'mention.fee-to-come',
    lacks: (input) =>
      isDunning(input) && input.notice?.announcedCharges ? null : 'notice.announcedCharges',
  },
  'flat-sum': { key: 'mention.flat-sum' },
  'late-interest-rate': { key: 'mention.late-interest-rate' },
  'legal-interest': { key: 'mention.legal-interest' },
  'no-recovery-cost': { key: 'mention.no-recovery-cost' },
  'opt-out': { key: 'mention.opt-out' },
}

/** Every code for which there is a text, in the order in which a message says them. */
export const MENTION_CODES: readonly string[] = Object.keys(MENTIONS)

/** Lists what the mentions of a message lack: facts, and codes without a text. */
export function missingForMentions(input: Input): string[] {
  return codesOf(input).flatMap((code) => {
    if (!Object.hasOwn(MENTIONS, code)) return [`mention.${code}`]
    const lacking = MENTIONS[code]?.lacks?.(input) ?? null
    return lacking === null ? [] : [lacking]
  })
}

/** Says the mentions of a message, each once, in the order of `MENTION_CODES`. */
export function mentionTexts(input: Input, values: TextValues, wording: Wording): string[] {
  const wanted = new Set(codesOf(input))
  return Object.entries(MENTIONS).flatMap(([code, { key }]) =>
    wanted.has(code) ? [wording.say(input.language, key, values)] : [],
  )
}

function codesOf(input: Input): readonly string[] {
  return isDunning(input) ? (input.notice?.mentions ?? []) : []
}
