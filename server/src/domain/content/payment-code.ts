// The payment code of a claim, for letters: what a banking app scans to fill in the transfer.

import { epcQrPayload } from '../payment-qr.ts'
import type { ClaimMessageInput } from './claim-message-input.ts'

/**
 * Returns the EPC069-12 payload that pays a claim's amount outstanding, or undefined where there is
 * none: nothing to pay, not in euro, a plan with amounts of its own, or an account or name that the
 * standard does not take. A reference that is no RF reference goes as text.
 */
export function paymentCode(input: ClaimMessageInput): string | undefined {
  const { creditor, claim, template } = input
  if (template === 'thank-you' || template === 'plan-confirmed') return undefined
  const fields = { name: creditor.accountHolder, iban: creditor.iban, amount: claim.outstanding }
  const structured = epcQrPayload({ ...fields, reference: claim.reference })
  const payload = structured.ok ? structured : epcQrPayload({ ...fields, text: claim.reference })
  return payload.ok ? payload.value : undefined
}
