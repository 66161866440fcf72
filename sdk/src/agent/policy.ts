// What a person lets the agent do, and what the person prefers. Limits are hard; weights are taste.

/** How much each preference counts; best if they sum to 1. */
export interface PreferenceWeights {
  /** Money left above the buffer at the worst moment. */
  readonly comfort: number
  /** Small instalments. */
  readonly small: number
  /** Being done early. */
  readonly soon: number
  /** A low price. */
  readonly cost: number
  /** Payments soon after an income. */
  readonly payday: number
}

/** The person's rules. Amounts are minor units of the cash flow's currency. */
export interface DecisionPolicy {
  /** The balance must not fall below this after a payment. */
  readonly buffer: bigint
  /** Headroom above the buffer at which more brings no more comfort. */
  readonly comfortTarget: bigint
  readonly weights: PreferenceWeights
  /** Largest single payment. */
  readonly perPayment?: bigint
  /** Largest sum of payments in a calendar month: what is promised elsewhere and what has left included. */
  readonly perMonth?: bigint
  /** Largest sum of payments on one day, counted likewise. */
  readonly perDay?: bigint
  /** Largest sum of payments to one creditor in a calendar month, counted likewise. */
  readonly perCreditorMonth?: bigint
  /** Latest last payment, in days from today (365; at most 1,825). */
  readonly maxEndDays?: number
  /** Earliest first payment, in days from today (0). */
  readonly minNoticeDays?: number
  /** Plans of less utility than this are not acceptable (0). */
  readonly minUtility?: number
  /** Bills above this amount wait for the person's yes. */
  readonly askAbove?: bigint
  /** Most answers in one conversation before the person is asked (6). */
  readonly maxAnswers?: number
  /** Says no to every bill. */
  readonly refuse?: boolean
  /** Answers nothing at all; the creditor will turn to the person. */
  readonly quiet?: boolean
}

/** A balanced taste: no preference stands out. */
export const BALANCED_WEIGHTS: PreferenceWeights = {
  comfort: 0.26,
  small: 0.18,
  soon: 0.18,
  cost: 0.16,
  payday: 0.22,
}
