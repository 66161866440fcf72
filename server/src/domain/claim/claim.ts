// The claim: four facets that change on their own (spec: protocol.md, "Claim"), and what follows
// from them. Pure; storage keeps the row, use-cases write the transitions.

import type { Arm } from '../dunning/assign-journey.ts'

export type ClaimState = 'open' | 'settled' | 'cancelled' | 'handed-over' | 'written-off'
export type ConversationState =
  | 'none'
  | 'sent'
  | 'received'
  | 'presented'
  | 'negotiating'
  | 'agreed'
  | 'refused'
  | 'impasse'
  | 'timed-out'
export type DunningState = 'idle' | 'holding' | 'active' | 'exhausted'

export interface ClaimDocument {
  type: 'invoice' | 'credit-note' | 'contract' | 'statement' | 'other'
  id: string
  issueDate?: string
  format?: string
  uri?: string
  /** base64url SHA-256. */
  sha256: string
}

/** The money of a claim, in minor units. */
export interface ClaimMoney {
  readonly principal: bigint
  /** Price of the agreed plan: fee above zero, rebate below. */
  readonly price: bigint
  /** What the creditor forgave. */
  readonly credit: bigint
  readonly paid: bigint
}

/** What is still owed: principal plus the price of the agreed plan, less credit and payments. */
export function outstandingOf(claim: ClaimMoney): bigint {
  return claim.principal + claim.price - claim.credit - claim.paid
}

/** What is still disputed: never more than is owed, and nothing on a claim that is closed. */
export function disputedOf(
  claim: ClaimMoney & { readonly state: ClaimState; readonly disputed: bigint },
): bigint {
  const owed = claim.state === 'open' ? outstandingOf(claim) : 0n
  return claim.disputed < owed ? claim.disputed : owed
}

/** What is left to pay of a plan line. */
export function openOf(line: { amount: bigint; paid: bigint; credited: bigint }): bigint {
  return line.amount - line.paid - line.credited
}

/** Conversation states in which an agent was asked and has not answered for good. */
export function isWithAgent(conversation: ConversationState): boolean {
  return ['sent', 'received', 'presented', 'negotiating'].includes(conversation)
}

/** Returns the state of the reminders; about a claim that is held out, nobody is ever written to. */
export function dunningIn(
  { arm }: { readonly arm: Arm | null },
  state: DunningState,
): DunningState {
  return arm === 'hold-out' ? 'idle' : state
}
