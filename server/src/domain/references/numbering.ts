// How a creditor numbers the payments that it asks for: a scheme, its variant, and where both fit.
import { isQRIBAN } from 'ibantools'
import { newCreditorReference } from './creditor-reference.ts'
import { FINNISH_REFERENCE, generateFinnishRf } from './finnish-reference.ts'
import { NORWEGIAN_KID_MOD11 } from './norwegian-kid.ts'
import { generateReference, type ReferenceScheme } from './reference-schemes.ts'
import type { SchemeRules } from './scheme-rules.ts'
import { SWEDISH_OCR_WITH_LENGTH } from './swedish-ocr.ts'

interface NationalNumbering {
  readonly scheme: ReferenceScheme
  /** Digits of a new base: enough that two of a creditor's claims rarely meet. */
  readonly digits: number
  readonly generate: SchemeRules['generate']
}

// Every numbering makes references of one length, which is what banks agree on with a creditor.
const NATIONAL = {
  OGM: of('OGM', 10),
  QRR: of('QRR', 18),
  KID: of('KID', 14),
  'KID-MOD11': { scheme: 'KID', digits: 14, generate: NORWEGIAN_KID_MOD11.generate },
  FI: { scheme: 'FI', digits: 14, generate: FINNISH_REFERENCE.generate },
  'FI-SCOR': { scheme: 'SCOR', digits: 14, generate: generateFinnishRf },
  OCR: of('OCR', 14),
  'OCR-LENGTH': { scheme: 'OCR', digits: 13, generate: SWEDISH_OCR_WITH_LENGTH.generate },
  NL: of('NL', 15),
} as const satisfies Readonly<Record<string, NationalNumbering>>

function of(scheme: ReferenceScheme, digits: number): NationalNumbering {
  return { scheme, digits, generate: (base) => generateReference(scheme, base) }
}

/**
 * How new references are made. `SCOR`: ISO 11649 (RF); `KID`: with modulus 10; `FI-SCOR`: the Finnish
 * number as an RF reference; `OCR-LENGTH`: with a length digit.
 */
export type Numbering = 'SCOR' | keyof typeof NATIONAL

export const NUMBERINGS = ['SCOR', ...Object.keys(NATIONAL)] as readonly Numbering[]

export interface NewReference {
  readonly scheme: ReferenceScheme
  readonly reference: string
}

/** Random bytes that a new reference is made of. */
export const REFERENCE_BYTES = 8

/**
 * Makes a reference of random bytes, for a claim whose creditor gave none.
 *
 * @throws {RangeError} unless there are 8 bytes.
 */
export function newReference(numbering: Numbering, randomBytes: Uint8Array): NewReference {
  if (randomBytes.length !== REFERENCE_BYTES) throw new RangeError('8 bytes needed')
  if (numbering === 'SCOR') return { scheme: 'SCOR', reference: newCreditorReference(randomBytes) }
  const { scheme, digits, generate }: NationalNumbering = NATIONAL[numbering]
  // Never begins with a zero, which a spreadsheet or a bank would drop.
  const low = 10n ** BigInt(digits - 1)
  const random = randomBytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)
  for (let base = low + (random % (9n * low)); ; base++) {
    // One base in eleven has no KID modulus 11; the next one has.
    const made = generate(String(base))
    if (made.ok) return { scheme, reference: made.value }
  }
}

const CURRENCIES: Readonly<Record<ReferenceScheme, readonly string[] | undefined>> = {
  SCOR: undefined,
  OGM: ['EUR'],
  QRR: ['CHF', 'EUR'],
  KID: ['NOK'],
  FI: ['EUR'],
  OCR: ['SEK', 'EUR'],
  NL: ['EUR'],
}

/** Where a payment goes, and in which currency. */
export interface PaymentTarget {
  readonly iban: string
  readonly currency: string
}

/**
 * Says why an account or a currency takes no reference of a scheme, or undefined where it does. A
 * Swiss QR-IBAN (IID 30000 to 31999) takes QRR references alone, and these go nowhere else (SIX,
 * Implementation Guidelines QR-bill 2.3, §4.2.2); national schemes go with their currency.
 */
export function whyUnfit(
  scheme: ReferenceScheme,
  { iban, currency }: PaymentTarget,
): string | undefined {
  const currencies = CURRENCIES[scheme]
  if (currencies !== undefined && !currencies.includes(currency)) {
    return `references of ${scheme} go with amounts in ${currencies.join(' or ')}; take SCOR`
  }
  return whyUnfitAccount(scheme, iban)
}

/** As `whyUnfit`, whatever the currency. */
export function whyUnfitAccount(scheme: ReferenceScheme, iban: string): string | undefined {
  if (scheme === 'QRR' && !isQRIBAN(iban)) {
    return 'QRR references go with a QR-IBAN (IID 30000 to 31999) alone; take SCOR'
  }
  return scheme !== 'QRR' && isQRIBAN(iban) ? 'a QR-IBAN takes QRR references alone' : undefined
}

/**
 * The numbering for one payment: the creditor's own where it fits; else QRR to a QR-IBAN, and RF
 * references, which go everywhere.
 */
export function numberingFor(chosen: Numbering, target: PaymentTarget): Numbering {
  if (whyUnfit(schemeOf(chosen), target) === undefined) return chosen
  return whyUnfit('QRR', target) === undefined ? 'QRR' : 'SCOR'
}

/** The scheme whose references a numbering makes. */
export function schemeOf(numbering: Numbering): ReferenceScheme {
  return numbering === 'SCOR' ? 'SCOR' : NATIONAL[numbering].scheme
}
