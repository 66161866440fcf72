// Pays one line: authorise → lease → mark as paying → rail → keep the outcome → report. Whoever wins
// the compare-and-set from `leasing` to `paying` is the only one that calls the rail.

import { type Day, dayInZone } from '../protocol/days.ts'
import { authorise } from './authorise.ts'
import { type BankContext, type CustomerChange, changeCustomer } from './context.ts'
import {
  type CreditorRef,
  type CustomerRecord,
  findLine,
  type LineKey,
  type LineRecord,
  type LineState,
  type OutgoingMessage,
  withLine,
} from './customer.ts'
import { judgeLease } from './judge-lease.ts'
import {
  EXPIRED_CODES,
  type LineOfAgreement,
  type PaymentReply,
  sendPayment,
  signPayment,
} from './payment-message.ts'
import type { PaymentInstruction } from './rail.ts'
import { instructionFor, keepOutcome } from './rail-outcome.ts'
import { flushReports, hasReport, loadLine } from './report-line.ts'

/** Where a line stands after a run. */
export interface PaymentReport extends LineKey {
  readonly state: LineState
  /** Why it waits or ended. */
  readonly code: string | null
  readonly railId: string | null
  /** The creditor has been told. */
  readonly reported: boolean
}

/**
 * Pays one line if it may be paid now. Never throws because of the creditor or the rail; a rail that
 * throws leaves the line `unknown`.
 */
export async function payLine(context: BankContext, key: LineKey): Promise<PaymentReport> {
  // A new lease request has to follow whatever the creditor has not answered yet.
  await flushReports(context, key)
  const request = await requestLease(context, key)
  if (request.kind === 'send') await pursueLease(context, key, request)
  else if (request.code !== 'line-done') {
    context.emit({ type: 'held', key, code: request.code })
  }
  const reported = await flushReports(context, key)
  return reportOf(context, key, { reported, heldBy: request.kind === 'held' ? request.code : null })
}

/** Asks the rail about a payment whose outcome is not known, and keeps what it says. */
export async function resolvePayment(context: BankContext, key: LineKey): Promise<PaymentReport> {
  const customer = await context.store.customer(key.customerId)
  const found = customer === undefined ? undefined : findLine(customer, key)
  if (customer !== undefined && found !== undefined && isUnresolved(context, found.line)) {
    const { endToEndId, idempotencyKey, debtorAccount } = instructionFor(customer, found)
    const query = { endToEndId, idempotencyKey, debtorAccount }
    await keepOutcome(context, key, await orUnknown(() => context.rail.find(query)))
  }
  const reported = await flushReports(context, key)
  return reportOf(context, key, { reported, heldBy: null })
}

/** A line whose rail outcome has to be looked up: unknown, or paying beyond its lease. */
export function isUnresolved({ clock }: Pick<BankContext, 'clock'>, line: LineRecord): boolean {
  return line.state === 'unknown' || (line.state === 'paying' && (line.leaseUntil ?? 0) <= clock())
}

/** Today where the customer lives. */
export function todayOf({ clock }: Pick<BankContext, 'clock'>, customer: CustomerRecord): Day {
  return dayInZone(clock(), customer.timeZone)
}

type LeaseRequest =
  | { readonly kind: 'send'; readonly found: LineOfAgreement; readonly outgoing: OutgoingMessage }
  | { readonly kind: 'held'; readonly code: string }

