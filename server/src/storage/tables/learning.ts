// Tables of what is learnt from a creditor's own events.
import type { Generated } from 'kysely'
import type { LearntFact } from '../../domain/learning/learnt-fact.ts'
import type { Json } from './json-column.ts'

export interface LearningTurnsTable {
  creditor_id: string
  look_at: Generated<number>
}

export interface LearningModelsTable {
  creditor_id: string
  version: number
  prior_version: number
  seed: number
  first_issued: string
  last_issued: string
  until: string
  bills: number
  settled_bills: number
  customers: number
  model: string
  hash: string
  created_at: number
}

export interface LearntFactsTable {
  creditor_id: string
  fact_id: string
  debtor_id: string
  kind: string
  about: string | null
  model_version: number
  fact: Json<LearntFact<unknown>>
  learnt_at: number
}

export interface ProfileContestsTable {
  creditor_id: string
  contest_id: string
  debtor_id: string
  claim_id: string
  kind: string
  subject: string
  channel: string
  state: Generated<string>
  contested_at: number
  decided_at: number | null
  decided_by: string | null
}
