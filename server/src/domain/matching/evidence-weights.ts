// What speaks for a claim, and how much. Data: the rules that count it stand beside.

/** Points of each piece of evidence. A reference alone is beyond doubt. */
export const EVIDENCE_WEIGHTS = {
  'same-reference': 200,
  'same-end-to-end-id': 200,
  /** Of money that goes back. */
  'same-bank-reference': 200,
  /** Unique at this creditor, and yet a slip of the finger away from the neighbour's. */
  'invoice-number-in-text': 45,
  'same-outstanding-amount': 30,
  /** What is left of a line of the plan. */
  'same-line-amount': 30,
  'customer-number-in-text': 30,
  /** This debtor, and no other, has paid from the account before. */
  'same-iban': 30,
  /** The account has paid for this debtor and for others, as that of a family or an agent does. */
  'shared-iban': 5,
  'same-name': 30,
  'similar-name': 20,
  'near-due-day': 5,
  /** The money came before the bill was written. */
  'before-issue-day': -50,
} as const

export type EvidenceCode = keyof typeof EVIDENCE_WEIGHTS

/** Points at which evidence without a reference decides. No two pieces reach it together. */
export const EVIDENCE_THRESHOLD = 90

/** Points by which the best claim must be ahead of others of its debtor, who may name one by number. */
export const EVIDENCE_MARGIN = 40

/** And ahead of any claim of somebody else: more than any single piece, so that no slip decides. */
export const EVIDENCE_MARGIN_OF_OTHERS = 50

/** Evidence about the bill itself, not about who pays: without it nothing is decided. */
export const ABOUT_THE_CLAIM: readonly EvidenceCode[] = [
  'invoice-number-in-text',
  'same-outstanding-amount',
  'same-line-amount',
]

/** The points of some pieces of evidence together. */
export function pointsOf(reasons: readonly EvidenceCode[]): number {
  return reasons.reduce((sum, reason) => sum + EVIDENCE_WEIGHTS[reason], 0)
}