/** Keeps a signed lease request before it is sent; one that is kept already is sent again. */
function requestLease(context: BankContext, key: LineKey): Promise<LeaseRequest> {
  return changeCustomer<LeaseRequest>(context, key.customerId, async (customer) => {
    const found = customer === undefined ? undefined : findLine(customer, key)
    if (customer === undefined || found === undefined) return held('agreement-unknown')
    const stoppedCreditors = await context.store.stoppedCreditors()
    const today = todayOf(context, customer)
    const authorised = authorise({ customer, key, today, stoppedCreditors })
    if (!authorised.ok) return held(authorised.error.code)
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
  return { customer: null, outcome: { kind: 'held', code } }
}

async function pursueLease(
  context: BankContext,
  key: LineKey,
  { found, outgoing }: Extract<LeaseRequest, { kind: 'send' }>,
): Promise<void> {
  const reply = await sendPayment(context, found, outgoing)
  if (reply.kind === 'later') {
    context.emit({ type: 'held', key, code: reply.code })
    return
  }
  const taken = await takeLease(context, key, { hash: outgoing.hash, reply })
  // A process that stood still for longer than its lease leaves the matter to `reconcile`.
  if (taken === null || context.clock() >= taken.leaseUntil) return
  await keepOutcome(context, key, await orUnknown(() => context.rail.pay(taken.instruction)))
}

/** A rail that fails to answer has not said no. */
async function orUnknown<T>(call: () => Promise<T>): Promise<T | { readonly outcome: 'unknown' }> {
  try {
    return await call()
  } catch {
    return { outcome: 'unknown' }
  }
}

/** Turns the reply into a kept state. Only the one that kept `paying` gets an instruction. */
async function takeLease(
  context: BankContext,
  key: LineKey,
  { hash, reply }: { readonly hash: string; readonly reply: PaymentReply },
): Promise<LeasedPayment | null> {
  const kept = await changeCustomer<KeptLease | null>(context, key.customerId, async (customer) => {
    const found = customer === undefined ? undefined : findLine(customer, key)
    const isMine = found?.line.state === 'leasing' && found.line.outgoing?.hash === hash
    if (customer === undefined || found === undefined || !isMine) return NOTHING
    const stoppedCreditors = await context.store.stoppedCreditors()
    const line = lineAfter(context, {
      ...{ customer, key, line: found.line, reply },
      stoppedCreditors,
    })
    const payment = line.state === 'paying' ? leasedPayment(customer, { ...found, line }) : null
    return {
      customer: withLine(customer, key.agreementId, line),
      outcome: { line, payment },
    }
  })
  if (kept === null) return null
  const { state, code } = kept.line
  if (state === 'stopped') context.emit({ type: 'stopped', key, code: code ?? '' })
  if (state === 'scheduled') context.emit({ type: 'held', key, code: code ?? '' })
  return kept.payment
}

interface LeasedPayment {
  readonly instruction: PaymentInstruction
  readonly leaseUntil: number
}

interface KeptLease {
  readonly line: LineRecord
  readonly payment: LeasedPayment | null
}

function leasedPayment(customer: CustomerRecord, found: LineOfAgreement): LeasedPayment {
  const instruction = instructionFor(customer, found)
  return { instruction, leaseUntil: found.line.leaseUntil ?? 0 }
}

const NOTHING: CustomerChange<null> = { customer: null, outcome: null }

interface LeaseReply {
  readonly customer: CustomerRecord
  readonly key: LineKey
  readonly line: LineRecord
  readonly reply: PaymentReply
  readonly stoppedCreditors: readonly CreditorRef[]
}

function lineAfter(context: BankContext, facts: LeaseReply): LineRecord {
  const { customer, key, line, reply, stoppedCreditors } = facts
  if (reply.kind === 'status') {
    const { head, status } = reply
    const answered = withLine(customer, key.agreementId, { ...line, outgoing: null, head })
    const { leaseMarginSeconds: marginSeconds } = context
    const today = todayOf(context, customer)
    return judgeLease({
      customer: answered,
      key,
      status,
      today,
      now: context.clock(),
      marginSeconds,
      stoppedCreditors,
    })
  }
  const { code } = reply
  // An expired request was never taken: the next run signs a new one in its place.
  return EXPIRED_CODES.has(code)
    ? { ...line, state: 'scheduled', outgoing: null, code: 'lease-expired' }
    : { ...line, state: 'stopped', outgoing: null, code: `lease-${code}` }
}

async function reportOf(
  context: BankContext,
  key: LineKey,
  { reported, heldBy }: { readonly reported: boolean; readonly heldBy: string | null },
): Promise<PaymentReport> {
  const found = await loadLine(context, key)
  if (found === undefined) {
    return { ...key, state: 'stopped', code: 'agreement-unknown', railId: null, reported }
  }
  const { state, code, railId } = found.line
  const isOpen = state === 'scheduled' || state === 'leasing'
  return { ...key, state, code: isOpen ? (heldBy ?? code) : code, railId, reported }
}
