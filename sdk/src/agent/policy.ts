// What a person lets the agent do, and what the person prefers. Limits are hard; weights are taste.

import type { InstalmentLaw } from '../protocol/generated/messages.ts'

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

/** How much of a plan's worth to give for privacy. */
export interface PrivacyRule {
  /** Share from 0 to 1: at 0.05 every plan within 5 % of the best may be picked. */
  readonly epsilon: number
  /** A secret of the person's device; the same seed picks the same plans. */
  readonly seed: string
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
  /**
   * How to negotiate: `fair` (default) looks for what is good for both sides, `patient` takes nothing
   * less than the best plan of the creditor's whole policy.
   */
  readonly strategy?: 'fair' | 'patient'
  /** Picks at random among plans almost as good as the best, so that the agreed day tells less. */
  readonly privacy?: PrivacyRule
  /** What the law lets plans cost, where the person's app knows it; beside what the creditor says. */
  readonly law?: InstalmentLaw
  /**
   * What to do with money that a creditor owes the person: back to the account that it came from
   * (default), pay another bill of the same creditor, wait for the next one, or ask. What is not
   * offered is asked about.
   */
  readonly credit?: 'refund-to-origin' | 'set-off' | 'next-bill' | 'ask'
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
