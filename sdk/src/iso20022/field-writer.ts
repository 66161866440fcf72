// Writes the simple types of ISO 20022 as elements. The first value that does not fit is kept as the
// refusal of the whole message: nothing is cut, and nothing is sent that a bank would read otherwise.
import type { Day } from '../protocol/days.ts'
import { parseDay } from '../protocol/days.ts'
import { formatDecimal, type Money, minorUnits } from '../protocol/money.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { checkText } from '../protocol/text.ts'
import { isCreditorReference, isIban } from './check-digits.ts'
import type { IsoRefusal, IsoRefusalCode } from './iso-refusal.ts'
import { isSepaIdentifier, toSepaCharacters } from './sepa-characters.ts'
import { element, writeDocument, type XmlElement } from './xml-element.ts'

/**
 * The characters of names and free texts: those of SEPA, to which others are converted, or every
 * letter of Unicode, where the receiving bank has agreed to that.
 */
export type CharacterSet = 'sepa' | 'unicode'

/** Writes elements; `at` names the member of the input for the refusal. */
export interface FieldWriter {
  /** Max35Text in the set for identifiers; never converted. `iso-identifier`. */
  id(tag: string, at: string, value: string): XmlElement
  /** A text for people, converted to the character set. `iso-length`, `iso-characters`. */
  text(tag: string, at: string, value: string, maxLength: number): XmlElement
  /** An external code of capitals and digits. `iso-code`. */
  code(tag: string, at: string, value: string): XmlElement
  /** A positive amount with its currency. `iso-amount`, `iso-currency`. */
  amount(tag: string, at: string, value: Money): XmlElement
  /** A sum without its currency. `iso-amount`, `iso-currency`. */
  sum(tag: string, at: string, value: Money): XmlElement
  /** A calendar day. `iso-day`. */
  day(tag: string, at: string, value: Day): XmlElement
  /** An instant in whole seconds, written in UTC. `iso-instant`. */
  instant(tag: string, at: string, epochSeconds: number | null): XmlElement
  /** The identification of an account by its IBAN in electronic form. `iso-account`. */
  account(at: string, iban: string): XmlElement
  /** A bank by its BIC in the element that the version names. `iso-agent`. */
  bic(tag: string, at: string, bic: string): XmlElement
  /** Structured remittance information: documents, and an ISO 11649 reference. `iso-reference`. */
  creditorReference(at: string, reference: string, documents?: readonly XmlElement[]): XmlElement
  /** A share in basis points, above nothing and at most all, written in per cent. `iso-amount`. */
  rate(tag: string, at: string, bps: number): XmlElement
  /** An address of the web, as it is. `iso-characters`, `iso-length`. */
  address(tag: string, at: string, value: string): XmlElement
  /** Refuses from outside. The first refusal counts. */
  refuse(code: IsoRefusalCode, at: string): void
  /** The document, or the first refusal. */
  finish(namespace: string, message: XmlElement): Result<string, IsoRefusal>
}

const MAX_ID = 35
/** EPC132-08: the most that one SEPA credit transfer moves. */
const MAX_EURO = 99_999_999_999n
const MAX_MINOR = 10n ** 18n - 1n
const MAX_INSTANT = 253_402_300_799
const MAX_ADDRESS = 2048
const WHOLE_BPS = 10_000
const BIC = /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/
const CODE = /^[A-Z0-9]{1,4}$/

/** Creates the writer of one message. */
export function createFieldWriter(characters: CharacterSet): FieldWriter {
  let refusal: IsoRefusal | undefined
  const refuse = (code: IsoRefusalCode, at: string) => {
    refusal ??= { code, at }
  }
  /** An element whose value has passed, or the refusal; the element is then never written. */
  const checked = (tag: string, content: string, fault: IsoRefusalCode | null, at: string) => {
    if (fault !== null) refuse(fault, at)
    return element(tag, fault === null ? content : '')
  }
  return {
    refuse,
    id: (tag, at, value) => checked(tag, value, idFault(value), at),
    text: (tag, at, value, maxLength) => {
      const text = textOf(value, maxLength, characters)
      return text.ok ? element(tag, text.value) : checked(tag, '', text.error, at)
    },
    code: (tag, at, value) => checked(tag, value, CODE.test(value) ? null : 'iso-code', at),
    amount: (tag, at, money) => {
      const fault = amountFault(money, money.currency === 'EUR' ? MAX_EURO : MAX_MINOR)
      if (fault !== null) return checked(tag, '', fault, at)
      return element(tag, formatDecimal(money), { Ccy: money.currency })
    },
    sum: (tag, at, money) => {
      const fault = amountFault(money, MAX_MINOR)
      return checked(tag, fault === null ? formatDecimal(money) : '', fault, at)
    },
    day: (tag, at, day) => checked(tag, day, parseDay(day).ok ? null : 'iso-day', at),
    instant: (tag, at, seconds) => {
      const text = instantText(seconds)
      return checked(tag, text ?? '', text === null ? 'iso-instant' : null, at)
    },
    account: (at, iban) =>
      element('Id', [checked('IBAN', iban, isIban(iban) ? null : 'iso-account', at)]),
    bic: (tag, at, bic) => checked(tag, bic, BIC.test(bic) ? null : 'iso-agent', at),
    creditorReference: (at, reference, documents = []) => {
      const fault = isCreditorReference(reference) ? null : 'iso-reference'
      return element('Strd', [
        ...documents,
        element('CdtrRefInf', [
          element('Tp', [element('CdOrPrtry', [element('Cd', 'SCOR')])]),
          checked('Ref', reference, fault, at),
        ]),
      ])
    },
    rate: (tag, at, bps) => {
      const isShare = Number.isInteger(bps) && bps > 0 && bps <= WHOLE_BPS
      const percent = `${Math.floor(bps / 100)}.${String(bps % 100).padStart(2, '0')}`
      return checked(tag, percent, isShare ? null : 'iso-amount', at)
    },
    address: (tag, at, value) => checked(tag, value, addressFault(value), at),
    finish: (namespace, message) =>
      refusal === undefined ? ok(writeDocument(namespace, message)) : err(refusal),
  }
}

function idFault(value: string): IsoRefusalCode | null {
  return value.length <= MAX_ID && isSepaIdentifier(value) ? null : 'iso-identifier'
}

function addressFault(value: string): IsoRefusalCode | null {
  if (value.length > MAX_ADDRESS) return 'iso-length'
  return /^https?:\/\/[!-~]+$/.test(value) && URL.canParse(value) ? null : 'iso-characters'
}

function textOf(
  value: string,
  maxLength: number,
  characters: CharacterSet,
): Result<string, 'iso-length' | 'iso-characters'> {
  const shown = checkText(value, { maxCodePoints: maxLength })
  if (!shown.ok) return err(shown.error.code === 'text-length' ? 'iso-length' : 'iso-characters')
  if (characters === 'unicode') return ok(value)
  const converted = toSepaCharacters(value)
  if (!converted.ok) return err(converted.error.code)
  // `Θ` becomes two letters.
  return converted.value.length <= maxLength ? ok(converted.value) : err('iso-length')
}

function amountFault(
  { minor, currency }: Money,
  maxMinor: bigint,
): 'iso-currency' | 'iso-amount' | null {
  if (minorUnits(currency) === undefined) return 'iso-currency'
  return minor > 0n && minor <= maxMinor ? null : 'iso-amount'
}

function instantText(seconds: number | null): string | null {
  if (seconds === null || !Number.isInteger(seconds)) return null
  if (seconds < 0 || seconds > MAX_INSTANT) return null
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
