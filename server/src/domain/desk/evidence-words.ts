// Evidence, cautions and reasons about money in plain words, for staff.

import type { RefundCaution } from '../credit/refund-cautions.ts'
import type { EvidenceCode } from '../matching/evidence-weights.ts'
import type { SetAsideReason } from './booking-tasks.ts'

export const EVIDENCE_WORDS: Readonly<Record<EvidenceCode, string>> = {
  'same-reference': 'its reference is named',
  'same-end-to-end-id': 'its end-to-end id is named',
  'same-bank-reference': 'the bank’s reference is that of its payment',
  'invoice-number-in-text': 'its number stands in the text',
  'same-outstanding-amount': 'exactly this is owed',
  'same-line-amount': 'exactly this is left of an instalment',
  'customer-number-in-text': 'the customer number stands in the text',
  'same-iban': 'this customer has paid from the account before',
  'shared-iban': 'this customer and others have paid from the account before',
  'same-name': 'the payer has the customer’s name',
  'similar-name': 'the payer’s name is much like the customer’s',
  'near-due-day': 'the day fits',
  'before-issue-day': 'the money came before the bill was written',
}

export const CAUTION_WORDS: Readonly<Record<RefundCaution, string>> = {
  'other-account': 'It is not the account that the money came from.',
  'above-limit': 'It is more than your rules may approve, or they have no limit.',
  'returned-before': 'A refund to this customer came back before.',
  'foreign-account': 'The account is in another country than the customer.',
  'payment-returned': 'Money of this bill was taken back before.',
  'overpaid-far': 'It is far more than is owed.',
  'payer-unlike-debtor': 'The payer’s name has nothing in common with the customer’s.',
  'one-account-many-debtors': 'The account has paid equal amounts for several customers.',
  'returned-at-once': 'Money from this account went back within days.',
  'foreign-account-first-seen': 'It is too much, and for the first time from an account abroad.',
}

export const SET_ASIDE_WORDS: Readonly<Record<SetAsideReason, string>> = {
  'not-ours': 'It is not meant for us',
  'own-transfer': 'We moved our own money',
  'paid-back': 'It was paid back',
  returned: 'The bank took it back',
  'booked-elsewhere': 'It is booked in another system',
  other: 'Another reason',
}

/** A rule, a reason or a state in words: the code without its hyphens, unless it says too little. */
export function decisionWords(reason: string): string {
  const words: Readonly<Record<string, string>> = {
    'by-hand': 'matched by a person',
    evidence: 'matched by evidence',
    collective: 'one payment for several bills',
    'oldest-due-first': 'the oldest of equal bills of one customer',
    'no-reference': 'nothing names a bill for sure',
    ambiguous: 'more than one bill fits',
  }
  return Object.hasOwn(words, reason) ? (words[reason] ?? reason) : reason.replaceAll('-', ' ')
}
