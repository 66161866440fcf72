// The columns of each table as Kysely sees them, beside the migrations; a test compares the two.
import type { LateTerms, PublicJwk, PublishedJwk } from '@parley/sdk/protocol'
import type { ColumnType, Generated } from 'kysely'
import type { ClaimDocument } from '../domain/claim/claim.ts'
import type { ContactPoints, Preferences } from '../domain/claim/debtor.ts'
import type { CreditRules } from '../domain/credit/credit-rules.ts'
import type { ResumedJourney, StepDone } from '../domain/dunning/journey.ts'
import type { JourneyDefinition } from '../domain/dunning/journey-definition.ts'
import type { PolicyTerms } from '../domain/negotiation/policy.ts'
import type { PlanTold, ReplanOffer } from '../domain/plan/plan-moves.ts'
import type {
  BankTransactionDetails,
  BookingDecision,
  EventData,
  GeneralJws,
  MatchCandidate,
  PaymentAllocation,
  PlanTerms,
  StoredDivision,
  StoredLeaving,
  StoredNotice,
  StoredReply,
} from './column-types.ts'

/** A jsonb column: read as its value, written as JSON text (pg would make arrays of arrays). */
type Json<T> = ColumnType<T, string, string>

export interface SigningKeysTable {
  kid: string
  alg: string
  public_jwk: Json<PublicJwk>
  encrypted_private_jwk: Buffer
  created_at: number
  signs_from: number
  replaces: Generated<string>
  retired_at: number | null
  revoked_at: number | null
  revoked_reason: string | null
}

export interface CreditorsTable {
  creditor_id: string
  name: string
  iban: string
  bic: string | null
  next_iban: string | null
  next_bic: string | null
  next_account_on: string | null
  next_account_at: number | null
  account_version: Generated<number>
  numbering: Generated<string>
  time_zone: string
  language: string
  contact: Json<ContactPoints>
  credit_rules: Json<CreditRules>
  country: string
  charges_agreed: Generated<boolean>
  enterprise_number: string | null
  journey: string
  response_time_hours: number
  created_at: number
}

export interface CreditorAccountsTable {
  creditor_id: string
  iban: string
  announced_at: number
}

export interface ApiKeysTable {
  creditor_id: string
  key_hash: Buffer
  created_at: number
  revoked_at: number | null
}

export interface NegotiationPoliciesTable {
  creditor_id: string
  segment: string
  version: number
  policy_hash: string
  terms: Json<PolicyTerms>
  created_at: number
}

export interface DebtorsTable {
  creditor_id: string
  debtor_id: string
  external_id: string | null
  name: string
  party: Generated<string>
  country: string | null
  language: string | null
  time_zone: string | null
  contact: Json<ContactPoints>
  preferences: Json<Preferences>
  closed_channels: Generated<string[]>
  created_at: number
}

export interface ActivationCodesTable {
  creditor_id: string
  code_hash: Buffer
  debtor_id: string
  created_at: number
  expires_at: number
  used_at: number | null
}

export interface EnrolmentsTable {
  creditor_id: string
  enrolment_id: string
  debtor_id: string
  only_claim_id: string | null
  agent_iss: string
  sub: string
  thr: string
  last_seq: number
  last_hash: string
  inbox: string | null
  inbox_proven_at: number | null
  pull_token_hash: Buffer
  pinned_iban: string
  account_version: number
  created_at: number
  ended_at: number | null
  ended_by: string | null
}

export interface EnrolmentKeysTable {
  creditor_id: string
  enrolment_id: string
  kid: string
  public_jwk: Json<PublicJwk>
  not_before: number | null
  retired_at: number | null
  added_at: number
}

export interface JourneyAssignmentsTable {
  creditor_id: string
  segment: string
  champion: string
  challenger: string | null
  challenger_percent: number
  hold_out_percent: number
  since: number
  updated_at: number
}

export interface ClaimsTable {
  creditor_id: string
  claim_id: string
  debtor_id: string
  invoice_number: string
  segment: string
  currency: string
  principal: bigint
  charges: Generated<bigint>
  price: Generated<bigint>
  paid: Generated<bigint>
  overpaid: Generated<bigint>
  given_back: Generated<bigint>
  credit: Generated<bigint>
  disputed: Generated<bigint>
  issue_date: string
  due_date: string
  reference_scheme: string
  reference: string
  documents: Json<ClaimDocument[]>
  subject: string | null
  claim_state: Generated<string>
  conversation: string
  dunning: Generated<string>
  journey: string | null
  arm: string | null
  respond_by: number
  presented_at: number | null
  revision: Generated<number>
  thr: string
  version: Generated<number>
  created_at: number
}

