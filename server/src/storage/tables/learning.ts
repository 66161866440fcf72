// Tables of what is learnt from a creditor's own events.

export interface LearningTurnsTable {
  creditor_id: string
  look_at: number
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
