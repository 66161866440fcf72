// May this line be paid now? Pure: the customer's record and a moment in, a yes or one refusal out.
// Asked twice for every payment, the second time on the very record that is about to be saved.

import { compareDays, type Day } from '../protocol/days.ts'
import type { Money } from '../protocol/money.ts'
import { parseAmount } from '../protocol/money.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import {
  type AgreementRecord,
  type AskCode,
  type CustomerRecord,
  findLine,
  type LineKey,
  type LineState,
  mandateFor,
} from './customer.ts'
import type { JournalFacts } from './journal-entry.ts'
import { exceededLimit, type LimitCode } from './mandate-limits.ts'
import { openQuestion, type PayeeHold, type PayeePolicy, payeeQuestion } from './question.ts'
import type { SwitchRecord } from './store.ts'

/** Why a line is not paid now. */
export type AuthorisationCode =
  | 'agreement-unknown'
  | 'line-done'
  | 'not-due'
  | 'closed-day'
  | 'after-cut-off'
  | 'bank-stopped'
  | 'stopped'
  | 'creditor-stopped'
  | 'creditor-unknown'
  | 'account-changed'
  | 'mandate-revoked'
  | 'mandate-not-valid'
  | AskCode
  | PayeeHold
  | LimitCode

/** A refusal to pay, and what it rests on. */
export interface AuthorisationRefusal {
  readonly code: AuthorisationCode
  readonly facts?: JournalFacts
}

/** What an authorisation depends on. */
export interface AuthorisationFacts {
  readonly customer: CustomerRecord
  readonly key: Pick<LineKey, 'agreementId' | 'line'>
  /** Today in the customer's zone. */
  readonly today: Day
  /** The operator's switches; nothing is stopped unless given. */
  readonly switches?: Pick<SwitchRecord, 'stopped' | 'stoppedCreditors'>
  /** Why the rail does not take the line at this moment; it does unless given. */
  readonly closed?: 'closed-day' | 'after-cut-off' | null
  /** Payees are not checked unless given. */
  readonly payees?: PayeePolicy
}

const OPEN_STATES: ReadonlySet<LineState> = new Set(['scheduled', 'leasing'])

/**
 * Authorises one line.
 *
 * Refuses, in this order: `agreement-unknown`, `line-done` (paying, paid or ended), `not-due`
 * (`dueDate` or `notBefore` still to come), `closed-day` and `after-cut-off` (the rail's), the
 * switches `bank-stopped`, `stopped` (the customer's) and `creditor-stopped`; `creditor-unknown`,
 * `account-changed`, `mandate-revoked` and `mandate-not-valid` (against the mandate); the questions
 * `look-alike` (its name looks like that of another creditor) and `duplicate-invoice` (the same
 * invoice under another request); `currency`, the `limit-…` and the `mandate-…` limits, where the
 * limit itself may be reached; and at last the payee: `payee-unchecked`, `payee-check-unavailable`,
 * and the questions `payee-close-match`, `payee-no-match` and `payee-unavailable`. Spec: PAY-03, PAY-08, PAY-09, PAY-12, TXT-03.
 *
 * @example
 * import { authorise, type CustomerRecord } from '@parley/sdk/bank'
 * declare const customer: CustomerRecord
 * const key = { agreementId: 'kTfG9bq8Lm2', line: 1 }
 * const allowed = authorise({ customer, key, today: '2026-03-28' })
 * if (!allowed.ok) console.log(`not paid today: ${allowed.error.code}`)
 */
export function authorise(facts: AuthorisationFacts): Result<Money, AuthorisationRefusal> {
  const { customer, key, today } = facts
  const found = findLine(customer, key)
  if (found === undefined) return err({ code: 'agreement-unknown' })
  const { agreement, line } = found
  if (!OPEN_STATES.has(line.state)) return err({ code: 'line-done' })
  const firstDay = line.notBefore ?? line.dueDate
  if (compareDays(firstDay, today) > 0 || compareDays(line.dueDate, today) > 0) {
    return err({ code: 'not-due' })
  }
  if (facts.closed != null) return err({ code: facts.closed })
  const barred = barredBy(facts, agreement) ?? checkMandate(customer, agreement, today)
  if (barred !== null) return err({ code: barred })
  const question = openQuestion(customer, agreement)
  if (question !== null) return err({ code: question.code, facts: { detail: question.detail } })
  const amount = parseAmount(line.amount)
  if (!amount.ok) return err({ code: 'currency' })
  const exceeded = exceededLimit({ customer, agreement, amount: amount.value, today })
  if (exceeded !== null) return err(exceeded)
  const payee = payeeQuestion(agreement, today, facts.payees ?? UNCHECKED)
  if (typeof payee === 'string') return err({ code: payee })
  return payee === null ? ok(amount.value) : err({ code: payee.code })
}

const UNCHECKED: PayeePolicy = { isChecked: false, whenUnavailable: 'hold' }

/** Compares an agreement with the customer's mandate for its creditor. */
export function checkMandate(
  customer: Pick<CustomerRecord, 'mandates'>,
  agreement: Pick<AgreementRecord, 'issuer' | 'creditor'>,
  today: Day,
): 'creditor-unknown' | 'account-changed' | 'mandate-revoked' | 'mandate-not-valid' | null {
  const mandate = mandateFor(customer, agreement)
  if (mandate === undefined) return 'creditor-unknown'
  if (mandate.revokedAt !== undefined) return 'mandate-revoked'
  if (mandate.iban !== agreement.creditor.account.iban) return 'account-changed'
  const { validFrom = today, validUntil = today } = mandate
  const isValid = compareDays(validFrom, today) <= 0 && compareDays(today, validUntil) <= 0
  return isValid ? null : 'mandate-not-valid'
}

function barredBy(
  { customer, switches }: AuthorisationFacts,
  { issuer, creditor }: AgreementRecord,
): 'bank-stopped' | 'stopped' | 'creditor-stopped' | null {
  if (switches?.stopped === true) return 'bank-stopped'
  if (customer.stopped) return 'stopped'
  const isStopped = switches?.stoppedCreditors.some(
    (one) => one.issuer === issuer && one.creditorId === creditor.id,
  )
  return isStopped === true ? 'creditor-stopped' : null
}
