// Before a lease is asked for: may the line be paid now? If so, the signed request is kept before it is
// sent; if not, the reason is written down.

import { type AuthorisationRefusal, authorise } from './authorise.ts'
import { type BankContext, type CustomerChange, changeCustomer } from './context.ts'
import {
  ASK_CODES,
  type AskCode,
  type CustomerRecord,
  findLine,
  type LineKey,
  type LineRecord,
  type OutgoingMessage,
  withLine,
} from './customer.ts'
import type { MoveReason } from './execution-day.ts'
import { type LineOfAgreement, signPayment } from './payment-message.ts'
import { hasReport } from './report-line.ts'
import { planOf, presentFacts } from './today.ts'

/** What became of the wish to pay a line: a request to send, or a reason to wait. */
export type LeaseRequest =
  | { readonly kind: 'send'; readonly found: LineOfAgreement; readonly outgoing: OutgoingMessage }
  | HeldLine

/** A line that is not paid now. */
export interface HeldLine {
  readonly kind: 'held'
  readonly code: string
  /** The record says it since now. */
  readonly isNew: boolean
  readonly moved: { readonly from: string; readonly to: string; readonly reason: MoveReason } | null
}

/** Keeps a signed lease request before it is sent; one that is kept already is sent again. */
export function requestLease(context: BankContext, key: LineKey): Promise<LeaseRequest> {
  return changeCustomer<LeaseRequest>(context, key.customerId, async (customer) => {
    const found = customer === undefined ? undefined : findLine(customer, key)
    if (customer === undefined || found === undefined) return held('agreement-unknown')
    const authorised = authorise(await presentFacts(context, customer, key))
    if (!authorised.ok) return hold(context, customer, { found, refusal: authorised.error })
    const { line } = found
    if (hasReport(line)) return held('report-pending')
    const known = line.state === 'leasing' ? line.outgoing : null
    if (known !== null) {
      return { customer: null, outcome: { kind: 'send', found, outgoing: known } }
    }
    const outgoing = await signPayment(context, found, { status: 'ACCP', code: null })
    const leasing: LineRecord = { ...line, state: 'leasing', code: null, notBefore: null, outgoing }
    return {
      customer: withLine(customer, key.agreementId, leasing),
      outcome: { kind: 'send', found: { ...found, line: leasing }, outgoing },
    }
  })
}

function held(code: string): CustomerChange<LeaseRequest> {
  return { customer: null, outcome: { kind: 'held', code, isNew: false, moved: null } }
}

/** Writes down why a line waits, when that is new, and to which day it moves. */
function hold(
  context: BankContext,
  customer: CustomerRecord,
  { found, refusal }: { readonly found: LineOfAgreement; readonly refusal: AuthorisationRefusal },
): CustomerChange<LeaseRequest> {
  const { agreement, line } = found
  const { code, facts } = refusal
  if (code === 'line-done' || code === 'not-due' || code === 'payee-unchecked') return held(code)
  const key = { agreementId: agreement.agreementId, line: line.line }
  const plan =
    code === 'closed-day' || code === 'after-cut-off' ? planOf(context, customer, key) : null
  const executionDay = plan?.day ?? line.executionDay
  const isMoved = executionDay !== line.executionDay
  const reason = plan?.reason ?? null
  const moved =
    isMoved && reason !== null ? { from: line.executionDay, to: executionDay, reason } : null
  const isNew = line.code !== code || isMoved
  const outcome: LeaseRequest = { kind: 'held', code, isNew, moved }
  if (!isNew) return { customer: null, outcome }
  const waiting = { ...line, code, executionDay }
  return { customer: withLine(customer, agreement.agreementId, waiting), outcome, facts }
}

/** Tells the host what `requestLease` wrote down, once. */
export function announceHold(
  context: BankContext,
  key: LineKey,
  { code, isNew, moved }: HeldLine,
): void {
  if (!isNew) return
  if (moved !== null) context.emit({ type: 'moved', key, ...moved })
  context.emit({ type: 'held', key, code })
  if (!isQuestion(code)) return
  const { customerId, agreementId } = key
  context.emit({ type: 'asked', customerId, agreementId, code })
}

function isQuestion(code: string): code is AskCode {
  return ASK_CODES.some((one) => one === code)
}
