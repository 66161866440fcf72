// The claim: four facets that change on their own (spec: protocol.md, "Claim"), and what follows
// from them. Pure; storage keeps the row, use-cases write the transitions.

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

/** What is still owed: principal plus the price of the agreed plan, less what was paid. */
export function outstandingOf(claim: { principal: bigint; price: bigint; paid: bigint }): bigint {
  return claim.principal + claim.price - claim.paid
}

/** Conversation states in which the debtor's side may still answer. */
export function awaitsAnswer(conversation: ConversationState): boolean {
  return !['agreed', 'refused', 'none'].includes(conversation)
}
