// Reads the text of a QR code that asks for a SEPA credit transfer, strictly: what a banking app would
// refuse is refused.
// Source: EPC069-12 version 2.1 §2 (versions 001 and 002, with LF or CR LF between the elements).
import { err, type Money, ok, parseAmount, type Result } from '@parley/sdk/protocol'
import { type EpcQrFields, type EpcQrRefusal, epcQrPayload } from './payment-qr.ts'

/** `qr-structure`: another service tag, identification or number of elements; `qr-version`. */
export interface EpcQrReadRefusal {
  readonly code: EpcQrRefusal['code'] | 'qr-structure' | 'qr-version'
}

const MAX_ELEMENTS = 12
const MAX_LENGTH = 1_000
const AMOUNT = /^EUR((?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,2})?)$/

/**
 * Reads the fields of a payload; the amount may have none, one or two decimals.
 *
 * Refuses `qr-structure`, `qr-version`, and what `epcQrPayload` refuses.
 */
export function readEpcQr(payload: string): Result<EpcQrFields, EpcQrReadRefusal> {
  const elements = payload.length > MAX_LENGTH ? [] : payload.replace(/\r\n/g, '\n').split('\n')
  while (elements.length > MAX_ELEMENTS && elements.at(-1) === '') elements.pop()
  const [tag, version = '', characters = '', identification, bic = '', name, iban] = elements
  const isOurs = tag === 'BCD' && identification === 'SCT' && /^[1-8]$/.test(characters)
  if (!isOurs || name === undefined || iban === undefined || elements.length > MAX_ELEMENTS) {
    return err({ code: 'qr-structure' })
  }
  if (version !== '001' && version !== '002') return err({ code: 'qr-version' })
  // In the first version a bank is always named.
  if (version === '001' && bic === '') return err({ code: 'qr-bic' })
  const [written = '', purpose = '', reference = '', text = '', information = ''] =
    elements.slice(7)
  const amount = readAmount(written)
  if (amount === 'broken') return err({ code: 'qr-amount' })
  const texts = { bic, purpose, reference, text, information }
  const given = Object.entries(texts).filter(([, value]) => value !== '')
  const fields: EpcQrFields = {
    ...{ name, iban },
    ...(amount === undefined ? {} : { amount }),
    ...Object.fromEntries(given),
  }
  const written002 = epcQrPayload(fields)
  return written002.ok ? ok(fields) : written002
}

function readAmount(written: string): Money | 'broken' | undefined {
  if (written === '') return undefined
  const decimal = AMOUNT.exec(written)?.[1]
  if (decimal === undefined) return 'broken'
  const [units = '', cents = ''] = decimal.split('.')
  const amount = parseAmount({ value: `${units}.${cents.padEnd(2, '0')}`, currency: 'EUR' })
  return amount.ok ? amount.value : 'broken'
}
