// The values that the texts about a claim may name: one table for every template, so that a text can
// be reworded without touching code. Amounts and days are finished text.

import { compareDays, type Day, type Money } from '@parley/sdk/protocol'
import type { PlanPayment } from '../wording/describe-plan.ts'
import {
  formatAmountForPeople,
  formatDayForPeople,
  formatMoneyForPeople,
  formatPercentForPeople,
  formatReferenceForPeople,
} from '../wording/format-for-people.ts'
import type { Language } from '../wording/language.ts'
import type { TextValues } from '../wording/text-catalog.ts'
import { amountAsked, chargesDayOf, lastDayOf, limitDayOf } from './amount-asked.ts'
import {
  type CallInput,
  type ClaimMessageInput,
  type DunningFacts,
  isDunning,
  type ThankYouMessage,
} from './claim-message-input.ts'
import { paymentCode } from './payment-code.ts'
import { nameInSentence, oneLine } from './safe-text.ts'

/** The values that every text about a claim may name, and those of its kind of message. */
export function messageValues(input: ClaimMessageInput | CallInput): TextValues {
  return { ...sharedValues(input), ...valuesOfKind(input) }
}

/** `yes` or `no`, as the texts tell it apart. */
export function yesOrNo(condition: boolean): string {
  return condition ? 'yes' : 'no'
}

function sharedValues(input: ClaimMessageInput | CallInput): TextValues {
  const { language, creditor, claim, debtorName, today } = input
  // Kept on one line, so that a phone recognises the number.
  const phone = oneLine(creditor.phone ?? '').replaceAll(' ', '\u00a0')
  const name = nameInSentence(debtorName ?? '')
  return {
    creditor: nameInSentence(creditor.name),
    name,
    hasName: yesOrNo(name !== ''),
    phone,
    hasPhone: yesOrNo(phone !== ''),
    amount: formatMoneyForPeople(amountAsked(input), language),
    total: formatMoneyForPeople(claim.outstanding, language),
    settled: yesOrNo(claim.outstanding.minor <= 0n),
    hasInterest: yesOrNo(claim.items.some(({ kind }) => kind === 'interest')),
    dueDay: formatDayForPeople(claim.dueDate, language),
    overdue: yesOrNo(compareDays(claim.dueDate, today) < 0),
    reference: formatReferenceForPeople(claim),
    product: nameInSentence(claim.subject ?? ''),
    enterpriseNumber: oneLine(creditor.enterpriseNumber ?? ''),
    hasCode: yesOrNo(paymentCode(input) !== undefined),
    count: input.template === 'plan-confirmed' ? input.plan.lines.length : 1,
  }
}

function valuesOfKind(input: ClaimMessageInput | CallInput): TextValues {
  if (isDunning(input)) return dunningValues(input, input.language)
  return input.template === 'thank-you' ? thankYouValues(input) : {}
}

function dunningValues(facts: DunningFacts, language: Language): TextValues {
  return {
    canChoose: yesOrNo(facts.canChoose),
    outcome: facts.decision?.outcome ?? facts.afterAgent ?? '',
    reason: oneLine(facts.decision?.reason ?? ''),
    payByDay: formatDayForPeople(facts.payBy, language),
    lastDay: formatDayForPeople(lastDayOf(facts), language),
    chargesDay: formatDayForPeople(chargesDayOf(facts), language),
    limitDay: formatDayForPeople(limitDayOf(facts), language),
    ...dayValue('promisedDay', facts.promisedDay, language),
    ...dayValue('planDay', facts.planLine?.dueDate, language),
    ...dayValue('againDay', facts.collectAgainOn, language),
    ...moneyValue('charges', facts.notice?.announcedCharges, language),
    ...moneyValue('flatSum', facts.notice?.flatSum, language),
    hasFlatSum: yesOrNo(facts.notice?.flatSum !== undefined),
    ...rateValues(facts.notice?.lateInterestRate, language),
    ...moneyValue('disputed', facts.disputed, language),
    hasDisputed: yesOrNo(facts.disputed !== undefined),
    ...dayValue('wishedDay', facts.wish?.day, language),
    hasWishedDay: yesOrNo(facts.wish?.day !== undefined),
    wish: facts.wish?.state ?? 'none',
    ...moneyValue('refund', facts.refund, language),
    refundDefault: facts.refundDefault ?? 'none',
    ...moneyValue('discount', facts.discount, language),
    hasDiscount: yesOrNo(facts.discount !== undefined),
    ...moneyValue('received', facts.received, language),
    ...dayValue('receivedDay', facts.receivedOn, language),
    hasReceived: yesOrNo(facts.received !== undefined && facts.receivedOn !== undefined),
  }
}

function thankYouValues({
  language,
  claim,
  received,
  receivedOn,
  next,
}: Extract<ClaimMessageInput, ThankYouMessage>): TextValues {
  const isSettled = claim.outstanding.minor <= 0n
  const open = next === undefined ? 'open' : 'planned'
  return {
    received: formatMoneyForPeople(received, language),
    receivedDay: formatDayForPeople(receivedOn, language),
    rest: isSettled ? 'none' : open,
    outstanding: formatMoneyForPeople(claim.outstanding, language),
    ...nextValues(next, language),
  }
}

function nextValues(next: PlanPayment | undefined, language: Language): TextValues {
  return {
    nextAmount: next === undefined ? '' : formatAmountForPeople(next.amount, language),
    nextDay: next === undefined ? '' : formatDayForPeople(next.dueDate, language),
  }
}

function rateValues(rate: string | undefined, language: Language): TextValues {
  return {
    rate: rate === undefined ? '' : formatPercentForPeople(rate, language),
    hasRate: yesOrNo(rate !== undefined),
  }
}

function moneyValue(name: string, money: Money | undefined, language: Language): TextValues {
  return { [name]: money === undefined ? '' : formatMoneyForPeople(money, language) }
}

function dayValue(name: string, day: Day | undefined, language: Language): TextValues {
  return { [name]: day === undefined ? '' : formatDayForPeople(day, language) }
}
