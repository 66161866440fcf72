// Tables of choices: who has actions chosen, what was chosen and why, and experiments with their members.
import type { StoredChoice, StoredOutcome } from '../action-choices.ts'
import type { Json } from './json-column.ts'

export interface ActionPoliciesTable {
  creditor_id: string
  mode: string
  since: number
}

export interface ActionChoicesTable {
  creditor_id: string
  choice_id: string
  claim_id: string
  debtor_id: string
  step: string
  segment: string
  arm: string
  chosen_at: number
  planned_at: number
  judge_at: number
  owed: bigint
  choice: Json<StoredChoice>
  outcome: Json<StoredOutcome> | null
}

export interface ExperimentsTable {
  creditor_id: string
  experiment_id: string
  name: string
  challenger_percent: number
  hold_out_percent: number
  follow_days: number
  started_at: number
  look_at: number | null
  ended_at: number | null
  ended_because: string | null
}

export interface ExperimentMembersTable {
  creditor_id: string
  experiment_id: string
  debtor_id: string
  stratum: string
  arm: string
  claim_id: string
  owed: bigint
  entered_at: number
}
