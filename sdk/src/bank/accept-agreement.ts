// Takes a signed agreement in: check → mandate → schedule its lines → keep. The same agreement any
// number of times, from anywhere, has one effect and gets the same answer.

import { addDays, compareDays, type Day } from '../protocol/days.ts'
import type { Agreement } from '../protocol/generated/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { checkMandate } from './authorise.ts'
import { type AgreementRefusal, checkAgreement } from './check-agreement.ts'
import { type BankContext, type CustomerChange, changeCustomer } from './context.ts'
import {
  type AgreementRecord,
  type CustomerRecord,
  type LineState,
  mandateFor,
  withAgreement,
} from './customer.ts'
import { planExecution } from './execution-day.ts'
import { isDead, openQuestion } from './question.ts'
import { todayOf } from './today.ts'

/** The bank's answer to an agreement. */
export interface AcceptedAgreement {
  readonly agreementId: string
  readonly lines: ReadonlyArray<{
    readonly line: number
    readonly state: LineState
    /** The question to the customer that the line waits for, if any. */
    readonly code: string | null
    /** Later than the due day when that is no business day of the bank's rail. */
    readonly executionDay: Day
  }>
}

/** How many refusals are remembered, so that one that comes again is not written down again. */
const REMEMBERED_REFUSALS = 20

const UNTOUCHED = {
  ...({ state: 'scheduled', notBefore: null, fencing: null, leaseUntil: null } as const),
  ...({ paidOn: null, railId: null, reconcileBy: null, escalatedAt: null } as const),
  ...({ head: null, outgoing: null, owed: null } as const),
}

/**
 * Accepts an agreement for automatic payment.
 *
 * Refuses what `checkAgreement` refuses, `creditor-unknown`, `account-changed` and `mandate-revoked`
 * (against the customer's mandates), `currency`, `due-too-far`, `payment-under-way` (the agreement
 * that it replaces is being paid; try again) and `duplicate-request` (another agreement about the
 * same request is paid or still may be, and this one does not follow it).
 */
export async function acceptAgreement(
  context: BankContext,
  text: string,
): Promise<Result<AcceptedAgreement, AgreementRefusal>> {
  const checked = await checkAgreement(context, text)
  if (!checked.ok) return checked
  const { agreement, customer } = checked.value
  const { agreementId } = agreement
  await context.store.keepAgreement(agreementId, text)
  const { customerId } = customer
  const { isNew, answer } = await changeCustomer(context, customerId, (kept) => {
    const base = kept ?? customer
    const record = recordOf(context, base, agreement)
    const change = schedule(context, base, record)
    const isTaken = change.outcome.ok && change.customer !== null
    return { ...change, outcome: { isNew: isTaken, answer: change.outcome } }
  })
  if (isNew && answer.ok) announce(context, { customerId, agreement, answer: answer.value })
  return answer
}

function announce(
  context: BankContext,
  accepted: {
    readonly customerId: string
    readonly agreement: Agreement
    readonly answer: AcceptedAgreement
  },
): void {
  const { customerId, agreement, answer } = accepted
  const { agreementId } = agreement
  context.emit({ type: 'agreement-accepted', customerId, agreementId })
  const [first] = answer.lines
  if (first !== undefined && first.code !== null) {
    const code = first.code as 'look-alike' | 'duplicate-invoice'
    context.emit({ type: 'asked', customerId, agreementId, code })
  }
  for (const { line, executionDay } of answer.lines) {
    const from = agreement.lines.find((one) => one.line === line)?.dueDate ?? executionDay
    if (from === executionDay) continue
    const key = { customerId, agreementId, line }
    context.emit({ type: 'moved', key, from, to: executionDay, reason: 'closed-day' })
  }
}

type Scheduled = CustomerChange<Result<AcceptedAgreement, AgreementRefusal>>

