// Why a refund needs the eyes of a person before it goes to the bank. One list for everything that may
// speak against it; without a reason in it a refund within the creditor's limit is approved by its rules.
import type { Money } from '@parley/sdk/protocol'
import { PAYMENT_CAUTIONS, type PaymentCaution } from '../matching/payment-cautions.ts'
import { type CreditRules, isWithin } from './credit-rules.ts'

/** Codes, as the desk shows them. */
const OWN_CAUTIONS = [
  /** Not the account that the money came from. */
  'other-account',
  /** More than the creditor lets its rules approve, or no limit was set. */
  'above-limit',
  /** A refund to this customer came back before. */
  'returned-before',
  /** The account is not in the country of the customer's law. */
  'foreign-account',
  /** Money of this claim was taken back before: by a bank, or off a claim that it was matched to in error. */
  'payment-returned',
] as const

type OwnCaution = (typeof OWN_CAUTIONS)[number]

/** What speaks against the refund itself, or against the payment that it gives back. */
export type RefundCaution = OwnCaution | PaymentCaution

export interface RefundFacts {
  readonly target: 'origin' | 'other'
  readonly money: Money
  readonly iban: string
  /** ISO 3166-1 alpha-2 of the debtor, or of the creditor where it is not known. */
  readonly country: string
  readonly rules: CreditRules
  readonly hasReturnedRefund: boolean
  readonly hasReturnedPayment: boolean
  /** What is odd about the payments that brought too much. */
  readonly paymentCautions: readonly PaymentCaution[]
}

/** Lists why a person has to approve a refund; empty where the creditor's rules may. */
export function refundCautions(facts: RefundFacts): RefundCaution[] {
  const { target, money, iban, country, rules } = facts
  const speaks: Readonly<Record<OwnCaution, boolean>> = {
    'other-account': target === 'other',
    'above-limit': !isWithin(rules.approveUpTo, money),
    'returned-before': facts.hasReturnedRefund,
    'foreign-account': iban.slice(0, 2) !== country,
    'payment-returned': facts.hasReturnedPayment,
  }
  return [
    ...OWN_CAUTIONS.filter((caution) => speaks[caution]),
    ...PAYMENT_CAUTIONS.filter((caution) => facts.paymentCautions.includes(caution)),
  ]
}
