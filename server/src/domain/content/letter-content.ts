// A letter about a claim, before it is set in type: the blocks of the message and what a sheet of
// paper needs beside them. outbound/letter-pdf.ts draws it.

import { err, ok, type Result } from '@parley/sdk/protocol'
import type { BillWithAmount } from '../choose-payment-code.ts'
import { formatDayForPeople, formatMoneyForPeople } from '../wording/format-for-people.ts'
import type { Wording } from '../wording/wording.ts'
import { amountAsked } from './amount-asked.ts'
import { claimMessageContent } from './claim-message.ts'
import type { ClaimMessageInput } from './claim-message-input.ts'
import { type LetterLayout, letterLayout } from './letter-layouts.ts'
import { type MessageFault, mandatoryMentions, squeeze, unwelcomeWords } from './lint-message.ts'
import type { MessageContent } from './message-content.ts'
import { paymentCode } from './payment-code.ts'
import { renderMessageText } from './render-message-text.ts'
import { oneLine } from './safe-text.ts'

/** Everything that stands on the paper, as finished text. */
export interface LetterContent extends MessageContent {
  /** The lines of the address field, at most six. */
  readonly recipient: readonly string[]
  /** One line: where the letter goes back to. */
  readonly returnLine: string
  readonly sender: readonly string[]
  readonly date: string
  readonly layout: LetterLayout
  /** The payment code and the words under it. */
  readonly code?: { readonly payload: string; readonly caption: string }
  /** A Swiss QR-bill, which stands at the foot of the last page. */
  readonly slip?: { readonly payload: string; readonly bill: BillWithAmount }
  /** "Page {page} of {pages}" for each page of a letter that has several. */
  readonly pageNumbers: (page: number, pages: number) => string
  /** When it was written, in epoch seconds: the same letter is the same bytes. */
  readonly writtenAt: number
}

export interface LetterRecipient {
  readonly name: string
  /** Without the name; the last line is the place. */
  readonly lines: readonly string[]
  /** ISO 3166-1 alpha-2. */
  readonly country: string
}

/**
 * Why a letter cannot be printed: `address-incomplete`, `address-too-long` (more than six lines),
 * `sender-incomplete` (a letter that cannot come back), `glyph-missing` (the typeface lacks a
 * character of the text), `too-many-pages`.
 */
export interface LetterRefusal {
  readonly code:
    | 'address-incomplete'
    | 'address-too-long'
    | 'sender-incomplete'
    | 'glyph-missing'
    | 'too-many-pages'
  readonly detail: string
}

export interface PrintedLetter {
  readonly pdf: Uint8Array
  readonly pages: number
}

const ADDRESS_LINES = 6
const LINE_LENGTH = 60

/**
 * Composes a letter from the same facts as a mail. Refuses what could not arrive or come back.
 *
 * @throws {RangeError} like `composeClaimMessage`.
 */
export function composeClaimLetter(
  input: ClaimMessageInput,
  { recipient, writtenAt }: { recipient: LetterRecipient; writtenAt: number },
  wording: Wording,
): Result<LetterContent, LetterRefusal> {
  const { creditor, language, today } = input
  const lines = [recipient.name, ...recipient.lines].map(oneLine).filter((it) => it !== '')
  if (lines.length < 3) return refuse('address-incomplete', `${lines.length} lines`)
  const abroad = COUNTRY_NAMES[recipient.country]
  const isAbroad = recipient.country !== creditor.iban.slice(0, 2)
  // The country stands in capitals on a line of its own (UPU S42, EN ISO 19160-4).
  const address = isAbroad && abroad !== undefined ? [...lines, abroad] : lines
  const isTooLong = address.length > ADDRESS_LINES || address.some((it) => it.length > LINE_LENGTH)
  if (isTooLong) return refuse('address-too-long', `${address.length} lines`)
  const own = (creditor.address ?? []).map(oneLine).filter((it) => it !== '')
  if (own.length === 0) return refuse('sender-incomplete', 'the creditor has no postal address')
  const name = oneLine(creditor.name)
  const phone = oneLine(creditor.phone ?? '')
  const code = paymentCode(input, recipient)
  const amount = formatMoneyForPeople(amountAsked(input), language)
  const caption = wording.say(language, 'letter.code-caption', { amount })
  return ok({
    ...claimMessageContent(input, wording, 'letter'),
    recipient: address,
    returnLine: [name, ...own].join(' · '),
    sender: [name, ...own, ...(phone === '' ? [] : [phone])],
    date: formatDayForPeople(today, language),
    layout: letterLayout(recipient.country),
    writtenAt,
    pageNumbers: (page, pages) => wording.say(language, 'letter.page', { page, pages }),
    ...(code?.kind === 'epc' ? { code: { payload: code.payload, caption } } : {}),
    ...(code?.kind === 'swiss' ? { slip: code } : {}),
  })
}

/** Lists what is wrong with a letter; an empty list means that it may be printed. */
export function lintLetter(
  letter: LetterContent,
  facts: ClaimMessageInput,
  wording: Wording,
): MessageFault[] {
  const text = `${letter.subject}\n${renderMessageText(letter)}`
  const missing = mandatoryMentions(facts, wording, 'letter').filter(
    (mention) => !squeeze(text).includes(squeeze(mention)),
  )
  const gap = /\bundefined\b|\bNaN\b|\[object/.exec(text)
  return [
    ...missing.map((detail) => ({ code: 'mention-missing', detail }) as const),
    ...unwelcomeWords(text, facts, wording),
    ...(gap === null ? [] : [{ code: 'unfilled', detail: gap[0] } as const]),
  ]
}

/** Countries as posts of the world read them: in French or English capitals. */
const COUNTRY_NAMES: Readonly<Record<string, string>> = {
  AT: 'AUSTRIA',
  BE: 'BELGIUM',
  CH: 'SWITZERLAND',
  DE: 'GERMANY',
  DK: 'DENMARK',
  ES: 'SPAIN',
  FI: 'FINLAND',
  FR: 'FRANCE',
  GB: 'UNITED KINGDOM',
  IE: 'IRELAND',
  IT: 'ITALY',
  LU: 'LUXEMBOURG',
  NL: 'NETHERLANDS',
  PT: 'PORTUGAL',
  SE: 'SWEDEN',
  US: 'UNITED STATES',
}

function refuse(code: LetterRefusal['code'], detail: string): Result<never, LetterRefusal> {
  return err({ code, detail })
}
