// The payment code of a claim, for letters: what a banking app scans to fill in the transfer.

import { choosePaymentCode, type PaymentCode, type TransferToCode } from '../choose-payment-code.ts'
import { amountAsked } from './amount-asked.ts'
import { type CallInput, type ClaimMessageInput, isDunning } from './claim-message-input.ts'
import { templateRow } from './message-templates.ts'

/**
 * Returns the code that pays what a message asks for, or undefined where there is none: nothing to pay,
 * a plan with amounts of its own, a currency, an account or a name that the standards do not take.
 */
export function paymentCode(
  input: ClaimMessageInput | CallInput,
  debtor?: TransferToCode['debtor'],
): PaymentCode | undefined {
  if (!isDunning(input) || templateRow(input.template).shape === 'answer') return undefined
  const { creditor, claim } = input
  const { accountHolder: name, iban, address: lines, addressCountry: country } = creditor
  return choosePaymentCode({
    name,
    iban,
    ...(lines === undefined || country === undefined ? {} : { address: { lines, country } }),
    amount: amountAsked(input),
    reference: claim.reference,
    referenceScheme: claim.referenceScheme,
    ...(debtor === undefined ? {} : { debtor }),
  })
}
