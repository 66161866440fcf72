// What the schema cannot say about a creditor's message: amounts and days that exist, names that
// can be shown, menus that mean something. Runs on verified messages, before any decision.

import { compareDays, isTimeZone, parseDay } from '../protocol/days.ts'
import { isSoundEnvelope } from '../protocol/envelope.ts'
import type {
  AmountPart,
  CreditMessage,
  Creditor,
  Menu,
  MenuRow,
  QuoteMessage,
  ReceiptMessage,
  ReminderMessage,
  RequestMessage,
  StatusMessage,
} from '../protocol/generated/messages.ts'
import { type Amount, type Money, parseAmount, parseAmountOrZero } from '../protocol/money.ts'
import { checkPlanTerms } from '../protocol/plan-schedule.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { checkText } from '../protocol/text.ts'
import type { ArrivalRefusal } from './agent-refusal.ts'

type Checked = Result<null, ArrivalRefusal>

const MAX_NAME = 70

/** Refuses `content-invalid`, naming the member, for a request that nobody could decide on. */
export function checkRequest(request: RequestMessage): Checked {
  const principal = parseAmount(request.amount)
  if (!principal.ok) return invalid('amount')
  if (!parseDay(request.dueDate).ok) return invalid('dueDate')
  if (!isTimeZone(request.timeZone)) return invalid('timeZone')
  if (!isShowable(request.creditor.name)) return invalid('creditor.name')
  return checkMenu(request.menu, principal.value)
}

/**
 * Refuses `content-invalid` for a menu with twins, windows that are none, or impossible plans.
 *
 * @example
 * import { checkMenu } from '@parley/sdk'
 * import type { Menu } from '@parley/sdk/protocol'
 * declare const menu: Menu
 * const checked = checkMenu(menu, { minor: 12_000n, currency: 'EUR' })
 * if (!checked.ok) console.log(checked.error.detail)
 */
export function checkMenu(menu: Menu, principal: Money): Checked {
  const names = new Set(menu.rows.map(({ rowId }) => rowId))
  const isSound = names.size === menu.rows.length && menu.rows.every((row) => isRow(row, principal))
  if (!isSound) return invalid('menu')
  const { envelope, tier, final } = menu
  if (envelope === undefined) return ok(null)
  const isPlaced = final === (tier === envelope.tiers.length - 1) && tier < envelope.tiers.length
  return isPlaced && isSoundEnvelope(envelope, principal.currency)
    ? ok(null)
    : invalid('menu.envelope')
}

/** Refuses `content-invalid` for amounts that are none or change their currency. */
export function checkStatus(status: StatusMessage, currency: string): Checked {
  const { outstanding, disputed, creditOwed = outstanding } = status
  if (!isAmountIn(outstanding, currency)) return invalid('outstanding')
  if (!isAmountIn(creditOwed, currency)) return invalid('creditOwed')
  const isSound = disputed === undefined || isAmountIn(disputed, currency)
  return isSound ? ok(null) : invalid('disputed')
}

/** Refuses `content-invalid` for a reminder whose parts are not its total (MON-07). */
export function checkReminder(reminder: ReminderMessage, principal: Money): Checked {
  const { total, parts, dueDate, menu } = reminder
  if (!isSumOf(total, parts, principal.currency)) return invalid('total')
  if (!parseDay(dueDate).ok) return invalid('dueDate')
  return menu === undefined ? ok(null) : checkMenu(menu, principal)
}

/** Refuses `content-invalid` for a quote whose parts are not its total (MON-07). */
export function checkQuote({ total, parts, asOf }: QuoteMessage, currency: string): Checked {
  if (!isSumOf(total, parts, currency)) return invalid('total')
  return parseDay(asOf).ok ? ok(null) : invalid('asOf')
}

/** Refuses `content-invalid` for a receipt whose amounts or day do not exist. */
export function checkReceipt(receipt: ReceiptMessage, currency: string): Checked {
  const { amount, overpaid, outstanding, allocations, receivedOn } = receipt
  const amounts = [amount, overpaid, outstanding, ...allocations.map((part) => part.amount)]
  if (!amounts.every((one) => isAmountIn(one, currency))) return invalid('amount')
  return parseDay(receivedOn).ok ? ok(null) : invalid('receivedOn')
}

/** Refuses `content-invalid` for a credit of nothing, or whose default or day cannot be. */
export function checkCredit(credit: CreditMessage, currency: string): Checked {
  const { amount, choices, defaultChoice, defaultOn, setOff = [] } = credit
  if (amount.currency !== currency || !parseAmount(amount).ok) return invalid('amount')
  if (!setOff.every(({ outstanding }) => isAmountIn(outstanding, currency)))
    return invalid('setOff')
  if (defaultChoice !== undefined && !choices.includes(defaultChoice))
    return invalid('defaultChoice')
  return parseDay(defaultOn).ok ? ok(null) : invalid('defaultOn')
}

/** Refuses `content-invalid` for a creditor whose name cannot be shown. */
export function checkCreditor({ name }: Creditor): Checked {
  return isShowable(name) ? ok(null) : invalid('creditor.name')
}

/** Parts that are paid or credited subtract; all others add. */
function isSumOf(total: Amount, parts: readonly AmountPart[], currency: string): boolean {
  if (![total, ...parts.map(({ amount }) => amount)].every((one) => isAmountIn(one, currency))) {
    return false
  }
  const sum = parts.reduce((so, { kind, amount }) => {
    const minor = minorOf(amount)
    return kind === 'paid' || kind === 'credit' ? so - minor : so + minor
  }, 0n)
  return sum === minorOf(total)
}

function minorOf(amount: Amount): bigint {
  const parsed = parseAmountOrZero(amount)
  return parsed.ok ? parsed.value.minor : 0n
}

function isRow(row: MenuRow, principal: Money): boolean {
  const { firstDueFrom, firstDueTo } = row
  const hasWindow =
    parseDay(firstDueFrom).ok &&
    parseDay(firstDueTo).ok &&
    compareDays(firstDueFrom, firstDueTo) <= 0
  if (!hasWindow) return false
  const terms = checkPlanTerms(principal, { ...row, firstDueDate: firstDueFrom })
  // A row too fine for a small bill is no fault of the menu; the search passes over it.
  return terms.ok || terms.error.code === 'plan-amount'
}

function isAmountIn(amount: Amount, currency: string): boolean {
  return amount.currency === currency && parseAmountOrZero(amount).ok
}

function isShowable(name: string): boolean {
  return checkText(name, { maxCodePoints: MAX_NAME }).ok
}

function invalid(detail: string): Result<never, ArrivalRefusal> {
  return err({ code: 'content-invalid', detail })
}
