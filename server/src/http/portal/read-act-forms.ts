// Reads the forms of the other acts as a browser posts them. Pure: the HTTP edge has already decoded and
// bounded the body. What is wrong comes back with what was entered.

import {
  type Amount,
  compareDays,
  type Day,
  err,
  type Money,
  ok,
  parseAmount,
  parseDay,
  type Result,
} from '@parley/sdk/protocol'
import type { ClosableChannel, Preferences } from '../../domain/claim/debtor.ts'
import { CREDIT_CHOICES, type CreditChoice } from '../../domain/credit/decide-offer.ts'
import { parseCsvAmount } from '../../domain/import/csv-amount.ts'
import type { Language } from '../../domain/wording/language.ts'
import type { Reach } from '../../use-cases/show-claim-page.ts'
import { MAX_TEXT } from './act-form.ts'
import type { ActProblem } from './page-model.ts'

export type FormFields = Readonly<Record<string, string | undefined>>

/** "I have paid": the day, if it was told. Refuses `paid.error-day` and `paid.error-future`. */
export function readPaidForm(fields: FormFields, today: Day): Result<{ day?: Day }, ActProblem> {
  const text = fields['day']?.trim() ?? ''
  if (text === '') return ok({})
  const refuse = (code: ActProblem['code']) => err({ act: 'paid' as const, code, entered: fields })
  const day = parseDay(text)
  if (!day.ok) return refuse('paid.error-day')
  return compareDays(day.value, today) > 0 ? refuse('paid.error-future') : ok({ day: day.value })
}

export interface ReadDispute {
  reason: string
  /** All that is owed without. */
  part?: Amount
  text?: string
}

/**
 * A dispute. Refuses `dispute.error-reason`, `dispute.error-part` (not an amount of the currency) and
 * `dispute.error-range` (more than is owed).
 */
export function readDisputeForm(
  fields: FormFields,
  { outstanding, language }: { outstanding: Money; language: Language },
): Result<ReadDispute, ActProblem> {
  const refuse = (code: ActProblem['code']) =>
    err({ act: 'dispute' as const, code, entered: fields })
  const { reason } = fields
  if (reason === undefined) return refuse('dispute.error-reason')
  const own = { reason, ...textOf(fields) }
  const written = fields['part']?.trim() ?? ''
  if (written === '') return ok(own)
  const { currency } = outstanding
  const decimalMark = language === 'en' ? 'point' : 'comma'
  // Whoever writes the mark of another language is understood where there is one reading.
  const either = parseCsvAmount(written, { currency })
  const read = either.ok ? either : parseCsvAmount(written, { currency, decimalMark })
  if (!read.ok) return refuse('dispute.error-part')
  const money = parseAmount(read.value)
  const isWithin = money.ok && money.value.minor <= outstanding.minor
  return isWithin ? ok({ ...own, part: read.value }) : refuse('dispute.error-range')
}

export interface ReadHelp {
  isHardship: boolean
  phone?: string
  text?: string
}

/** A call for help: nothing in it can be wrong. */
export function readHelpForm(fields: FormFields): ReadHelp {
  const phone = fields['phone']?.trim() ?? ''
  return {
    isHardship: fields['hardship'] === 'yes',
    ...(phone === '' ? {} : { phone }),
    ...textOf(fields),
  }
}

export interface ReadCredit {
  creditId?: string
  choice: CreditChoice
  iban?: string
  holder?: string
}

/** A choice for a credit. Refuses `credit.error-choice` (none) and `credit.error-iban` (no account). */
export function readCreditForm(fields: FormFields): Result<ReadCredit, ActProblem> {
  const refuse = (code: ActProblem['code']) =>
    err({ act: 'credit' as const, code, entered: fields })
  const choice = CREDIT_CHOICES.find((known) => known === fields['choice'])
  if (choice === undefined) return refuse('credit.error-choice')
  const creditId = fields['credit']
  const named = { choice, ...(creditId === undefined ? {} : { creditId }) }
  if (choice !== 'refund-to-account') return ok(named)
  const iban = fields['iban']?.trim() ?? ''
  const holder = fields['holder']?.trim() ?? ''
  if (iban === '') return refuse('credit.error-iban')
  return ok({ ...named, iban, ...(holder === '' ? {} : { holder }) })
}

export interface ReadWishes {
  told: Preferences
  withdrawn: (keyof Preferences)[]
  stops: ClosableChannel[]
}

/**
 * Wishes. An empty field withdraws what the page showed in it; a wish that the page cannot show, such
 * as for an agent, stays. Refuses `preferences.error-pay-day`.
 */
export function readPreferencesForm(
  fields: FormFields,
  { preferences, open }: Reach,
): Result<ReadWishes, ActProblem> {
  const payDay = fields['payDay']?.trim() ?? ''
  if (payDay !== '' && !/^(?:0?[1-9]|[12][0-9]|3[01])$/.test(payDay)) {
    const code = 'preferences.error-pay-day'
    return err({ act: 'preferences', code, entered: fields })
  }
  const channel = open.find((known) => known === fields['channel'])
  const isShown = open.some((known) => known === preferences.channel)
  const language = fields['language'] ?? ''
  const told: Preferences = {
    ...(channel === undefined ? {} : { channel }),
    ...(language === '' ? {} : { language }),
    ...(payDay === '' ? {} : { payDay: Number(payDay) }),
  }
  const withdrawn: (keyof Preferences)[] = [
    ...(channel === undefined && isShown ? (['channel'] as const) : []),
    ...(language === '' ? (['language'] as const) : []),
    ...(payDay === '' ? (['payDay'] as const) : []),
  ]
  return ok({ told, withdrawn, stops: stopsOf(fields, open) })
}

function stopsOf(fields: FormFields, open: readonly ClosableChannel[]): ClosableChannel[] {
  const asked: [ClosableChannel, string | undefined][] = [
    ['email', fields['stopEmail']],
    ['sms', fields['stopSms']],
  ]
  return asked.filter(([name, value]) => value === 'yes' && open.includes(name)).map(([it]) => it)
}

/** Own words, cut to what the page lets people write. */
function textOf(fields: FormFields): { text?: string } {
  const text = fields['text']?.replaceAll('\r\n', '\n').trim().slice(0, MAX_TEXT) ?? ''
  return text === '' ? {} : { text }
}
