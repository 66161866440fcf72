// A refund as the API shows it: of its account a hint alone.
import type { components } from '@parley/sdk/creditor'
import { formatAmount } from '@parley/sdk/protocol'
import { hintOf } from '../../use-cases/prepare-credit-choice.ts'
import type { Refund } from '../../use-cases/read-credits.ts'
import { instant } from './wire.ts'

export function refundOnWire(refund: Refund): components['schemas']['Refund'] {
  const { amount: minor, currency } = refund
  return {
    id: refund.refundId,
    paymentRequestId: refund.claimId,
    debtorId: refund.debtorId,
    amount: formatAmount({ minor, currency }),
    target: refund.target,
    account: hintOf(refund.account),
    state: refund.state,
    cautions: [...refund.cautions],
    chosenBy: refund.chosenBy,
    approvedBy: refund.approvedBy,
    endToEndId: refund.endToEndId,
    exportId: refund.exportId,
    createdAt: instant(refund.createdAt),
  }
}
