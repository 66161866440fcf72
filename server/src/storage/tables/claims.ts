// Tables of what is owed: claims, their charges, agreements and instalments.
import type { LateTerms } from '@parley/sdk/protocol'
import type { Generated, GeneratedAlways } from 'kysely'
import type { ClaimDocument } from '../../domain/claim/claim.ts'
import type { PolicyTerms } from '../../domain/negotiation/policy.ts'
import type { PlanTold, ReplanOffer } from '../../domain/plan/plan-moves.ts'
import type { PlanTerms } from '../column-types.ts'
import type { Json } from './json-column.ts'

export interface NegotiationPoliciesTable {
  creditor_id: string
  segment: string
  version: number
  policy_hash: string
  terms: Json<PolicyTerms>
  created_at: number
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
  owed: GeneratedAlways<string>
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

export interface AgreementsTable {
  creditor_id: string
  agreement_id: string
  claim_id: string
  accepted_by: string
  plan: Json<PlanTerms>
  total: bigint
  bank_iss: string | null
  jws: Buffer | null
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
