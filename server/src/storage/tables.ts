// The columns of each table as Kysely sees them, by area in `tables/`; a test compares them with the
// migrations.
import type {
  AgreementsTable,
  ChargesTable,
  ClaimsTable,
  NegotiationPoliciesTable,
  PaymentLeasesTable,
  PlanLinesTable,
} from './tables/claims.ts'
import type {
  ClaimHoldsTable,
  DunningCasesTable,
  HumanMessagesTable,
  JourneyAssignmentsTable,
  JourneyVersionsTable,
  PersonRepliesTable,
  TasksTable,
} from './tables/dunning.ts'
import type {
  AgentDeliveriesTable,
  EquivocationsTable,
  EventsTable,
  IdempotencyKeysTable,
  MessagesTable,
  OutboxTable,
  ThreadsTable,
  WebhookDeliveriesTable,
  WebhookEndpointsTable,
} from './tables/exchange.ts'
import type {
  LearningModelsTable,
  LearningTurnsTable,
  LearntFactsTable,
  ProfileContestsTable,
} from './tables/learning.ts'
import type {
  BankStatementsTable,
  BankTransactionHistoryTable,
  BankTransactionsTable,
  CreditNotesTable,
  CreditOffersTable,
  PaymentsTable,
  RefundExportsTable,
  RefundsTable,
  SetOffsTable,
} from './tables/money.ts'
import type {
  ActionChoicesTable,
  ActionPoliciesTable,
  ExperimentMembersTable,
  ExperimentsTable,
} from './tables/next-action.ts'
import type {
  ActivationCodesTable,
  ApiKeysTable,
  CreditorAccountsTable,
  CreditorsTable,
  DebtorsTable,
  EnrolmentKeysTable,
  EnrolmentsTable,
  HopNoncesTable,
  PeerKeysTable,
  SigningKeysTable,
} from './tables/parties.ts'
import type {
  ConsentsTable,
  ErasuresTable,
  PersonKeysTable,
  RetentionRunsTable,
  ServerSecretsTable,
} from './tables/privacy.ts'

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
  learning_turns: LearningTurnsTable
  learning_models: LearningModelsTable
  learnt_facts: LearntFactsTable
  profile_contests: ProfileContestsTable
  action_policies: ActionPoliciesTable
  action_choices: ActionChoicesTable
  experiments: ExperimentsTable
  experiment_members: ExperimentMembersTable
  person_keys: PersonKeysTable
  server_secrets: ServerSecretsTable
  erasures: ErasuresTable
  consents: ConsentsTable
  retention_runs: RetentionRunsTable
}
