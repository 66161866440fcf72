// The payment code of a claim, for letters: what a banking app scans to fill in the transfer.

import { epcQrPayload } from '../payment-qr.ts'
import { amountAsked } from './amount-asked.ts'
import { type CallInput, type ClaimMessageInput, isDunning } from './claim-message-input.ts'
import { templateRow } from './message-templates.ts'

/**
 * Returns the EPC069-12 payload that pays what a message asks for, or undefined where there is none:
 * nothing to pay, not in euro, a plan with amounts of its own, or an account or name that the standard
 * does not take. A reference that is no RF reference goes as text.
 */
export function paymentCode(input: ClaimMessageInput | CallInput): string | undefined {
  if (!isDunning(input) || templateRow(input.template).shape === 'answer') return undefined
  const { creditor, claim } = input
  const fields = { name: creditor.accountHolder, iban: creditor.iban, amount: amountAsked(input) }
  const structured = epcQrPayload({ ...fields, reference: claim.reference })
  const payload = structured.ok ? structured : epcQrPayload({ ...fields, text: claim.reference })
  return payload.ok ? payload.value : undefined
}