export interface ThreadsTable {
  creditor_id: string
  thr: string
  claim_id: string
  peer_role: string
  peer_iss: string
  sub: string
  enrolment_id: string | null
  acks_of: string | null
  last_seq: number
  last_hash: string
  counters: Generated<number>
  created_at: number
}

export interface MessagesTable {
  creditor_id: string
  thr: string
  seq: number
  iss: string
  jti: string
  typ: string
  hash: string
  jws: string
  reply: Json<StoredReply> | null
  created_at: number
}

export interface EquivocationsTable {
  creditor_id: string
  thr: string
  seq: number
  iss: string
  hash: string
  jws: string
  received_at: number
}

export interface AgentDeliveriesTable {
  creditor_id: string
  delivery_id: Generated<number>
  enrolment_id: string
  claim_id: string | null
  thr: string
  seq: number
  state: Generated<string>
  attempts: Generated<number>
  pulled_at: number | null
  delivered_at: number | null
}

export interface AgreementsTable {
  creditor_id: string
  agreement_id: string
  claim_id: string
  accepted_by: string
  plan: Json<PlanTerms>
  total: bigint
  bank_iss: string | null
  jws: Json<GeneralJws>
  agreed_at: number
  late_terms: Json<LateTerms>
  told: Json<PlanTold>
  replan: Json<ReplanOffer> | null
  defaulted_at: number | null
  stage: Generated<string>
  remitted: Generated<bigint>
  replaced_at: number | null
  look_at: number | null
}

export interface PlanLinesTable {
  creditor_id: string
  claim_id: string
  line: number
  due_date: string
  amount: bigint
  paid: Generated<bigint>
  credited: Generated<bigint>
  end_to_end_id: string
}

export interface PaymentLeasesTable {
  creditor_id: string
  claim_id: string
  line: number
  bank_iss: string
  fencing: number
  locked_until: number
  state: string
}

export interface EventsTable {
  creditor_id: string
  event_id: Generated<number>
  claim_id: string
  type: string
  data: Json<EventData>
  at: number
}

export interface OutboxTable {
  creditor_id: string
  outbox_id: Generated<number>
  queue: string
  payload: Json<Record<string, unknown>>
}

export interface DunningCasesTable {
  creditor_id: string
  claim_id: string
  journey_id: string
  journey_version: number
  steps_done: Json<StepDone[]>
  next_step: string
  next_action_at: number
  trigger_at: number
  anchor_day: string | null
  resumes: Json<ResumedJourney> | null
  round: Generated<number>
  charged_step: string | null
}

export interface ClaimHoldsTable {
  creditor_id: string
  claim_id: string
  reason: string
  until: number | null
  created_at: number
  released_at: number | null
  released_as: string | null
}

export interface TasksTable {
  creditor_id: string
  task_id: string
  claim_id: string | null
  debtor_id: string | null
  transaction_id: string | null
  kind: string
  origin: string
  details: Buffer | null
  due_at: number
  state: Generated<string>
  created_at: number
  ended_at: number | null
  ended_by: string | null
}

export interface PersonRepliesTable {
  creditor_id: string
  claim_id: string
  origin: string
  channel: string
  action: string
  day: string | null
  at: number
}

export interface JourneyVersionsTable {
  journey_id: string
  version: number
  definition: Json<JourneyDefinition>
}

export interface ChargesTable {
  creditor_id: string
  claim_id: string
  rule: string
  period: string
  amount: bigint
  formula: string
  state: string
  reason: string | null
  changed_on: string
}

export interface HumanMessagesTable {
  creditor_id: string
  message_id: string
  claim_id: string
  debtor_id: string
  step: string
  channel: string
  template: string
  journey_id: string | null
  journey_version: number | null
  state: Generated<string>
  created_at: number
  sent_at: number | null
  try_again_at: number | null
  sending_until: number | null
  leaving: Json<StoredLeaving> | null
  is_contact: Generated<boolean>
  is_notice: Generated<boolean>
  notice: Json<StoredNotice> | null
  told_in: string | null
  provider: string | null
  provider_id: string | null
  delivery: string | null
  cost: bigint | null
  cost_currency: string | null
}

export interface BankStatementsTable {
  creditor_id: string
  statement_key: string
  account: string
  kind: string
  statement_id: string
  last_day: string | null
  electronic_sequence: string | null
  legal_sequence: string | null
  page: string | null
  is_last_page: boolean | null
  imported_at: number
}

export interface BankTransactionsTable {
  creditor_id: string
  transaction_id: string
  account: string
  bank_key: string
  currency: string
  amount: bigint
  direction: string
  booking_date: string | null
  value_date: string | null
  details: Json<BankTransactionDetails>
  state: string
  reason: string
  claim_id: string | null
  candidates: Json<MatchCandidate[]>
  imported_at: number
  version: Generated<number>
}

