// Tables of what is exchanged with agents, creditors and the jobs: messages, events, webhooks, replies.
import type { Generated } from 'kysely'
import type { EventData } from '../column-types.ts'
import type { Json } from './json-column.ts'

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
  erased_at: number | null
}

export interface MessagesTable {
  creditor_id: string
  thr: string
  seq: number
  iss: string
  jti: string
  typ: string
  hash: string
  jws: Buffer | null
  reply: Buffer | null
  created_at: number
}

export interface EquivocationsTable {
  creditor_id: string
  thr: string
  seq: number
  iss: string
  hash: string
  jws: Buffer | null
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

export interface EventsTable {
  creditor_id: string
  event_id: Generated<number>
  claim_id: string
  type: string
  data: Json<EventData>
  at: number
  words: Buffer | null
}

export interface OutboxTable {
  creditor_id: string
  outbox_id: Generated<number>
  queue: string
  payload: Json<Record<string, unknown>>
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
  reply: Buffer
  reply_thr: string | null
  created_at: number
}
