// May this line be paid now? Pure: the customer's record and a day in, a yes or one refusal out.
// Asked twice for every payment, the second time on the very record that is about to be saved.

import { compareDays, type Day } from '../protocol/days.ts'
import { looksLike } from '../protocol/look-alike.ts'
import type { Money } from '../protocol/money.ts'
import { parseAmount } from '../protocol/money.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import {
  type AgreementRecord,
  type CreditorRef,
  type CustomerRecord,
  findLine,
  type LineKey,
  type LineRecord,
  type LineState,
  type PinnedCreditor,
} from './customer.ts'

/** Why a line is not paid now. */
export type AuthorisationCode =
  | 'agreement-unknown'
  | 'line-done'
  | 'not-due'
  | 'stopped'
  | 'creditor-stopped'
  | 'creditor-unknown'
  | 'account-changed'
  | 'look-alike'
  | 'currency'
  | 'limit-per-payment'
  | 'limit-per-day'
  | 'limit-per-month'
  | 'limit-per-creditor-month'

/** A refusal to pay. */
export interface AuthorisationRefusal {
  readonly code: AuthorisationCode
}

/** What an authorisation depends on. */
export interface AuthorisationFacts {
  readonly customer: CustomerRecord
  readonly key: Pick<LineKey, 'agreementId' | 'line'>
  /** Today in the customer's zone. */
  readonly today: Day
  /** Creditors for which the operator has stopped automatic payment. */
  readonly stoppedCreditors?: readonly CreditorRef[]
}

const OPEN_STATES: ReadonlySet<LineState> = new Set(['scheduled', 'leasing'])
/** What may have left the account counts against the limits, whether it is known to have or not. */
const SPENDING_STATES: ReadonlySet<LineState> = new Set(['paying', 'unknown', 'settled'])

/**
 * Authorises one line.
 *
 * Refuses, in this order: `agreement-unknown`, `line-done` (paying, paid or ended), `not-due`
 * (`dueDate` or `notBefore` still to come), `stopped` (the customer's switch), `creditor-stopped`
 * (the operator's), `creditor-unknown` and `account-changed` (against the pin), `look-alike` (its
 * name looks like that of another creditor), `currency` (no limits for it) and the four `limit-…`
 * codes; the limit itself may be reached. Spec: PAY-03, PAY-08, PAY-09, TXT-03.
 *
 * @example
 * import { authorise, type CustomerRecord } from '@parley/sdk'
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
  if (customer.stopped) return err({ code: 'stopped' })
  if (isStopped(agreement, facts.stoppedCreditors ?? [])) return err({ code: 'creditor-stopped' })
  const pin = checkPin(customer, agreement)
  if (pin !== null) return err({ code: pin })
  if (lookAlikeOf(customer, agreement) !== null) return err({ code: 'look-alike' })
  const amount = parseAmount(line.amount)
  if (!amount.ok) return err({ code: 'currency' })
  const exceeded = exceededLimit(facts, agreement, amount.value)
  return exceeded === null ? ok(amount.value) : err({ code: exceeded })
}

/** Compares an agreement's account with the customer's pin for its creditor. */
export function checkPin(
  { pinned }: Pick<CustomerRecord, 'pinned'>,
  { issuer, creditor }: Pick<AgreementRecord, 'issuer' | 'creditor'>,
): 'creditor-unknown' | 'account-changed' | null {
  const pin = pinned.find((one) => one.issuer === issuer && one.creditorId === creditor.id)
  if (pin === undefined) return 'creditor-unknown'
  return pin.iban === creditor.account.iban ? null : 'account-changed'
}

/**
 * The name of another pinned creditor that this one's may be taken for, or null. A creditor whom the
 * customer named is known under that name; every other one is held against those pinned before it.
 */
export function lookAlikeOf(
  { pinned }: Pick<CustomerRecord, 'pinned'>,
  { issuer, creditor }: Pick<AgreementRecord, 'issuer' | 'creditor'>,
): string | null {
  const at = pinned.findIndex((one) => one.issuer === issuer && one.creditorId === creditor.id)
  const own = pinned[at]
  if (own?.isGiven === true && own.name === creditor.name) return null
  const isKnownBefore = (pin: PinnedCreditor, index: number) =>
    pin !== own && (own?.isGiven === true || at < 0 || index < at || pin.isGiven === true)
  const names = pinned.filter(isKnownBefore).map(({ name }) => name)
  return looksLike(
    creditor.name,
    names.filter((name) => name !== undefined),
  )
}

function isStopped(
  { issuer, creditor }: Pick<AgreementRecord, 'issuer' | 'creditor'>,
  stopped: readonly CreditorRef[],
): boolean {
  return stopped.some((one) => one.issuer === issuer && one.creditorId === creditor.id)
}

function exceededLimit(
  { customer, today }: AuthorisationFacts,
  agreement: AgreementRecord,
  amount: Money,
): AuthorisationCode | null {
  const limits = Object.hasOwn(customer.limits.byCurrency, amount.currency)
    ? customer.limits.byCurrency[amount.currency]
    : undefined
  if (limits === undefined) return 'currency'
  const spent = spendingOf(customer, amount.currency)
  const month = today.slice(0, 7)
  const ofDay = sum(spent.filter(({ day }) => day === today))
  const ofMonth = spent.filter(({ day }) => day.startsWith(month))
  const ofCreditor = ofMonth.filter((one) => isSameCreditor(one.agreement, agreement))
  const { minor } = amount
  if (minor > limits.perPayment) return 'limit-per-payment'
  if (ofDay + minor > limits.perDay) return 'limit-per-day'
  if (sum(ofMonth) + minor > limits.perMonth) return 'limit-per-month'
  return sum(ofCreditor) + minor > limits.perCreditorMonth ? 'limit-per-creditor-month' : null
}

interface Spending {
  readonly agreement: AgreementRecord
  readonly day: Day
  readonly minor: bigint
}

function spendingOf({ agreements }: CustomerRecord, currency: string): Spending[] {
  return agreements.flatMap((agreement) =>
    agreement.lines
      .filter((line) => SPENDING_STATES.has(line.state) && line.amount.currency === currency)
      .map((line) => ({ agreement, day: line.paidOn ?? '', minor: minorOf(line) })),
  )
}

function minorOf({ amount }: LineRecord): bigint {
  const parsed = parseAmount(amount)
  return parsed.ok ? parsed.value.minor : 0n
}

function sum(spending: readonly Spending[]): bigint {
  return spending.reduce((total, { minor }) => total + minor, 0n)
}

function isSameCreditor(left: AgreementRecord, right: AgreementRecord): boolean {
  return left.issuer === right.issuer && left.creditor.id === right.creditor.id
}
