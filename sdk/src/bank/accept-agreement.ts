// Takes a signed agreement in: check → pin → schedule its lines → keep. The same agreement any number
// of times, from anywhere, has one effect and gets the same answer.

import type { Agreement } from '../protocol/generated/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { checkPin } from './authorise.ts'
import { type AgreementRefusal, checkAgreement } from './check-agreement.ts'
import { type BankContext, type CustomerChange, changeCustomer } from './context.ts'
import type { AgreementRecord, CustomerRecord, LineState } from './customer.ts'

/** The bank's answer to an agreement. */
export interface AcceptedAgreement {
  readonly agreementId: string
  readonly lines: ReadonlyArray<{ readonly line: number; readonly state: LineState }>
}

/** States of a line from which no money has moved and none will. */
const DEAD_STATES: ReadonlySet<LineState> = new Set(['stopped', 'rejected'])

const UNTOUCHED = {
  state: 'scheduled',
  code: null,
  notBefore: null,
  fencing: null,
  leaseUntil: null,
  paidOn: null,
  railId: null,
  head: null,
  outgoing: null,
  owed: null,
} as const

/**
 * Accepts an agreement for automatic payment.
 *
 * Refuses what `checkAgreement` refuses, `creditor-unknown` and `account-changed` (against the
 * customer's pins), `currency` and `duplicate-request` (another agreement about the same request
 * that is paid or still may be).
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
  const record = recordOf(agreement, context.clock())
  const { isNew, answer } = await changeCustomer(context, customerId, (kept) => {
    const change = schedule(kept ?? customer, record)
    return { ...change, outcome: { isNew: change.customer !== null, answer: change.outcome } }
  })
  if (isNew) context.emit({ type: 'agreement-accepted', customerId, agreementId })
  return answer
}

function schedule(
  customer: CustomerRecord,
  agreement: AgreementRecord,
): CustomerChange<Result<AcceptedAgreement, AgreementRefusal>> {
  const known = customer.agreements.find(({ agreementId }) => agreementId === agreement.agreementId)
  if (known !== undefined) return { customer: null, outcome: ok(answerOf(known)) }
  const pin = checkPin(customer, agreement)
  if (pin === 'account-changed') return refuse(pin)
  if (pin === 'creditor-unknown' && customer.limits.newCreditor === 'refuse') return refuse(pin)
  const { currency } = agreement.lines[0]?.amount ?? { currency: '' }
  if (!Object.hasOwn(customer.limits.byCurrency, currency)) return refuse('currency')
  if (customer.agreements.some((other) => isSameRequest(other, agreement) && !isDead(other))) {
    return refuse('duplicate-request')
  }
  const { issuer, creditor } = agreement
  const { iban } = creditor.account
  const newPin =
    pin === null ? [] : [{ issuer, creditorId: creditor.id, iban, name: creditor.name }]
  return {
    customer: {
      ...customer,
      pinned: [...customer.pinned, ...newPin],
      agreements: [...customer.agreements, agreement],
    },
    outcome: ok(answerOf(agreement)),
  }
}

function recordOf(agreement: Agreement, acceptedAt: number): AgreementRecord {
  const { agreementId, iss: issuer, sub, requestId, creditor, remittance } = agreement
  const lines = agreement.lines.map(({ line, dueDate, amount, endToEndId }) => ({
    line,
    dueDate,
    amount,
    endToEndId,
    ...UNTOUCHED,
  }))
  return { agreementId, issuer, sub, requestId, creditor, remittance, acceptedAt, lines }
}

function answerOf({ agreementId, lines }: AgreementRecord): AcceptedAgreement {
  return { agreementId, lines: lines.map(({ line, state }) => ({ line, state })) }
}

function isSameRequest(left: AgreementRecord, right: AgreementRecord): boolean {
  return (
    left.issuer === right.issuer &&
    left.creditor.id === right.creditor.id &&
    left.requestId === right.requestId
  )
}

function isDead({ lines }: AgreementRecord): boolean {
  return lines.every(({ state }) => DEAD_STATES.has(state))
}

function refuse(
  code: AgreementRefusal['code'],
): CustomerChange<Result<AcceptedAgreement, AgreementRefusal>> {
  return { customer: null, outcome: err({ code }) }
}
