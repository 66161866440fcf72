// Amounts, days and bank details the way a person of a language writes them. Amounts start from
// the exact decimal text and never become a JavaScript number.

import {
  type Amount,
  type Day,
  formatAmount,
  type Money,
  minorUnits,
  startOfDayInZone,
} from '@parley/sdk/protocol'
import { printReference, type ReferenceScheme } from '../references/reference-schemes.ts'
import type { Language } from './language.ts'

const LOCALES: Readonly<Record<Language, string>> = { fr: 'fr', nl: 'nl', en: 'en-GB', de: 'de' }

/**
 * Writes an amount with its currency: `1 234,50 €` (fr), `€ 1.234,50` (nl), `€1,234.50` (en),
 * `1.234,50 €` (de), with no-break spaces. All digits are exact, whatever their number.
 *
 * @throws {RangeError} for a currency that ISO 4217 does not list.
 */
export function formatMoneyForPeople(money: Money, language: Language): string {
  return formatAmountForPeople(formatAmount(money), language)
}

/** Writes a wire amount in the same way; its decimal text must already have been checked. */
export function formatAmountForPeople(amount: Amount, language: Language): string {
  // Intl reads decimal text exactly (ECMA-402 §16.5.16), so no digit passes through a float.
  const digits = amount.value as Intl.StringNumericLiteral
  return moneyFormat(language, amount.currency).format(digits)
}

/** Writes decimal text as a rate in percent: `10,15 %` (fr, de), `10,15%` (nl), `10.15%` (en). */
export function formatPercentForPeople(percent: string, language: Language): string {
  const digits = language === 'en' ? percent : percent.replace('.', ',')
  return `${digits}${language === 'fr' || language === 'de' ? '\u00a0%' : '%'}`
}

/** Writes a day in full: `27 mars 2026`, `27 maart 2026`, `27 March 2026`, `27. März 2026`. */
export function formatDayForPeople(day: Day, language: Language): string {
  const text = dayFormat(language).format(startOfDayInZone(day, 'UTC') * 1000)
  // French says the first of a month as an ordinal; CLDR leaves that out.
  return language === 'fr' ? text.replace(/^1 /, '1er ') : text
}

/** Groups an IBAN or a reference by four characters, the print form of ISO 13616 and ISO 11649. */
export function groupByFour(text: string): string {
  return text.replace(/\s/g, '').replace(/.{4}(?=.)/g, '$& ')
}

/** Writes a reference as its scheme prints it: `RF18 5390 0754 7034`, `+++090/9337/55493+++`. */
export function formatReferenceForPeople(of: {
  readonly referenceScheme: ReferenceScheme
  readonly reference: string
}): string {
  return printReference(of.referenceScheme, of.reference)
}

const moneyFormats = new Map<string, Intl.NumberFormat>()
const dayFormats = new Map<Language, Intl.DateTimeFormat>()

function moneyFormat(language: Language, currency: string): Intl.NumberFormat {
  const known = moneyFormats.get(language + currency)
  if (known !== undefined) return known
  // Stated by us: Intl follows CLDR, which differs from ISO 4217 for sixteen currencies.
  const decimals = minorUnits(currency) ?? 0
  const format = new Intl.NumberFormat(LOCALES[language], {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
  moneyFormats.set(language + currency, format)
  return format
}

function dayFormat(language: Language): Intl.DateTimeFormat {
  const known = dayFormats.get(language)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
    calendar: 'gregory',
  })
  dayFormats.set(language, format)
  return format
}
