// Tables of dunning: journeys, cases, holds, tasks and what is sent to people.
import type { Generated } from 'kysely'
import type { ResumedJourney, StepDone } from '../../domain/dunning/journey.ts'
import type { JourneyDefinition } from '../../domain/dunning/journey-definition.ts'
import type { StoredLeaving, StoredNotice } from '../column-types.ts'
import type { Json } from './json-column.ts'

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
