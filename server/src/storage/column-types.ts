// Values inside jsonb columns that are no type of the domain.
import type { GeneralJws, PlanTerms } from '@parley/sdk/protocol'
import type { DataClass } from '../domain/privacy/retention.ts'

export type { GeneralJws, PlanTerms }

/** How many rows of each class of data a retention run dealt with. */
export type RetentionCounts = Partial<Record<DataClass, number>>

export type EventData = Record<string, string | number | boolean | null>

/** The reply that a peer's message got, kept for the same answer again. */
export interface StoredReply {
  status: number
  contentType: string
  body: string
}

export interface PaymentAllocation {
  line: number | null
  /** Minor units as text: JSON numbers are not exact. */
  minor: string
}

export interface MatchCandidate {
  claimId: string
  score: number
  reasons: string[]
}

/** How a payment divides; minor units as text. */
export interface StoredDivision {
  costs: string
  interest: string
  principal: string
}

/** What was decided about a booking beside its state; minor units as text. */
export interface BookingDecision {
  shares?: { claimId: string; minor: string }[]
  evidence?: string[]
  /** The booking that took the money back. */
  by?: string
}

export interface BankTransactionDetails {
  endToEndId?: string
  structuredReferences: string[]
  unstructured: string[]
  debtorName?: string
  ultimateDebtorName?: string
  debtorIban?: string
  returnReason?: string
  /** The family of formats that told of it; those of one family know each other's bookings. */
  format?: StatementFormat
}

export type StatementFormat = 'camt' | 'mt940' | 'csv'

/** What a notice stated, frozen when it was written. Amounts in minor units, as text. */
export interface StoredNotice {
  kind: 'reminder' | 'demand'
  /** The law that it was made under. */
  profile: string
  version: number
  day: string
  channel: string
  currency: string
  parts: { label: string; minor: string; formula: string }[]
  total: string
  /** The term that it opened: its last day, and the cost after it. */
  announced: { lastDay: string; fee: string; feeFrom: string } | null
}

/** What a message says that is about to leave, so that it can be ended should its sender die. */
export interface StoredLeaving {
  /** Epoch seconds. */
  at: number
  provider: string
  /** The provider knows a repeated message again. */
  mayRepeat: boolean
  notice: StoredNotice | null
  told: readonly ToldAlong[]
}

/** A claim that a message of another one tells along. */
export interface ToldAlong {
  creditorId: string
  messageId: string
  claimId: string
  step: string
  template: string
}
