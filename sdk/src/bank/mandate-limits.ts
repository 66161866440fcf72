// Do a customer's limits leave room for a payment? Integers only; what is under way counts like what
// has left.

import type { Day } from '../protocol/days.ts'
import { formatDecimal, type Money, parseAmount } from '../protocol/money.ts'
import {
  type AgreementRecord,
  type CustomerRecord,
  type LineState,
  mandateFor,
} from './customer.ts'
import type { JournalFacts } from './journal-entry.ts'

/** Which limit a payment would break. */
export type LimitCode =
  | 'currency'
  | 'limit-per-payment'
  | 'limit-per-day'
  | 'limit-per-month'
  | 'limit-per-creditor-month'
  | 'mandate-currency'
  | 'mandate-limit-per-payment'
  | 'mandate-limit-per-day'
  | 'mandate-limit-per-month'

/** A limit that a payment would break, and what it is. */
export interface ExceededLimit {
  readonly code: LimitCode
  readonly facts?: JournalFacts
}

/** What a limit is held against. */
export interface LimitFacts {
  readonly customer: CustomerRecord
  readonly agreement: AgreementRecord
  readonly amount: Money
  /** Today in the customer's zone. */
  readonly today: Day
}

/** What may have left the account counts, whether it is known to have or not. */
const SPENDING_STATES: ReadonlySet<LineState> = new Set([
  'paying',
  'unknown',
  'accepted',
  'settled',
])

/** The first limit that a payment would break: the customer's, then the mandate's. Spec: PAY-08. */
export function exceededLimit(facts: LimitFacts): ExceededLimit | null {
  const { customer, agreement, amount, today } = facts
  const { minor, currency } = amount
  const limits = ownOf(customer.limits.byCurrency, currency)
  if (limits === undefined) return { code: 'currency' }
  const month = today.slice(0, 7)
  const ofMonth = spendingOf(customer, currency).filter(({ day }) => day.startsWith(month))
  const ofCreditor = ofMonth.filter((one) => isSameCreditor(one.agreement, agreement))
  const onDay = (spent: readonly Spending[]) => sum(spent.filter(({ day }) => day === today))
  const mandate = mandateFor(customer, agreement)
  const own = mandate?.limits === undefined ? {} : ownOf(mandate.limits, currency)
  if (own === undefined) return { code: 'mandate-currency' }
  const checks: ReadonlyArray<readonly [LimitCode, bigint, bigint | undefined]> = [
    ['limit-per-payment', 0n, limits.perPayment],
    ['limit-per-day', onDay(ofMonth), limits.perDay],
    ['limit-per-month', sum(ofMonth), limits.perMonth],
    ['limit-per-creditor-month', sum(ofCreditor), limits.perCreditorMonth],
    ['mandate-limit-per-payment', 0n, own.perPayment],
    ['mandate-limit-per-day', onDay(ofCreditor), own.perDay],
    ['mandate-limit-per-month', sum(ofCreditor), own.perMonth],
  ]
  for (const [code, spent, limit] of checks) {
    if (limit === undefined || spent + minor <= limit) continue
    const text = (value: bigint) => `${formatDecimal({ minor: value, currency })} ${currency}`
    return { code, facts: { amount: text(minor), spent: text(spent), limit: text(limit) } }
  }
  return null
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
      .map((line) => {
        const amount = parseAmount(line.amount)
        return { agreement, day: line.paidOn ?? '', minor: amount.ok ? amount.value.minor : 0n }
      }),
  )
}

function sum(spending: readonly Spending[]): bigint {
  return spending.reduce((total, { minor }) => total + minor, 0n)
}

function isSameCreditor(left: AgreementRecord, right: AgreementRecord): boolean {
  return left.issuer === right.issuer && left.creditor.id === right.creditor.id
}

/** A currency is a text from outside: `constructor` is none that an object has of its own. */
function ownOf<T>(byCurrency: Readonly<Record<string, T>>, currency: string): T | undefined {
  return Object.hasOwn(byCurrency, currency) ? byCurrency[currency] : undefined
}
