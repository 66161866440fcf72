// The public surface of `@parley/sdk/bank`: the bank kit. The same names are in `@parley/sdk`. Its
// PostgreSQL store is in `@parley/sdk/bank/postgres`, its file store in `@parley/sdk/node`.

export type { AcceptedAgreement } from './accept-agreement.ts'
export type {
  AuthorisationCode,
  AuthorisationFacts,
  AuthorisationRefusal,
} from './authorise.ts'
export { authorise } from './authorise.ts'
export type { BankEvent } from './bank-event.ts'
export type { Bank, BankOptions, RunOptions } from './create-bank.ts'
export { createBank } from './create-bank.ts'
export type {
  AgentKey,
  AgreementRecord,
  Approval,
  AskCode,
  CheckedPayee,
  CreditorRef,
  CurrencyLimits,
  CustomerLimits,
  CustomerRecord,
  LineKey,
  LineRecord,
  LineState,
  Mandate,
  MandateLimits,
  OutgoingMessage,
  OwedReport,
  PaymentStatus,
  RefusedAgreement,
} from './customer.ts'
export { ASK_CODES } from './customer.ts'
export type { CustomerQuestion, QuestionRef } from './customer-says.ts'
export type { ExecutionFacts, ExecutionPlan, MoveReason } from './execution-day.ts'
export { planExecution } from './execution-day.ts'
export type { JournalEntry, JournalFacts, JournalSubject } from './journal-entry.ts'
export type { MandateRefusal } from './mandate.ts'
export type { LimitCode } from './mandate-limits.ts'
export { createMemoryBankStore } from './memory-store.ts'
export type { PaymentReport } from './pay-line.ts'
export type { Payee, PayeeCheck, PayeeVerdict, WhenPayeeUnavailable } from './payee-check.ts'
export type { AgreementQuestion, PayeeHold, PayeePolicy } from './question.ts'
export type {
  DebtorAccount,
  PaymentInstruction,
  PaymentQuery,
  Rail,
  RailOutcome,
  RailTerms,
} from './rail.ts'
export { INSTANT_TERMS } from './rail.ts'
export type { FoundOutcome } from './rail-outcome.ts'
export type { CustomerRegistration, RegistrationRefusal } from './register-customer.ts'
export type { BankStore, JournalPage, SwitchRecord } from './store.ts'
export { JOURNAL_PAGE, NO_SWITCHES } from './store.ts'
