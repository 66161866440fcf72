// Tables of money: statements, payments, credit and refunds.
import type { Generated } from 'kysely'
import type {
  BookingDecision,
  MatchCandidate,
  PaymentAllocation,
  StoredDivision,
} from '../column-types.ts'
import type { Json } from './json-column.ts'

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
  details: Buffer | null
  format: string | null
  bank_reference_index: string | null
  end_to_end_index: string | null
  payer_index: string | null
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
  note: Buffer | null
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
  words: Buffer | null
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
  account: Buffer | null
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
  file: Buffer | null
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
