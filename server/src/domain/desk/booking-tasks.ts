// Tasks about money that nobody has placed yet: they have no claim, and end when the money is placed.

/** Money that came in and may be a payment. */
export const MATCH_PAYMENT = 'match-payment'
/** Money that went back, and nobody knows whose. */
export const FIND_RETURNED = 'find-returned-payment'
/** A payment of ours that came back. */
export const OWN_RETURNED = 'look-at-own-return'

/** Which task asks a person to look at an unmatched booking. */
export function taskKindOfBooking({
  direction,
  reason,
}: {
  readonly direction: 'credit' | 'debit'
  readonly reason: string
}): string {
  if (direction === 'debit') return FIND_RETURNED
  return reason === 'outgoing-returned' ? OWN_RETURNED : MATCH_PAYMENT
}

/** Why a person says that money concerns no claim. */
export const SET_ASIDE_REASONS = [
  'not-ours',
  'own-transfer',
  'paid-back',
  'returned',
  'booked-elsewhere',
  'other',
] as const

export type SetAsideReason = (typeof SET_ASIDE_REASONS)[number]

/** Why a person takes a match back. */
export const UNMATCH_REASONS = ['wrong-claim', 'wrong-amount', 'not-a-payment', 'other'] as const

export type UnmatchReason = (typeof UNMATCH_REASONS)[number]
