// The Swiss QR-bill: what its code says, checked and written as text. Drawing is somebody else's matter.
// Source: SIX, Swiss Implementation Guidelines QR-bill, version 2.3 (in force since 22 November 2025),
// §4 "Swiss QR Code".
import { err, formatDecimal, type Money, ok, type Result } from '@parley/sdk/protocol'
import { isQRIBAN, isValidIBAN } from 'ibantools'
import { normaliseCreditorReference } from '../references/creditor-reference.ts'
import { SWISS_QRR } from '../references/swiss-qrr.ts'
import { isWithinLimits, type StructuredAddress } from './structured-address.ts'

export interface QrBill {
  /** Of Switzerland or Liechtenstein, electronic form. */
  readonly iban: string
  readonly creditor: StructuredAddress
  readonly currency: 'CHF' | 'EUR'
  /** Left out: the payer writes it. */
  readonly amount?: Money
  /** Left out: the payer writes it. */
  readonly debtor?: StructuredAddress
  /** `QRR` with a QR-IBAN and with nothing else; `SCOR` is ISO 11649; `NON` has none. */
  readonly referenceType: 'QRR' | 'SCOR' | 'NON'
  readonly reference?: string
  /** For the payer; with `billInformation` at most 140 characters. */
  readonly message?: string
  /** Coded for machines, `//S1/…`. */
  readonly billInformation?: string
  /** Alternative schemes (AV), at most two of at most 100 characters. */
  readonly alternatives?: readonly string[]
}

export interface QrBillRefusal {
  readonly code:
    | 'qr-iban'
    | 'qr-address'
    | 'qr-amount'
    | 'qr-reference'
    | 'qr-text'
    | 'qr-size'
    | 'qr-structure'
    | 'qr-version'
}

const MAX_AMOUNT = 99_999_999_999n
const MAX_CHARACTERS = 997
/** Basic Latin, Latin-1 Supplement, Latin Extended-A, and Ș ș Ț ț € (annex "Permitted characters"). */
const PERMITTED = /^[\u0020-\u007e\u00a0-\u017f\u0218-\u021b\u20ac]*$/u

/**
 * Writes the text of the code: `SPC`, version 0200, structured addresses, lines ended by LF.
 *
 * Refuses `qr-iban` (not Swiss, check digits), `qr-address`, `qr-amount` (another currency, outside 0.01
 * to 999999999.99), `qr-reference` (check digits, or not the type that the account takes), `qr-text`
 * (length, characters) and `qr-size` (over 997 characters).
 */
export function qrBillPayload(bill: QrBill): Result<string, QrBillRefusal> {
  const refused = checkQrBill(bill)
  if (refused !== undefined) return err(refused)
  const { amount, reference = '', message = '', billInformation = '', alternatives = [] } = bill
  const elements = [
    ...['SPC', '0200', '1', bill.iban],
    ...addressElements(bill.creditor),
    // The ultimate creditor is for future use and stays empty.
    ...addressElements(undefined),
    ...[amount === undefined ? '' : formatDecimal(amount), bill.currency],
    ...addressElements(bill.debtor),
    ...[bill.referenceType, reference, message, 'EPD'],
  ]
  const optional = [billInformation, ...alternatives]
  if (optional.some((element) => element !== '')) elements.push(...optional)
  const payload = elements.join('\n')
  return [...payload].length <= MAX_CHARACTERS ? ok(payload) : err({ code: 'qr-size' })
}

/** Says why a bill is none, or undefined for one that may be paid; the codes of `qrBillPayload`. */
export function checkQrBill(bill: QrBill): QrBillRefusal | undefined {
  const { iban, creditor, debtor } = bill
  if (!/^(?:CH|LI)/.test(iban) || !isValidIBAN(iban)) return { code: 'qr-iban' }
  if (![creditor, ...(debtor === undefined ? [] : [debtor])].every(isAddress)) {
    return { code: 'qr-address' }
  }
  if (!isPayable(bill)) return { code: 'qr-amount' }
  if (!isReferenceOfAccount(bill)) return { code: 'qr-reference' }
  return areTexts(bill) ? undefined : { code: 'qr-text' }
}

function isAddress(address: StructuredAddress): boolean {
  return isWithinLimits(address) && Object.values(address).every(isPermitted)
}

function isPayable({ amount, currency }: QrBill): boolean {
  if (amount === undefined) return true
  return amount.currency === currency && amount.minor >= 1n && amount.minor <= MAX_AMOUNT
}

function isReferenceOfAccount({ iban, referenceType, reference }: QrBill): boolean {
  if (isQRIBAN(iban) !== (referenceType === 'QRR')) return false
  if (referenceType === 'NON' || reference === undefined) {
    return referenceType === 'NON' && reference === undefined
  }
  const parsed =
    referenceType === 'QRR' ? SWISS_QRR.parse(reference) : normaliseCreditorReference(reference)
  return parsed.ok && parsed.value === reference
}

function areTexts({ message = '', billInformation = '', alternatives = [] }: QrBill): boolean {
  const texts = [message, billInformation, ...alternatives]
  return (
    texts.every(isPermitted) &&
    [...message, ...billInformation].length <= 140 &&
    alternatives.length <= 2 &&
    alternatives.every((text) => [...text].length <= 100)
  )
}

/** One line of permitted characters, without blanks at the ends. */
function isPermitted(text: string): boolean {
  return PERMITTED.test(text) && text === text.trim()
}

function addressElements(address: StructuredAddress | undefined): string[] {
  if (address === undefined) return ['', '', '', '', '', '', '']
  const { name, street, buildingNumber, postalCode, town, country } = address
  return ['S', name, street, buildingNumber, postalCode, town, country]
}
