// The rows of facts in a message: what is to be paid, to whom, and with which reference.

import type { Day, Money } from '@parley/sdk/protocol'
import { sumOfPayments } from '../wording/describe-plan.ts'
import {
  formatAmountForPeople,
  formatDayForPeople,
  formatMoneyForPeople,
  formatReferenceForPeople,
  groupByFour,
} from '../wording/format-for-people.ts'
import type { Language } from '../wording/language.ts'
import type { TextKey } from '../wording/text-catalog.ts'
import type { Wording } from '../wording/wording.ts'
import { amountAsked, chargesDayOf, lastDayOf } from './amount-asked.ts'
import type {
  ClaimItem,
  ClaimMessageFacts,
  ClaimMessageInput,
  DunningInput,
  PlanConfirmedMessage,
  ThankYouMessage,
} from './claim-message-input.ts'
import type { FactRow } from './message-content.ts'
import { templateRow } from './message-templates.ts'
import { oneLine } from './safe-text.ts'

/** Returns all the facts that a message states, in the order in which it states them. */
export function messageRows(input: ClaimMessageInput, wording: Wording): FactRow[] {
  const origin = originRows(input, wording)
  switch (input.template) {
    case 'thank-you': {
      const isSettled = input.claim.outstanding.minor <= 0n
      const transfer = isSettled ? [] : transferRows(input, wording)
      return [...receivedRows(input, wording), ...transfer, ...origin]
    }
    case 'plan-confirmed':
      return [...planRows(input, wording), ...transferRows(input, wording), ...origin]
    default:
      return templateRow(input.template).shape === 'answer'
        ? [...answerRows(input, wording), ...origin]
        : [...askedRows(input, wording), ...transferRows(input, wording), ...origin]
  }
}

/** Returns what a request or notice asks for: its parts, the amount, and the days that count. */
export function askedRows(input: DunningInput, wording: Wording): FactRow[] {
  const isNotice = templateRow(input.template).shape === 'notice'
  const term = isNotice ? [dayRow(input, 'label.last-day', lastDayOf(input), wording)] : []
  const days = [...term, ...chargesToCome(input, wording)]
  return input.planLine === undefined
    ? [
        ...partRows(input, wording, isNotice),
        ...toPayRows(input, wording),
        dayRow(input, 'label.due-day', input.claim.dueDate, wording),
        ...days,
      ]
    : [...instalmentRows(input, wording), ...days]
}

function dayRow({ language }: DunningInput, key: TextKey, day: Day, wording: Wording): FactRow {
  return { label: wording.say(language, key), value: formatDayForPeople(day, language) }
}

/** The charges that a notice announces, with the name of what they are. */
function chargesToCome(input: DunningInput, wording: Wording): FactRow[] {
  const { language, notice } = input
  if (notice?.announcedCharges === undefined) return []
  const day = formatDayForPeople(chargesDayOf(input), language)
  const { announcedCharges, announcedRule } = notice
  return [
    {
      label: wording.say(language, 'label.charges-to-come', { day }),
      value: formatMoneyForPeople(announcedCharges, language),
      ...(announcedRule === undefined
        ? {}
        : { detail: wording.say(language, chargeKey(announcedRule, 'item.fee')) }),
    },
  ]
}

/** The parts of the amount outstanding; a single part only where it `must` be stated. */
function partRows({ language, claim }: DunningInput, wording: Wording, must: boolean): FactRow[] {
  if (claim.items.length < 2 && !must) return []
  return itemRows(claim.items, language, wording)
}

/** Returns the parts of an amount, each charge with how it was computed. */
export function itemRows(
  items: readonly ClaimItem[],
  language: Language,
  wording: Wording,
): FactRow[] {
  return items.map((item) => ({
    label: wording.say(language, chargeKey(item.rule, `item.${item.kind}`)),
    value: formatMoneyForPeople(item.amount, language),
    ...(item.detail === undefined
      ? {}
      : { detail: formulaForPeople(oneLine(item.detail), language, wording) }),
  }))
}

/** Writes a formula with the decimal sign and the words of a language. */
function formulaForPeople(formula: string, language: Language, wording: Wording): string {
  const digits = language === 'en' ? formula : formula.replaceAll(/(\d)\.(\d)/g, '$1,$2')
  return digits.replaceAll(/minimum|maximum/g, (bound) =>
    wording.say(language, bound === 'minimum' ? 'charge.minimum' : 'charge.maximum'),
  )
}

function toPayRows(input: DunningInput, wording: Wording): FactRow[] {
  const { language, claim, disputed, covered } = input
  const row = (key: TextKey, money: Money): FactRow => ({
    label: wording.say(language, key),
    value: formatMoneyForPeople(money, language),
  })
  const main = { ...row('label.amount-to-pay', amountAsked(input)), isMain: true }
  const less = (key: TextKey, money: Money | undefined) =>
    money === undefined ? [] : [row(key, { minor: -money.minor, currency: money.currency })]
  const resting = [...less('label.disputed', disputed), ...less('label.refund', covered)]
  return resting.length === 0
    ? [main]
    : [row('label.total-open', claim.outstanding), ...resting, main]
}

function instalmentRows(input: DunningInput, wording: Wording): FactRow[] {
  const { language, claim, planLine } = input
  if (planLine === undefined) return []
  return [
    {
      label: wording.say(language, 'label.instalment'),
      value: formatAmountForPeople(planLine.amount, language),
      isMain: true,
    },
    {
      label: wording.say(language, 'label.instalment-day'),
      value: formatDayForPeople(planLine.dueDate, language),
    },
    {
      label: wording.say(language, 'label.total-open'),
      value: formatMoneyForPeople(claim.outstanding, language),
    },
  ]
}

/** What an answer states of amounts, and the reference by which the claim is known. */
function answerRows(input: DunningInput, wording: Wording): FactRow[] {
  const { language, claim, refund, received, receivedOn } = input
  const rows: FactRow[] = []
  if (refund !== undefined) {
    const value = formatMoneyForPeople(refund, language)
    rows.push({ label: wording.say(language, 'label.refund'), value, isMain: true })
  }
  if (received !== undefined && receivedOn !== undefined) {
    rows.push(...receivedRows({ language, received, receivedOn }, wording))
  }
  return [
    ...rows,
    {
      label: wording.say(language, 'label.reference'),
      value: formatReferenceForPeople(claim),
    },
  ]
}

/** A charge bears the name of the rule that allows it. */
function chargeKey(rule: string | undefined, other: TextKey): TextKey {
  return rule !== undefined && isChargeRule(rule) ? `charge.${rule}` : other
}

/** The rules of the compliance profiles, as notices name their charges. */
export const CHARGE_RULES = [
  'collection-costs',
  'collection-fee',
  'damages',
  'demand-fee',
  'fixed-sum',
  'flat-sum',
  'further-reminder',
  'interest',
  'reminder-fee',
  'reminder-letter',
] as const

function isChargeRule(rule: string): rule is (typeof CHARGE_RULES)[number] {
  return CHARGE_RULES.some((it) => it === rule)
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
      value: formatReferenceForPeople(claim),
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
  {
    language,
    received,
    receivedOn,
  }: Pick<ClaimMessageFacts, 'language'> & Pick<ThankYouMessage, 'received' | 'receivedOn'>,
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
