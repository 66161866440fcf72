// How an acknowledgement moves a conversation: forward only, and only while nobody has answered.
import type { ClaimState, ConversationState } from './claim.ts'

export interface Acknowledged {
  readonly conversation: 'received' | 'presented'
  /** When the person has seen it, in epoch seconds. */
  readonly presentedAt?: number
}

/** The change that `RCVD` or `PRES` makes; undefined when it makes none. Spec: DLV-04. */
export function acknowledged(
  claim: { readonly state: ClaimState; readonly conversation: ConversationState },
  status: 'RCVD' | 'PRES',
  now: number,
): Acknowledged | undefined {
  if (claim.state !== 'open') return undefined
  const { conversation } = claim
  if (status === 'RCVD') return conversation === 'sent' ? { conversation: 'received' } : undefined
  return conversation === 'sent' || conversation === 'received'
    ? { conversation: 'presented', presentedAt: now }
    : undefined
}
