// The public surface of `@parley/sdk/iso20022`: messages of ISO 20022 beside those of Parley.
// Runs in browsers and on servers; needs WebCrypto and nothing else of its host.

export type { Assignment, CaseParty } from './assignment.ts'
export type { ActivationFacts, AgreementActivationFacts } from './bridge-activation.ts'
export { activationOfAgreement, activationOfRequest } from './bridge-activation.ts'
export type { AnswerReason, DebtorAnswer, DebtorSideMessage } from './bridge-answer.ts'
export { debtorAnswerOf, statusOfAgreement, statusOfMessage } from './bridge-answer.ts'
export type { CancelledAnswer } from './bridge-cancellation.ts'
export { cancellationOf, cancellationStatusOf, cancelledAnswerOf } from './bridge-cancellation.ts'
export type { InstructionFacts, PlanPaymentFacts } from './bridge-credit-transfer.ts'
export { creditTransferOfAgreement, creditTransferOfInstruction } from './bridge-credit-transfer.ts'
export { isoMessageId, paymentInformationId, requestIdOf } from './bridge-ids.ts'
export type { CancellationAnswer, PaymentCancellation } from './cancellation-answer.ts'
export { readCancellationAnswer, writeCancellationAnswer } from './cancellation-answer.ts'
export type {
  CancellationRequest,
  CancelledPayment,
  OriginalMessage,
} from './cancellation-request.ts'
export { writeCancellationRequest } from './cancellation-request.ts'
export type {
  CreditTransfer,
  CreditTransferMessage,
  CreditTransferOptions,
  CreditTransferPayment,
} from './credit-transfer.ts'
export { writeCreditTransfer } from './credit-transfer.ts'
export type { DayOrInstant } from './field-reader.ts'
export type { CharacterSet } from './field-writer.ts'
export type { IsoRefusal, IsoRefusalCode } from './iso-refusal.ts'
export { ISO_REFUSAL_CODES } from './iso-refusal.ts'
export type { InitiatingParty, IsoAccount, IsoParty, IsoRemittance } from './parties.ts'
export type {
  ActivationPayment,
  PaymentActivation,
  PaymentConditions,
  SignedOriginal,
} from './payment-activation.ts'
export { writePaymentActivation } from './payment-activation.ts'
export type {
  ReceivedActivation,
  ReceivedActivationPayment,
  ReceivedDocument,
  ReceivedParty,
} from './read-payment-activation.ts'
export { readPaymentActivation } from './read-payment-activation.ts'
export type { Refuser } from './reason-codes.ts'
export { isoReasonOf, refusalOfIsoReason, refuserOf } from './reason-codes.ts'
export type { ReferredDocument } from './referred-documents.ts'
export type { SepaCharactersRefusal } from './sepa-characters.ts'
export { isSepaIdentifier, toSepaCharacters } from './sepa-characters.ts'
export type { StatusReason } from './status-reasons.ts'
export type { PaymentStatus, StatusReport, TransactionStatus } from './status-report.ts'
export { readStatusReport, writeStatusReport } from './status-report.ts'
