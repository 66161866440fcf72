// What makes an incoming payment odd: refund fraud begins with too much money from an account that
// nobody knows. A caution stops no booking; it is shown to people, and money goes back by a person alone.
import { nameLikeness } from './name-likeness.ts'

/** Every caution, by its code. */
export const PAYMENT_CAUTIONS = [
  /** Far more than was owed. */
  'overpaid-far',
  /** The payer's name has nothing in common with the debtor's: somebody else may have paid. */
  'payer-unlike-debtor',
  /** One account pays equal amounts for several debtors. */
  'one-account-many-debtors',
  /** Money from this account was taken back within days. */
  'returned-at-once',
  /** Too much money, for the first time from an account abroad. */
  'foreign-account-first-seen',
] as const

export type PaymentCaution = (typeof PAYMENT_CAUTIONS)[number]

export interface PaymentFacts {
  /** What the payment paid too much, in minor units. */
  readonly overpaid: bigint
  /** What was owed before it. */
  readonly owed: bigint
  readonly debtorName: string
  /** As the bank names the payer, and whoever it paid for. */
  readonly payerNames: readonly string[]
  readonly payerIban?: string | undefined
  /** This debtor has paid from that account before. */
  readonly isKnownIban: boolean
  /** ISO 3166-1: where the debtor lives and where the creditor's account is. */
  readonly homeCountries: readonly string[]
  /** Other debtors for whom this account has paid the same amount lately. */
  readonly otherDebtorsOfEqualPayments: number
  /** A payment from this account came and went back lately. */
  readonly hasReturnedAtOnce: boolean
}

/** When something is odd. Amounts in hundredths of what was owed, and in debtors. */
export const CAUTION_LIMITS = { overpaidPercent: 50n, otherDebtors: 2 } as const

/** Lists what is odd about a payment, in the order of `PAYMENT_CAUTIONS`; empty for most. */
export function paymentCautions(facts: PaymentFacts): PaymentCaution[] {
  const { overpaid, owed, payerIban } = facts
  const odd: Readonly<Record<PaymentCaution, boolean>> = {
    'overpaid-far': overpaid > 0n && overpaid * 100n >= owed * CAUTION_LIMITS.overpaidPercent,
    'payer-unlike-debtor': isUnlike(facts),
    'one-account-many-debtors': facts.otherDebtorsOfEqualPayments >= CAUTION_LIMITS.otherDebtors,
    'returned-at-once': facts.hasReturnedAtOnce,
    'foreign-account-first-seen':
      overpaid > 0n &&
      !facts.isKnownIban &&
      payerIban !== undefined &&
      !facts.homeCountries.includes(payerIban.slice(0, 2).toUpperCase()),
  }
  return PAYMENT_CAUTIONS.filter((code) => odd[code])
}

/** A payer who paid for this debtor before is no stranger, whatever the name. */
function isUnlike({ debtorName, payerNames, isKnownIban }: PaymentFacts): boolean {
  const names = payerNames.filter((name) => name.trim() !== '')
  if (isKnownIban || names.length === 0) return false
  return names.every((name) => nameLikeness(name, debtorName) === 'unlike')
}
