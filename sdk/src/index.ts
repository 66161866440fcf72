// The public surface of `@parley/sdk`: the agent and the bank kit, named exports only. Messages, keys
// and money are in `@parley/sdk/protocol`; file stores and the Node adapter in `@parley/sdk/node`.

export type { Agent, AgentDecision, AgentOptions } from './agent/agent.ts'
export type { AgentEvent } from './agent/agent-event.ts'
export type { AgentRefusal, AgentRefusalCode } from './agent/agent-refusal.ts'
export type { AnswerDecision } from './agent/answer.ts'
export { answerBody } from './agent/answer.ts'
export type { Booking, BookingFacts, BookingRefusal } from './agent/booking.ts'
export { MAX_BOOKINGS } from './agent/booking.ts'
export type { CashFlow, Forecast, OneOffFlow, Recurrence, RegularFlow } from './agent/cash-flow.ts'
export { forecast } from './agent/cash-flow.ts'
export { cashFlowFromBookings } from './agent/cash-flow-from-bookings.ts'
export { checkMenu } from './agent/check-content.ts'
export { createAgent } from './agent/create-agent.ts'
export type { CreditChoice, PersonCreditChoice } from './agent/credit-choice.ts'
export { chosenByPolicy } from './agent/credit-choice.ts'
export type {
  AcceptDecision,
  AskDecision,
  AskReason,
  CounterDecision,
  Decision,
  DecisionFacts,
  DecisionHistory,
  DeclineDecision,
  DeclineReason,
  QuietDecision,
} from './agent/decide.ts'
export { ASK_REASONS, DECLINE_REASONS, decide } from './agent/decide.ts'
export type { EnrolmentOrder } from './agent/enrol.ts'
export type {
  ActiveEnrolment,
  AnnouncedAccount,
  EndedEnrolment,
  Enrolment,
  EnrolmentKeys,
  EnrolmentTicket,
  PendingEnrolment,
} from './agent/enrolment.ts'
export { explainDecision } from './agent/explain-decision.ts'
export type { RequestRef } from './agent/find-conversation.ts'
export type { DuplicateWarning, FraudWarning, UnusualAmountWarning } from './agent/fraud-warning.ts'
export { FRAUD_WARNING_CODES } from './agent/fraud-warning.ts'
export type { Commitment, Obstacle } from './agent/household.ts'
export type { Lane, OwedMessage } from './agent/lane.ts'
export type {
  FoundFlow,
  FoundSpend,
  LearnedCashFlow,
  LeftOut,
  LeftOutReason,
} from './agent/learned-cash-flow.ts'
export type { NextKey, Preferences } from './agent/manage-enrolment.ts'
export { createMemoryAgentStore } from './agent/memory-store.ts'
export type { PersonChoice } from './agent/person-choice.ts'
export type { AskPerson, PersonQuestion } from './agent/person-questions.ts'
export type { ChosenPlan, PlanOutlook } from './agent/plan-search.ts'
export type { DecisionPolicy, PreferenceWeights, PrivacyRule } from './agent/policy.ts'
export { BALANCED_WEIGHTS } from './agent/policy.ts'
export type { Pollable, Poller, PollerOptions } from './agent/poller.ts'
export { createPoller } from './agent/poller.ts'
export type { InboxPull } from './agent/pull.ts'
export type { LinkedRequest } from './agent/read-link.ts'
export type { Rhythm } from './agent/rhythm.ts'
export type {
  AgentStore,
  DecisionEntry,
  Evidence,
  HandOver,
  ThreadAgreement,
  ThreadAnswer,
  ThreadEnding,
  ThreadInquiry,
  ThreadKey,
  ThreadMessage,
  ThreadRecord,
  ThreadStage,
} from './agent/store.ts'
export type { PullResult } from './agent/traffic.ts'
export type {
  CreditorStanding,
  TrustQuestion,
  TrustSource,
  TrustStatement,
} from './agent/trust.ts'
export * from './bank/index.ts'
export type { Fetch } from './peer/bounded-fetch.ts'
