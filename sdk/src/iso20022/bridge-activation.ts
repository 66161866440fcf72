// Asks by the rails of banks for what Parley asks for: a signed request, or the instalments of an
// agreement, as pain.013. Spec: ISO-01 to ISO-05.

import { endToEndId } from '../protocol/agreement.ts'
import { addDays } from '../protocol/days.ts'
import type { Agreement, RequestMessage } from '../protocol/generated/messages.ts'
import { type Amount, type Money, parseAmount } from '../protocol/money.ts'
import { paymentInformationId } from './bridge-ids.ts'
import type { InitiatingParty } from './parties.ts'
import type { PaymentActivation, PaymentConditions } from './payment-activation.ts'
import type { ReferredDocument } from './referred-documents.ts'

/** What a pain.013 needs and neither a request nor an agreement says. */
export interface ActivationFacts
  extends Pick<
    PaymentActivation,
    'messageId' | 'createdAt' | 'debtor' | 'ultimateCreditor' | 'signed'
  > {
  /** The creditor when absent. */
  readonly initiatingParty?: InitiatingParty
  /** What the creditor's own terms say; the amount changes by agreement alone. */
  readonly conditions?: Pick<PaymentConditions, 'delayPenalty' | 'immediatePaymentRebate'>
  /** Those of the request when absent; none for an agreement. */
  readonly documents?: readonly ReferredDocument[]
}

/** Also which lines of an agreement are asked for, all when absent, and until when. */
export interface AgreementActivationFacts extends ActivationFacts {
  readonly lines?: readonly number[]
  /** Days after its due day on which a line's request expires; never when absent. */
  readonly expiresAfterDays?: number
}

/**
 * Asks for the whole amount of a signed request in one payment, until its `exp`. The menu, the dunning
 * clock and the hashes of documents stay behind: they travel only in `signed`.
 *
 * @example
 * import { activationOfRequest, isoMessageId, writePaymentActivation } from '@parley/sdk/iso20022'
 * import type { RequestMessage } from '@parley/sdk/protocol'
 * declare const request: RequestMessage
 * const activation = activationOfRequest(request, {
 *   messageId: await isoMessageId(request.jti),
 *   createdAt: request.iat,
 *   debtor: { name: 'Ann Peeters', account: { iban: 'NL91ABNA0417164300' } },
 * })
 * const file = writePaymentActivation(activation)
 * if (!file.ok) console.log(file.error.code, file.error.at)
 */
export function activationOfRequest(
  request: RequestMessage,
  facts: ActivationFacts,
): PaymentActivation {
  const { requestId, amount, dueDate, documents = [] } = request
  const payment = {
    paymentInformationId: paymentInformationId(requestId),
    endToEndId: endToEndId(requestId, 1),
    executionDay: dueDate,
    expiry: { instant: request.exp },
    amount: checkedMoney(amount),
  }
  return {
    ...asked(request, facts),
    documents: facts.documents ?? documents.map(referredDocument),
    payments: [payment],
  }
}

/**
 * Asks for each line of a verified agreement in a payment of its own, on its day and under its
 * `endToEndId`. The agreement's signatures travel only in `signed`.
 *
 * @example
 * import { activationOfAgreement, writePaymentActivation } from '@parley/sdk/iso20022'
 * import type { Agreement } from '@parley/sdk/protocol'
 * declare const agreement: Agreement
 * const activation = activationOfAgreement(agreement, {
 *   messageId: 'PLAN-1',
 *   createdAt: agreement.iat,
 *   debtor: { name: 'Ann Peeters', account: { iban: 'NL91ABNA0417164300' } },
 *   expiresAfterDays: 14,
 * })
 * const file = writePaymentActivation(activation)
 * if (!file.ok) console.log(file.error.code, file.error.at)
 */
export function activationOfAgreement(
  agreement: Agreement,
  facts: AgreementActivationFacts,
): PaymentActivation {
  const { expiresAfterDays } = facts
  const payments = linesOf(agreement, facts.lines).map((line) => ({
    paymentInformationId: line.endToEndId,
    endToEndId: line.endToEndId,
    executionDay: line.dueDate,
    ...(expiresAfterDays === undefined
      ? {}
      : { expiry: { day: addDays(line.dueDate, expiresAfterDays) } }),
    amount: checkedMoney(line.amount),
  }))
  return { ...asked(agreement, facts), documents: facts.documents ?? [], payments }
}

/** The lines of an agreement by their numbers; all when none are named. */
export function linesOf(
  { lines }: Agreement,
  numbers: readonly number[] | undefined,
): Agreement['lines'][number][] {
  return lines.filter(({ line }) => numbers === undefined || numbers.includes(line))
}

/** @throws {TypeError} for an amount that verification would have refused. */
export function checkedMoney(amount: Amount): Money {
  const money = parseAmount(amount)
  if (!money.ok) throw new TypeError('an unchecked amount')
  return money.value
}

function asked(
  { creditor, remittance }: Pick<RequestMessage, 'creditor' | 'remittance'>,
  facts: ActivationFacts,
): Omit<PaymentActivation, 'payments' | 'documents'> {
  const { messageId, createdAt, debtor, ultimateCreditor, signed } = facts
  return {
    ...{ messageId, createdAt, debtor },
    initiatingParty: facts.initiatingParty ?? { name: creditor.name },
    creditor: { name: creditor.name, account: creditor.account },
    ...(ultimateCreditor === undefined ? {} : { ultimateCreditor }),
    conditions: {
      amountModificationAllowed: false,
      earlyPaymentAllowed: true,
      guaranteedPaymentRequested: false,
      ...facts.conditions,
    },
    reference: remittance.reference,
    ...(signed === undefined ? {} : { signed }),
  }
}

function referredDocument(
  document: NonNullable<RequestMessage['documents']>[number],
): ReferredDocument {
  const { type, id, issueDate, uri } = document
  return {
    ...{ type, number: id },
    ...(issueDate === undefined ? {} : { issueDay: issueDate }),
    ...(uri === undefined ? {} : { address: uri }),
  }
}
