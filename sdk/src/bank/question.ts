// What only the customer can decide about an agreement, and whether it was decided. Pure.

import type { Day } from '../protocol/days.ts'
import { looksLike } from '../protocol/look-alike.ts'
import {
  type AgreementRecord,
  type AskCode,
  type CustomerRecord,
  type LineState,
  type Mandate,
  mandateFor,
} from './customer.ts'
import type { WhenPayeeUnavailable } from './payee-check.ts'

/** A question about an agreement; `detail` is what the customer has to be told with it. */
export interface AgreementQuestion {
  readonly code: AskCode
  /** The other agreement, the name that looks alike, the name on file at the payee's bank. */
  readonly detail: string | null
}

/** Why the payee keeps a line from being paid without a question. */
export type PayeeHold = 'payee-unchecked' | 'payee-check-unavailable'

/** How payees are checked. */
export interface PayeePolicy {
  readonly isChecked: boolean
  readonly whenUnavailable: WhenPayeeUnavailable
}

/** States of a line from which no money has moved and none will. */
const DEAD_STATES: ReadonlySet<LineState> = new Set(['stopped', 'rejected', 'returned'])

/** Tells whether no line of an agreement has been paid or still may be. */
export function isDead({ lines }: AgreementRecord): boolean {
  return lines.every(({ state }) => DEAD_STATES.has(state))
}

/** The first question about an agreement that the customer has not answered, or null. */
export function openQuestion(
  customer: CustomerRecord,
  agreement: AgreementRecord,
): AgreementQuestion | null {
  const alike = lookAlikeOf(customer, agreement)
  const twin = duplicateOf(customer, agreement)
  const questions: AgreementQuestion[] = [
    ...(alike === null ? [] : [{ code: 'look-alike', detail: alike } as const]),
    ...(twin === null ? [] : [{ code: 'duplicate-invoice', detail: twin } as const]),
  ]
  return questions.find((question) => !isApproved(agreement, question)) ?? null
}

/**
 * What the check of the payee says about paying today: a question, a hold (`payee-unchecked`: ask the
 * payee's bank first; `payee-check-unavailable`: try again later), or null.
 */
export function payeeQuestion(
  agreement: AgreementRecord,
  today: Day,
  policy: PayeePolicy,
): AgreementQuestion | PayeeHold | null {
  const { payee } = agreement
  if (!policy.isChecked) return null
  if (payee === null || payee.day !== today) return 'payee-unchecked'
  const { result } = payee
  if (result === 'match') return null
  if (result === 'unavailable' && policy.whenUnavailable === 'hold')
    return 'payee-check-unavailable'
  const question = { code: `payee-${result}`, detail: payee.name } as const
  return isApproved(agreement, question) ? null : question
}

/**
 * The name of another known creditor that this one's may be taken for, or null. A creditor whom the
 * customer named is known under that name; every other one is held against those known before it.
 */
export function lookAlikeOf(
  customer: Pick<CustomerRecord, 'mandates'>,
  agreement: Pick<AgreementRecord, 'issuer' | 'creditor'>,
): string | null {
  const { mandates } = customer
  const own = mandateFor(customer, agreement)
  const at = own === undefined ? -1 : mandates.indexOf(own)
  const { name } = agreement.creditor
  if (own?.isGiven === true && own.name === name) return null
  // A name that is new is held against all others.
  const isRenamed = own?.name !== undefined && own.name !== name
  const isKnownBefore = (mandate: Mandate, index: number) =>
    mandate !== own &&
    (own?.isGiven === true || at < 0 || isRenamed || index < at || mandate.isGiven === true)
  const names = mandates.filter(isKnownBefore).map((mandate) => mandate.name)
  return looksLike(
    name,
    names.filter((known) => known !== undefined),
  )
}

/**
 * The agreement, taken before this one, that pays the same invoice under another request: the same
 * creditor or account, and the same creditor reference.
 */
export function duplicateOf(
  { agreements }: Pick<CustomerRecord, 'agreements'>,
  agreement: AgreementRecord,
): string | null {
  const at = agreements.findIndex(({ agreementId }) => agreementId === agreement.agreementId)
  const earlier = at < 0 ? agreements : agreements.slice(0, at)
  const twin = earlier.find(
    (other) =>
      other.requestId !== agreement.requestId &&
      other.remittance.reference === agreement.remittance.reference &&
      (isSameCreditor(other, agreement) ||
        other.creditor.account.iban === agreement.creditor.account.iban) &&
      !isDead(other),
  )
  return twin?.agreementId ?? null
}

function isApproved({ approved }: AgreementRecord, question: AgreementQuestion): boolean {
  return approved.some(({ code, detail }) => code === question.code && detail === question.detail)
}

function isSameCreditor(left: AgreementRecord, right: AgreementRecord): boolean {
  return left.issuer === right.issuer && left.creditor.id === right.creditor.id
}
