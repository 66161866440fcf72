// The rows of facts in a message: what is to be paid, to whom, and with which reference.

import type { Money } from '@parley/sdk/protocol'
import { sumOfPayments } from '../wording/describe-plan.ts'
import {
  formatAmountForPeople,
  formatDayForPeople,
  formatMoneyForPeople,
  formatReferenceForPeople,
  groupByFour,
} from '../wording/format-for-people.ts'
import type { TextKey } from '../wording/text-catalog.ts'
import type { Wording } from '../wording/wording.ts'
import type {
  ClaimItem,
  ClaimMessageFacts,
  PlanConfirmedMessage,
  ThankYouMessage,
} from './claim-message-input.ts'
import type { FactRow } from './message-content.ts'
import { oneLine } from './safe-text.ts'

/**
 * Returns the amount to pay, its parts when there are several, and the due day.
 *
 * @throws {RangeError} when the parts do not sum to the amount outstanding: such a message must
 * never leave.
 */
export function amountRows({ language, claim }: ClaimMessageFacts, wording: Wording): FactRow[] {
  const { outstanding, items, dueDate } = claim
  if (!isSumOf(items, outstanding)) throw new RangeError('items do not sum to the outstanding')
  const say = (key: TextKey) => wording.say(language, key)
  const parts = items.map(({ kind, amount }) => ({
    label: say(`item.${kind}`),
    value: formatMoneyForPeople(amount, language),
  }))
  return [
    ...(parts.length > 1 ? parts : []),
    {
      label: say('label.amount-to-pay'),
      value: formatMoneyForPeople(outstanding, language),
      isMain: true,
    },
    { label: say('label.due-day'), value: formatDayForPeople(dueDate, language) },
  ]
}

/** Tells whether the parts of a claim sum to its amount outstanding, in one currency. */
export function isSumOf(items: readonly ClaimItem[], outstanding: Money): boolean {
  const sum = items.reduce((total, { amount }) => total + amount.minor, 0n)
  const isOneCurrency = items.every(({ amount }) => amount.currency === outstanding.currency)
  return isOneCurrency && sum === outstanding.minor
}

/** Returns the account to pay to and the reference to use. */
export function transferRows(facts: ClaimMessageFacts, wording: Wording): FactRow[] {
  const { language, creditor, claim } = facts
  return [
    { label: wording.say(language, 'label.payee'), value: oneLine(creditor.accountHolder) },
    { label: wording.say(language, 'label.iban'), value: groupByFour(creditor.iban) },
    {
      label: wording.say(language, 'label.reference'),
      value: formatReferenceForPeople(claim.reference),
    },
  ]
}

/** Returns what the claim is for, as far as it is known. */
export function originRows({ language, claim }: ClaimMessageFacts, wording: Wording): FactRow[] {
  const rows: [TextKey, string | undefined][] = [
    ['label.invoice-number', claim.invoiceNumber],
    ['label.subject', claim.subject],
  ]
  return rows.flatMap(([key, value]) =>
    value === undefined ? [] : [{ label: wording.say(language, key), value: oneLine(value) }],
  )
}

/** Returns the payments of a plan and their sum. */
export function planRows(
  { language, plan }: ClaimMessageFacts & PlanConfirmedMessage,
  wording: Wording,
): FactRow[] {
  const rows = plan.lines.map(({ dueDate, amount }) => ({
    label: formatDayForPeople(dueDate, language),
    value: formatAmountForPeople(amount, language),
  }))
  const value = formatMoneyForPeople(sumOfPayments(plan.lines), language)
  return [...rows, { label: wording.say(language, 'label.total'), value, isMain: true }]
}

/** Returns what was received and when. */
export function receivedRows(
  { language, received, receivedOn }: ClaimMessageFacts & ThankYouMessage,
  wording: Wording,
): FactRow[] {
  return [
    {
      label: wording.say(language, 'label.received'),
      value: formatMoneyForPeople(received, language),
      isMain: true,
    },
    {
      label: wording.say(language, 'label.received-day'),
      value: formatDayForPeople(receivedOn, language),
    },
  ]
}