function schedule(
  context: BankContext,
  customer: CustomerRecord,
  agreement: AgreementRecord,
): Scheduled {
  const known = customer.agreements.find(({ agreementId }) => agreementId === agreement.agreementId)
  if (known !== undefined) return { customer: null, outcome: ok(answerOf(known)) }
  const today = todayOf(context, customer)
  const refused = (code: AgreementRefusal['code']) => refuse(customer, agreement, code)
  const barred = checkMandate(customer, agreement, today)
  if (barred === 'account-changed' || barred === 'mandate-revoked') return refused(barred)
  if (barred === 'creditor-unknown' && customer.limits.newCreditor === 'refuse') {
    return refused(barred)
  }
  const { currency } = agreement.lines[0]?.amount ?? { currency: '' }
  if (!Object.hasOwn(customer.limits.byCurrency, currency)) return refused('currency')
  const horizon = addDays(today, context.maxDaysAhead)
  if (agreement.lines.some(({ dueDate }) => compareDays(dueDate, horizon) > 0)) {
    return refused('due-too-far')
  }
  const replaced = replaceFormer(customer, agreement)
  if (typeof replaced === 'string') return refused(replaced)
  const withMandate = withNewMandate(replaced, agreement)
  const question = openQuestion(withMandate, agreement)
  const lines = agreement.lines.map((line) => ({ ...line, code: question?.code ?? null }))
  const asked = { ...agreement, lines }
  return {
    customer: { ...withMandate, agreements: [...withMandate.agreements, asked] },
    outcome: ok(answerOf(asked)),
  }
}

/**
 * Stops what is left of former agreements about the same request. Both sides have signed the new one
 * later, so it is what is owed; but no line of the old one may be on its way.
 */
function replaceFormer(
  customer: CustomerRecord,
  agreement: AgreementRecord,
): CustomerRecord | 'duplicate-request' | 'payment-under-way' {
  const former = customer.agreements.filter((other) => isSameRequest(other, agreement))
  let replaced = customer
  for (const other of former) {
    if (isDead(other)) continue
    const states = other.lines.map(({ state }) => state)
    const isPaid = states.every((state) => state === 'settled')
    if (isPaid || agreement.agreedAt <= other.agreedAt) return 'duplicate-request'
    if (states.some((state) => UNDER_WAY.has(state))) return 'payment-under-way'
    const lines = other.lines.map((line) =>
      line.state === 'scheduled'
        ? { ...line, state: 'stopped' as const, code: 'agreement-superseded' }
        : line,
    )
    replaced = withAgreement(replaced, { ...other, lines })
  }
  return replaced
}

const UNDER_WAY: ReadonlySet<LineState> = new Set(['leasing', 'paying', 'unknown', 'accepted'])

/** A creditor's first agreement makes its mandate where the customer allows that. */
function withNewMandate(customer: CustomerRecord, agreement: AgreementRecord): CustomerRecord {
  if (mandateFor(customer, agreement) !== undefined) return customer
  const { issuer, creditor } = agreement
  const { iban } = creditor.account
  const mandate = { issuer, creditorId: creditor.id, iban, name: creditor.name }
  return { ...customer, mandates: [...customer.mandates, mandate] }
}

function recordOf(
  context: BankContext,
  { timeZone }: CustomerRecord,
  agreement: Agreement,
): AgreementRecord {
  const { agreementId, iss: issuer, sub, requestId, creditor, remittance, iat } = agreement
  const now = context.clock()
  const { terms } = context
  const lines = agreement.lines.map(({ line, dueDate, amount, endToEndId }) => {
    const plan = planExecution({ dueDate, notBefore: null, now, timeZone, terms })
    const isPast = plan.reason === 'past-due' || plan.reason === 'after-cut-off'
    // What is due now is told when it is paid; a day that is closed is known beforehand.
    const executionDay = isPast ? dueDate : plan.day
    return { line, dueDate, amount, endToEndId, code: null, executionDay, ...UNTOUCHED }
  })
  return {
    ...{ agreementId, issuer, sub, requestId, creditor, remittance },
    ...{ agreedAt: iat, acceptedAt: now, payee: null, approved: [], lines },
  }
}

function answerOf({ agreementId, lines }: AgreementRecord): AcceptedAgreement {
  return {
    agreementId,
    lines: lines.map(({ line, state, code, executionDay }) => ({
      ...{ line, state, code, executionDay },
    })),
  }
}

function isSameRequest(left: AgreementRecord, right: AgreementRecord): boolean {
  return (
    left.issuer === right.issuer &&
    left.creditor.id === right.creditor.id &&
    left.requestId === right.requestId
  )
}

/** A refusal is written down once, however often the agreement comes. */
function refuse(
  customer: CustomerRecord,
  { agreementId }: AgreementRecord,
  code: AgreementRefusal['code'],
): Scheduled {
  const outcome = err({ code })
  const isKnown = customer.refused.some(
    (one) => one.agreementId === agreementId && one.code === code,
  )
  if (isKnown) return { customer: null, outcome }
  const refused = [...customer.refused, { agreementId, code }].slice(-REMEMBERED_REFUSALS)
  return { customer: { ...customer, refused }, outcome }
}
