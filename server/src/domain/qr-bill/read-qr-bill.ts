// Reads the text of a Swiss QR Code, strictly. Combined addresses (type K) are written no longer, but
// bills with them are paid until the last is: they are read.
// Source: SIX, Swiss Implementation Guidelines QR-bill, versions 2.2 and 2.3, §4.
import { err, ok, parseAmount, type Result } from '@parley/sdk/protocol'
import { checkQrBill, type QrBill, type QrBillRefusal } from './qr-bill.ts'
import type { StructuredAddress } from './structured-address.ts'

/** Elements up to and with the trailer, and with bill information and two alternative schemes. */
const MIN_ELEMENTS = 31
const MAX_ELEMENTS = 34
const MAX_LENGTH = 4_000
const AMOUNT = /^(?:0|[1-9][0-9]{0,8})\.[0-9]{2}$/

/**
 * Reads a bill. Line ends may be LF, CR LF or CR, one more may follow, and any version 02xx is read.
 *
 * Refuses `qr-structure` (header, coding, number of elements, trailer), `qr-version`, and what
 * `checkQrBill` refuses.
 */
export function readQrBill(payload: string): Result<QrBill, QrBillRefusal> {
  const elements = elementsOf(payload)
  const [header, version = '', coding, iban = ''] = elements
  const isSized = elements.length >= MIN_ELEMENTS && elements.length <= MAX_ELEMENTS
  if (!isSized || header !== 'SPC' || coding !== '1' || elements[30] !== 'EPD') {
    return err({ code: header === 'SPC' && isOther(version) ? 'qr-version' : 'qr-structure' })
  }
  if (isOther(version)) return err({ code: 'qr-version' })
  const creditor = readAddress(elements.slice(4, 11))
  const debtor = readAddress(elements.slice(20, 27))
  const isReserved = elements.slice(11, 18).every((element) => element === '')
  if (!isReserved || creditor === 'none' || creditor === 'broken' || debtor === 'broken') {
    return err({ code: 'qr-address' })
  }
  const [written = '', currency] = elements.slice(18, 20)
  if (currency !== 'CHF' && currency !== 'EUR') return err({ code: 'qr-amount' })
  const amount = AMOUNT.test(written) ? parseAmount({ value: written, currency }) : undefined
  if (written !== '' && amount?.ok !== true) return err({ code: 'qr-amount' })
  const [referenceType, reference, message, , billInformation, ...alternatives] = elements.slice(27)
  if (referenceType !== 'QRR' && referenceType !== 'SCOR' && referenceType !== 'NON') {
    return err({ code: 'qr-reference' })
  }
  const bill: QrBill = {
    iban,
    creditor,
    currency,
    ...(amount?.ok === true ? { amount: amount.value } : {}),
    ...(debtor === 'none' ? {} : { debtor }),
    referenceType,
    ...filled({ reference, message, billInformation }),
    ...(alternatives.length === 0 ? {} : { alternatives }),
  }
  const refused = checkQrBill(bill)
  return refused === undefined ? ok(bill) : err(refused)
}

function elementsOf(payload: string): string[] {
  if (payload.length > MAX_LENGTH) return []
  return payload
    .replace(/\r\n|\r/g, '\n')
    .replace(/\n$/, '')
    .split('\n')
}

function isOther(version: string): boolean {
  return !/^02[0-9]{2}$/.test(version)
}

/** Seven elements: type, name, and either street, number, code and town, or two lines. */
function readAddress(elements: readonly string[]): StructuredAddress | 'none' | 'broken' {
  const [type = '', name = '', first = '', second = '', code = '', place = '', country = ''] =
    elements
  if (elements.every((element) => element === '')) return 'none'
  if (type === 'S') {
    return {
      name,
      ...{ street: first, buildingNumber: second, postalCode: code, town: place, country },
    }
  }
  // The second line of a combined address is postal code and town; the other elements stay empty.
  const line = /^(\S{1,16})\s+(.+)$/.exec(second)
  if (type !== 'K' || line === null || code !== '' || place !== '') return 'broken'
  const [, postalCode = '', town = ''] = line
  return { name, street: first, buildingNumber: '', postalCode, town, country }
}

/** The members that hold something. */
function filled<T extends Record<string, string | undefined>>(
  texts: T,
): { [K in keyof T]?: string } {
  const entries = Object.entries(texts).filter(([, text]) => text !== undefined && text !== '')
  return Object.fromEntries(entries) as { [K in keyof T]?: string }
}
