// May a request name this account, and may it be agreed to without the person? Pure: an enrolment and
// a time in, a verdict out. Spec: ENR-03, ENR-07.

import { compareDays, type Day } from '../protocol/days.ts'
import type { Creditor } from '../protocol/generated/messages.ts'
import type { ActiveEnrolment } from './enrolment.ts'

/** When an account is judged. */
export interface AccountMoment {
  /** Today where the request is due. */
  readonly today: Day
  /** Epoch seconds. */
  readonly now: number
}

type Accounts = Pick<ActiveEnrolment, 'creditor' | 'announced'>

/**
 * `pinned`: the account that the person trusts. `announced`: one that the creditor may name by now,
 * which only the person can agree to. `unknown`: refuse it.
 */
export type AccountStanding = 'pinned' | 'announced' | 'unknown'

/** Judges the account that a request names. */
export function accountStanding(
  enrolment: Accounts,
  creditor: Creditor,
  moment: AccountMoment,
): AccountStanding {
  const { iban } = creditor.account
  const pinned = pinnedCreditor(enrolment, moment)
  if (creditor.id !== pinned.id) return 'unknown'
  if (iban === pinned.account.iban) return 'pinned'
  const { announced } = enrolment
  const isNamed = announced !== null && announced.creditor.account.iban === iban
  return isNamed && compareDays(announced.effectiveOn, moment.today) <= 0 ? 'announced' : 'unknown'
}

/** The creditor with the account that is pinned at a moment. */
export function pinnedCreditor({ creditor, announced }: Accounts, moment: AccountMoment): Creditor {
  return announced !== null && isInForce({ creditor, announced }, moment)
    ? announced.creditor
    : creditor
}

/**
 * Tells whether a change of account is under way that the person has not confirmed: nothing is agreed
 * to or paid automatically for this creditor meanwhile.
 */
export function isCoolingOff(enrolment: Accounts, moment: AccountMoment): boolean {
  const { announced } = enrolment
  return announced !== null && !announced.isConfirmed && !isInForce(enrolment, moment)
}

/** An announced account takes the place of the pinned one when its day and the cooling-off are over. */
function isInForce({ announced }: Accounts, { today, now }: AccountMoment): boolean {
  if (announced === null || compareDays(announced.effectiveOn, today) > 0) return false
  return announced.isConfirmed || now >= announced.coolingOffUntil
}
