// Whether a payer says for what a payment is, in words: then nobody takes it for the oldest bill.
import type { IncomingTransaction } from './match-types.ts'

const LANGUAGES = ['nl', 'en', 'fr', 'de']
const MONTH_NUMBERS = Array.from({ length: 12 }, (_, month) => month)
const SHORTEST = 3

/** Names of the months in the four languages, whole and short, without accents and dots. */
const MONTHS: ReadonlySet<string> = new Set(
  LANGUAGES.flatMap((language) =>
    (['long', 'short'] as const).flatMap((month) => {
      const format = new Intl.DateTimeFormat(language, { month, timeZone: 'UTC' })
      return MONTH_NUMBERS.flatMap((number) => wordsOf(format.format(Date.UTC(2026, number, 1))))
    }),
  ).filter((word) => word.length >= SHORTEST),
)

/** Tells whether a text holds a digit, beside the customer's own number, or the name of a month. */
export function namesPeriod(
  { unstructured }: Pick<IncomingTransaction, 'unstructured'>,
  customerNumber: string | null,
): boolean {
  const text = unstructured.join(' ')
  const rest = customerNumber === null ? text : text.replaceAll(customerNumber, ' ')
  return /\p{N}/u.test(rest) || wordsOf(rest).some((word) => MONTHS.has(word))
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '')
}
