// Pays by a bank's file what Parley agreed: the lines of a plan, or one instruction of the bank kit, as
// pain.001. Spec: ISO-06.
import type { Agreement, Remittance } from '../protocol/generated/messages.ts'
import type { Money } from '../protocol/money.ts'
import { checkedMoney, linesOf } from './bridge-activation.ts'
import type { CreditTransferMessage, CreditTransferPayment } from './credit-transfer.ts'
import type { InitiatingParty, IsoParty } from './parties.ts'

/** What a pain.001 needs and an agreement does not say. */
export interface PlanPaymentFacts {
  readonly messageId: string
  /** Epoch seconds. */
  readonly createdAt: number
  /** Who pays, from which account. */
  readonly debtor: IsoParty
  /** The debtor when absent. */
  readonly initiatingParty?: InitiatingParty
  /** Which lines to pay, all when absent: those that were paid are left out. */
  readonly lines?: readonly number[]
}

/**
 * Orders the payment of the lines of a verified agreement: for each a payment of its own, on its day,
 * with its amount, `endToEndId` and reference.
 *
 * A bank that answers for the agreement (`payBy`) pays by `createBank`, which asks for the lease first;
 * this is for the debtor's own bank or bookkeeping.
 *
 * @example
 * import { creditTransferOfAgreement, writeCreditTransfer } from '@parley/sdk/iso20022'
 * import type { Agreement } from '@parley/sdk/protocol'
 * declare const agreement: Agreement
 * const message = creditTransferOfAgreement(agreement, {
 *   messageId: 'PLAN-1',
 *   createdAt: agreement.iat,
 *   debtor: { name: 'Ann Peeters', account: { iban: 'NL91ABNA0417164300' } },
 * })
 * const file = writeCreditTransfer(message)
 * if (!file.ok) console.log(file.error.code, file.error.at)
 */
export function creditTransferOfAgreement(
  agreement: Agreement,
  facts: PlanPaymentFacts,
): CreditTransferMessage {
  const { messageId, createdAt, debtor } = facts
  const { name, account } = agreement.creditor
  const { reference } = agreement.remittance
  return {
    ...{ messageId, createdAt },
    initiatingParty: facts.initiatingParty ?? { name: debtor.name },
    payments: linesOf(agreement, facts.lines).map(({ endToEndId, dueDate, amount }) => ({
      paymentInformationId: endToEndId,
      executionDay: dueDate,
      debtor,
      transactions: [
        {
          endToEndId,
          amount: checkedMoney(amount),
          creditor: { name, account },
          remittance: { reference },
        },
      ],
    })),
  }
}

/** What the bank kit tells a rail of one payment, as far as a file needs it. */
export interface InstructionFacts {
  readonly endToEndId: string
  readonly debtorAccount: { readonly iban: string; readonly name?: string }
  readonly creditor: { readonly name: string; readonly iban: string; readonly bic?: string }
  readonly amount: Money
  readonly remittance: Remittance
  readonly executionDay: string
}

/**
 * Makes a payment of an instruction of the bank kit, for a rail that takes files.
 *
 * `id` names the payment in the file and at the bank: one for each idempotency key, so that a file that
 * is sent again is a duplicate and no second payment.
 *
 * @example
 * import { type PaymentInstruction } from '@parley/sdk'
 * import { creditTransferOfInstruction } from '@parley/sdk/iso20022'
 * declare const instruction: PaymentInstruction
 * const payment = creditTransferOfInstruction(instruction, 'PAY-000001')
 * console.log(payment.executionDay)
 */
export function creditTransferOfInstruction(
  instruction: InstructionFacts,
  id: string,
): CreditTransferPayment {
  const { debtorAccount, creditor, endToEndId, amount, remittance } = instruction
  const { iban, name = 'NOTPROVIDED' } = debtorAccount
  const account = { iban: creditor.iban, ...(creditor.bic ? { bic: creditor.bic } : {}) }
  return {
    paymentInformationId: id,
    executionDay: instruction.executionDay,
    debtor: { name, account: { iban } },
    transactions: [
      {
        ...{ instructionId: id, endToEndId, amount },
        creditor: { name: creditor.name, account },
        remittance: { reference: remittance.reference },
      },
    ],
  }
}