export interface BankTransactionHistoryTable {
  creditor_id: string
  transaction_id: string
  entry: number
  at: number
  state: string
  decided_by: string | null
  reason: string
  note: string | null
  data: Json<BookingDecision>
}

export interface PaymentsTable {
  creditor_id: string
  payment_id: string
  claim_id: string
  transaction_id: string
  amount: bigint
  allocations: Json<PaymentAllocation[]>
  overpaid: bigint
  received_on: string
  reversed_at: number | null
  created_at: number
  division: Json<StoredDivision> | null
}

export interface CreditNotesTable {
  creditor_id: string
  credit_note_id: string
  claim_id: string
  number: string
  currency: string
  amount: bigint
  freed: bigint
  reason: string
  document: Json<ClaimDocument> | null
  created_at: number
}

export interface CreditOffersTable {
  creditor_id: string
  credit_id: string
  claim_id: string
  debtor_id: string
  currency: string
  amount: bigint
  choices: string[]
  default_choice: string | null
  default_at: number
  state: string
  choice: string | null
  chosen_by: string | null
  created_at: number
  ended_at: number | null
}

export interface RefundsTable {
  creditor_id: string
  refund_id: string
  claim_id: string
  debtor_id: string
  credit_id: string
  currency: string
  amount: bigint
  target: string
  account: Buffer
  account_hint: string
  state: string
  cautions: Generated<string[]>
  chosen_by: string
  approved_by: string | null
  end_to_end_id: string
  export_id: string | null
  exported_at: number | null
  paid_transaction_id: string | null
  returned_transaction_id: string | null
  created_at: number
  ended_at: number | null
}

export interface RefundExportsTable {
  creditor_id: string
  export_id: string
  message_id: string
  currency: string
  number_of_transactions: number
  control_sum: bigint
  execution_date: string
  file: Buffer
  created_by: string
  created_at: number
}

export interface SetOffsTable {
  creditor_id: string
  set_off_id: string
  credit_id: string
  from_claim_id: string
  to_claim_id: string
  amount: bigint
  created_at: number
}

export interface WebhookEndpointsTable {
  creditor_id: string
  endpoint_id: string
  url: string
  encrypted_secret: Buffer
  events: string[] | null
  created_at: number
  removed_at: number | null
}

export interface WebhookDeliveriesTable {
  creditor_id: string
  delivery_id: string
  endpoint_id: string
  event_id: number
  event_type: string
  state: string
  attempts: Generated<number>
  last_status: number | null
  created_at: number
}

export interface IdempotencyKeysTable {
  creditor_id: string
  operation: string
  key: string
  request_hash: Buffer
  status: number
  reply: string
  reply_thr: string | null
  created_at: number
}

export interface PeerKeysTable {
  creditor_id: string
  iss: string
  kid: string
  jwk: Json<PublishedJwk>
  first_seen: number
}

export interface HopNoncesTable {
  kid: string
  nonce: string
  forget_at: number
}

export interface Tables {
  signing_keys: SigningKeysTable
  creditors: CreditorsTable
  creditor_accounts: CreditorAccountsTable
  api_keys: ApiKeysTable
  negotiation_policies: NegotiationPoliciesTable
  journey_assignments: JourneyAssignmentsTable
  debtors: DebtorsTable
  activation_codes: ActivationCodesTable
  enrolments: EnrolmentsTable
  enrolment_keys: EnrolmentKeysTable
  claims: ClaimsTable
  threads: ThreadsTable
  messages: MessagesTable
  equivocations: EquivocationsTable
  agent_deliveries: AgentDeliveriesTable
  agreements: AgreementsTable
  plan_lines: PlanLinesTable
  payment_leases: PaymentLeasesTable
  events: EventsTable
  outbox: OutboxTable
  dunning_cases: DunningCasesTable
  claim_holds: ClaimHoldsTable
  tasks: TasksTable
  person_replies: PersonRepliesTable
  journey_versions: JourneyVersionsTable
  charges: ChargesTable
  human_messages: HumanMessagesTable
  bank_statements: BankStatementsTable
  bank_transactions: BankTransactionsTable
  bank_transaction_history: BankTransactionHistoryTable
  payments: PaymentsTable
  credit_notes: CreditNotesTable
  credit_offers: CreditOffersTable
  refunds: RefundsTable
  refund_exports: RefundExportsTable
  set_offs: SetOffsTable
  webhook_endpoints: WebhookEndpointsTable
  webhook_deliveries: WebhookDeliveriesTable
  idempotency_keys: IdempotencyKeysTable
  peer_keys: PeerKeysTable
  hop_nonces: HopNoncesTable
}
