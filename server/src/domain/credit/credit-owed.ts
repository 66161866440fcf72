// What is owed to a customer, and how far it covers what the customer owes. Pure.
import { type ClaimMoney, type ClaimState, outstandingOf } from '../claim/claim.ts'

/** The money of a claim that belongs to the customer, in minor units. */
export interface CreditMoney {
  readonly overpaid: bigint
  readonly givenBack: bigint
}

/**
 * What of a claim is still to go back; below zero when money that was given back has itself been
 * taken back by a bank since.
 */
export function creditOf({ overpaid, givenBack }: CreditMoney): bigint {
  return overpaid - givenBack
}

/** The same where only what can go back counts. */
export function creditLeft(money: CreditMoney): bigint {
  const credit = creditOf(money)
  return credit > 0n ? credit : 0n
}

/**
 * What the claim itself needs of money that was paid too much on it: all that somebody is still asked for.
 */
export function neededOn(claim: ClaimMoney & { readonly state: ClaimState }): bigint {
  return claim.state === 'open' || claim.state === 'handed-over' ? outstandingOf(claim) : 0n
}

/** A claim among all that its debtor owes the creditor in its currency. */
export interface Standing {
  /** All that the creditor owes the debtor, refunds that have not left among it. */
  readonly credit: bigint
  /** What is owed on open claims that fall due earlier. */
  readonly owedBefore: bigint
  readonly outstanding: bigint
}

/**
 * The part of a claim that the debtor's credit covers: credit counts for what falls due first. A claim
 * that is covered is not dunned, and of one that is covered in part only the rest is asked for.
 * Spec: CRD-03.
 */
export function coveredOf({ credit, owedBefore, outstanding }: Standing): bigint {
  const left = credit - owedBefore
  if (left <= 0n || outstanding <= 0n) return 0n
  return left < outstanding ? left : outstanding
}
