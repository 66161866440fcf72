// The link that opens a payment app with the transfer filled in, where the phone has such an app.
import { formatDecimal, type Money } from '@parley/sdk/protocol'
import { printReference, type ReferenceScheme } from './references/reference-schemes.ts'

/**
 * Returns the `payto:` URI of a transfer (RFC 8905): the account as path; `amount`, `receiver-name`,
 * `message` with the reference as people read it, and `instruction` with its electronic form, which an
 * app passes on unchanged (§5).
 */
export function paytoUri(transfer: {
  readonly name: string
  /** Electronic form. */
  readonly iban: string
  readonly amount: Money
  readonly reference: string
  readonly referenceScheme: ReferenceScheme
}): string {
  const { name, iban, amount, reference, referenceScheme } = transfer
  const options = [
    ['receiver-name', name],
    ['message', printReference(referenceScheme, reference)],
    ['instruction', reference],
  ]
  const query = options.map(([key, value = '']) => `${key}=${encodeURIComponent(value)}`)
  const money = `${amount.currency}:${formatDecimal(amount)}`
  return `payto://iban/${iban}?amount=${money}&${query.join('&')}`
}
