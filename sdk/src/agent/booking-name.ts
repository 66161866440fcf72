// Names of counterparties: one key for all the ways in which a bank writes one, and a label that may
// be shown. Never identifies anyone; it only puts bookings together.

import { checkText } from '../protocol/text.ts'
import type { Booking } from './booking.ts'

const WITH_DIGIT = /[^\s\p{Nd}]*\p{Nd}\S*/gu
const WORD = /[\p{L}\p{M}]+/gu
/** How much of a name or text is looked at. */
export const MAX_NAME = 140
const MAX_LABEL = 70

/** Months in English, German, French and Dutch, whole and as statements shorten them. */
const MONTHS = new Set(
  `january february march april may june july august september october november december
  januar februar märz mai juni juli oktober dezember
  janvier février mars avril juin juillet août septembre octobre novembre décembre
  januari februari maart mei augustus
  jan feb mar mär apr jun jul aug sep sept oct okt nov dec dez`.split(/\s+/),
)

/**
 * Reduces a name or a booking text to its lasting words: case, punctuation, month names and every
 * word with a digit in it (dates, references, branch numbers) are left out. Where nothing is left,
 * as of an account number, the whole text counts, without blanks.
 */
export function nameKey(name: string): string {
  const plain = name.slice(0, MAX_NAME).normalize('NFKC').toLowerCase()
  const lasting = (plain.replace(WITH_DIGIT, ' ').match(WORD) ?? []).filter(
    (word) => !MONTHS.has(word),
  )
  return lasting.length > 0 ? lasting.join(' ') : plain.replace(/\s+/g, '')
}

/** Returns the name to show for a booking, or none where it has none that may be shown. */
export function labelOf({ counterparty = '', text = '' }: Booking): string | undefined {
  for (const name of [counterparty, text]) {
    const short = [...name.slice(0, 2 * MAX_LABEL).trim()].slice(0, MAX_LABEL).join('').trim()
    if (short !== '' && checkText(short, { maxCodePoints: MAX_LABEL }).ok) return short
  }
  return undefined
}
