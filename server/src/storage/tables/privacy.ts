// Tables of what keeps personal data apart from the rest.
import type { RetentionCounts } from '../column-types.ts'
import type { Json } from './json-column.ts'

export interface PersonKeysTable {
  creditor_id: string
  person_id: string
  wrapped: Buffer | null
  wrapped_by: string
  created_at: number
  destroyed_at: number | null
}

export interface ConsentsTable {
  creditor_id: string
  consent_id: string
  debtor_id: string
  purpose: string
  text_version: string
  channel: string
  given_at: number
  expires_at: number | null
  ended_at: number | null
  ended_as: string | null
}

export interface ErasuresTable {
  creditor_id: string
  debtor_id: string
  erased_at: number
  proof: string
}

export interface RetentionRunsTable {
  creditor_id: string
  ran_at: number
  done: Json<RetentionCounts>
}

export interface ServerSecretsTable {
  name: string
  sealed: Buffer
}
