// The text inside the QR code that banking apps scan to fill in a SEPA credit transfer.
// Source: EPC069-12 version 2.1, "Quick Response Code: Guidelines to enable data capture for the
// initiation of a SEPA credit transfer". Drawing the code is somebody else's matter.
import { err, formatDecimal, type Money, ok, type Result } from '@parley/sdk/protocol'
import { electronicFormatIBAN, isSEPACountry, isValidBIC, isValidIBAN } from 'ibantools'
import { normaliseCreditorReference } from './references/creditor-reference.ts'

export interface EpcQrFields {
  /** Account holder, at most 70 characters. */
  readonly name: string
  readonly iban: string
  /** Needed for accounts outside the European Economic Area. */
  readonly bic?: string
  readonly amount?: Money
  /** RF creditor reference; excludes `text`. */
  readonly reference?: string
  /** Free remittance text of at most 140 characters; excludes `reference`. */
  readonly text?: string
  /** ISO 20022 external purpose code, 1 to 4 capitals or digits. */
  readonly purpose?: string
  /** Note for the payer of at most 70 characters; banks do not transmit it. */
  readonly information?: string
}

export interface EpcQrRefusal {
  readonly code:
    | 'qr-name'
    | 'qr-iban'
    | 'qr-bic'
    | 'qr-amount'
    | 'qr-reference'
    | 'qr-text'
    | 'qr-purpose'
    | 'qr-size'
}

const EEA = new Set(
  `AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK`.split(
    ' ',
  ),
)
const MAX_PAYLOAD_BYTES = 331
const MAX_AMOUNT = 99_999_999_999n

/**
 * Builds the payload: service tag BCD, version 002, character set 1 (UTF-8), SCT, lines ended by LF
 * and no line after the last element that is used.
 *
 * Refuses `qr-iban` (check digits, not SEPA), `qr-bic` (form, or missing outside the EEA),
 * `qr-amount` (not EUR, outside 0.01 to 999999999.99), `qr-reference` (not a valid RF reference, or
 * given beside a text), `qr-name`, `qr-text`, `qr-purpose`, and `qr-size` over 331 bytes.
 */
export function epcQrPayload(fields: EpcQrFields): Result<string, EpcQrRefusal> {
  const { bic = '', purpose = '', text = '', information = '' } = fields
  const name = fields.name.normalize('NFC')
  const iban = electronicFormatIBAN(fields.iban) ?? ''
  const country = iban.slice(0, 2)
  if (!isPlainText(name, 70) || name === '') return err({ code: 'qr-name' })
  if (!isValidIBAN(iban) || !isSEPACountry(country)) return err({ code: 'qr-iban' })
  if (bic === '' ? !EEA.has(country) : !isValidBIC(bic)) return err({ code: 'qr-bic' })
  const amount = amountElement(fields.amount)
  if (amount === undefined) return err({ code: 'qr-amount' })
  const reference = referenceElement(fields.reference)
  if (reference === undefined || (reference !== '' && text !== '')) {
    return err({ code: 'qr-reference' })
  }
  if (!isPlainText(text, 140) || !isPlainText(information, 70)) return err({ code: 'qr-text' })
  if (!/^[A-Z0-9]{0,4}$/.test(purpose)) return err({ code: 'qr-purpose' })

  const elements = [bic, name, iban, amount, purpose, reference, text, information]
  const payload = ['BCD', '002', '1', 'SCT', ...elements].join('\n').replace(/\n+$/, '')
  const byteLength = new TextEncoder().encode(payload).length
  return byteLength <= MAX_PAYLOAD_BYTES ? ok(payload) : err({ code: 'qr-size' })
}

function amountElement(amount: Money | undefined): string | undefined {
  if (amount === undefined) return ''
  const isPayable = amount.currency === 'EUR' && amount.minor >= 1n && amount.minor <= MAX_AMOUNT
  return isPayable ? `EUR${formatDecimal(amount)}` : undefined
}

function referenceElement(reference: string | undefined): string | undefined {
  if (reference === undefined) return ''
  const normalised = normaliseCreditorReference(reference)
  return normalised.ok ? normalised.value : undefined
}

/**
 * One line without characters that look like others or like nothing: compatibility forms, control
 * and format characters, blanks at the ends or doubled. Banking apps copy the text into transfers.
 */
function isPlainText(text: string, maxLength: number): boolean {
  return (
    [...text].length <= maxLength &&
    text === text.normalize('NFKC') &&
    text === text.trim() &&
    text.isWellFormed() &&
    !/[\p{C}\p{Zl}\p{Zp}]| {2}/u.test(text)
  )
}
