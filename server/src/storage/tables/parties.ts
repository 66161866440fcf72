// Tables of creditors, debtors, their agents and the keys of all of them.
import type { PublicJwk, PublishedJwk } from '@parley/sdk/protocol'
import type { Generated } from 'kysely'
import type { ContactPoints, Preferences } from '../../domain/claim/debtor.ts'
import type { CreditRules } from '../../domain/credit/credit-rules.ts'
import type { OwnMonths } from '../../domain/privacy/retention.ts'
import type { Json } from './json-column.ts'

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
  retention: Json<OwnMonths>
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

export interface DebtorsTable {
  creditor_id: string
  debtor_id: string
  external_id: Buffer | null
  external_index: string | null
  name: Buffer | null
  name_index: Generated<string[]>
  party: Generated<string>
  country: string | null
  language: string | null
  time_zone: string | null
  contact: Buffer | null
  reached_by: Generated<string[]>
  phone_index: string | null
  preferences: Json<Preferences>
  closed_channels: Generated<string[]>
  created_at: number
  erased_at: number | null
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
