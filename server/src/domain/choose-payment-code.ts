// Which code a banking app scans to pay a claim: the Swiss QR-bill to an account there, else EPC069-12.
import type { Money } from '@parley/sdk/protocol'
import { epcQrPayload } from './payment-qr.ts'
import { type QrBill, qrBillPayload } from './qr-bill/qr-bill.ts'
import { structuredAddress } from './qr-bill/structured-address.ts'
import { printReference, type ReferenceScheme } from './references/reference-schemes.ts'

/** A postal address; the name stands beside it. */
export interface PostalLines {
  readonly lines: readonly string[]
  /** ISO 3166-1 alpha-2. */
  readonly country: string
}

export interface TransferToCode {
  /** Account holder. */
  readonly name: string
  readonly iban: string
  readonly bic?: string
  /** Where the creditor lives: a QR-bill needs it. */
  readonly address?: PostalLines
  readonly amount: Money
  readonly reference: string
  readonly referenceScheme: ReferenceScheme
  /** Who pays; only on paper that goes to this person. */
  readonly debtor?: PostalLines & { readonly name: string }
}

/** A bill whose amount is known, as ours always is. */
export type BillWithAmount = QrBill & { readonly amount: Money }

export type PaymentCode =
  | { readonly kind: 'epc'; readonly payload: string }
  | { readonly kind: 'swiss'; readonly payload: string; readonly bill: BillWithAmount }

/**
 * Returns the code that pays a transfer: a Swiss QR-bill to an account in Switzerland or Liechtenstein,
 * in francs or euro; EPC069-12 for euro to others. Undefined where neither can say it: another currency,
 * or a QR-bill whose creditor has no address with postal code and town.
 *
 * A national reference has no place of its own in EPC069-12: it goes as text, as people would write it.
 */
export function choosePaymentCode(transfer: TransferToCode): PaymentCode | undefined {
  const bill = swissBill(transfer)
  if (bill !== undefined) {
    const payload = qrBillPayload(bill)
    if (payload.ok) return { kind: 'swiss', payload: payload.value, bill }
  }
  const { name, iban, bic, amount, reference, referenceScheme } = transfer
  const fields = { name, iban, amount, ...(bic === undefined ? {} : { bic }) }
  const payload = epcQrPayload(
    referenceScheme === 'SCOR'
      ? { ...fields, reference }
      : { ...fields, text: printReference(referenceScheme, reference) },
  )
  return payload.ok ? { kind: 'epc', payload: payload.value } : undefined
}

function swissBill(transfer: TransferToCode): BillWithAmount | undefined {
  const { name, iban, address, amount, reference, referenceScheme, debtor } = transfer
  const { currency } = amount
  if (!/^(?:CH|LI)/.test(iban) || (currency !== 'CHF' && currency !== 'EUR')) return undefined
  const creditor = address && structuredAddress({ name, ...address })
  if (creditor === undefined) return undefined
  const payer = debtor && structuredAddress(debtor)
  const isStructured = referenceScheme === 'QRR' || referenceScheme === 'SCOR'
  return {
    iban,
    creditor,
    currency,
    amount,
    ...(payer === undefined ? {} : { debtor: payer }),
    ...(isStructured
      ? { referenceType: referenceScheme, reference }
      : { referenceType: 'NON', message: printReference(referenceScheme, reference) }),
  }
}
