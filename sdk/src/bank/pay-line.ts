// Pays one line: authorise → lease → mark as paying → rail → keep the outcome → report. Whoever wins
// the compare-and-set from `leasing` to `paying` is the only one that calls the rail.

import { checkPayee } from './check-payee.ts'
import { type BankContext, type CustomerChange, changeCustomer } from './context.ts'
import {
  type CustomerRecord,
  findLine,
  type LineKey,
  type LineRecord,
  type LineState,
  type OutgoingMessage,
  withLine,
} from './customer.ts'
import { judgeLease } from './judge-lease.ts'
import { EXPIRED_CODES, type PaymentReply, sendPayment } from './payment-message.ts'
import type { PaymentInstruction } from './rail.ts'
import { escalate, instructionFor, isOpenWithRail, keepOutcome } from './rail-outcome.ts'
import { changeLine, flushReports, loadLine } from './report-line.ts'
import { announceHold, type LeaseRequest, requestLease } from './request-lease.ts'
import { planOf, presentFacts } from './today.ts'

/** Where a line stands after a run. */
export interface PaymentReport extends LineKey {
  readonly state: LineState
  /** Why it waits or ended. */
  readonly code: string | null
  readonly railId: string | null
  /** The creditor has been told. */
  readonly reported: boolean
}

/** The payee's bank is asked, or asked again. */
const UNANSWERED_CHECKS: ReadonlySet<string> = new Set([
  'payee-unchecked',
  'payee-check-unavailable',
])

/**
 * Pays one line if it may be paid now. Never throws because of the creditor or the rail; a rail that
 * throws leaves the line `unknown`.
 */
export async function payLine(context: BankContext, key: LineKey): Promise<PaymentReport> {
  // A new lease request has to follow whatever the creditor has not answered yet.
  await flushReports(context, key)
  let request = await requestLease(context, key)
  if (request.kind === 'held' && UNANSWERED_CHECKS.has(request.code)) {
    await checkPayee(context, key)
    request = await requestLease(context, key)
  }
  if (request.kind === 'send') await pursueLease(context, key, request)
  else announceHold(context, key, request)
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
    await escalate(context, key)
  }
  const reported = await flushReports(context, key)
  return reportOf(context, key, { reported, heldBy: null })
}

/** A line whose outcome has to be looked up: unknown, accepted, or paying beyond its lease. */
export function isUnresolved({ clock }: Pick<BankContext, 'clock'>, line: LineRecord): boolean {
  if (line.state === 'paying') return (line.leaseUntil ?? 0) <= clock()
  return isOpenWithRail(line)
}

async function pursueLease(
  context: BankContext,
  key: LineKey,
  { found, outgoing }: Extract<LeaseRequest, { kind: 'send' }>,
): Promise<void> {
  const reply = await sendPayment(context, found, outgoing)
  if (reply.kind === 'later') return noteUnanswered(context, key, { outgoing, code: reply.code })
  const taken = await takeLease(context, key, { hash: outgoing.hash, reply })
  // A process that stood still for longer than its lease leaves the matter to `reconcile`.
  if (taken === null || context.clock() >= taken.instruction.submitBy) return
  await keepOutcome(context, key, await orUnknown(() => context.rail.pay(taken.instruction)))
}

/** The creditor did not answer: the same bytes go out at the next run. */
async function noteUnanswered(
  context: BankContext,
  key: LineKey,
  { outgoing, code }: { readonly outgoing: OutgoingMessage; readonly code: string },
): Promise<void> {
  const noted = await changeLine(context, key, ({ line }) => {
    const isMine = line.state === 'leasing' && line.outgoing?.hash === outgoing.hash
    return isMine && line.code !== code ? { ...line, code } : null
  })
  if (noted !== null) context.emit({ type: 'held', key, code })
}

/** A rail that fails to answer has not said no. */
async function orUnknown<T>(call: () => Promise<T>): Promise<T | { readonly outcome: 'unknown' }> {
  try {
    return await call()
  } catch {
    return { outcome: 'unknown' }
  }
}

interface LeaseAnswer {
  readonly hash: string
  readonly reply: Exclude<PaymentReply, { kind: 'later' }>
}

interface KeptLease {
  readonly before: LineRecord
  readonly line: LineRecord
  readonly payment: { readonly instruction: PaymentInstruction } | null
}

const NOTHING: CustomerChange<null> = { customer: null, outcome: null }

/** Turns the reply into a kept state. Only the one that kept `paying` gets an instruction. */
async function takeLease(
  context: BankContext,
  key: LineKey,
  { hash, reply }: LeaseAnswer,
): Promise<KeptLease['payment']> {
  const kept = await changeCustomer<KeptLease | null>(context, key.customerId, async (customer) => {
    const found = customer === undefined ? undefined : findLine(customer, key)
    const isMine = found?.line.state === 'leasing' && found.line.outgoing?.hash === hash
    if (customer === undefined || found === undefined || !isMine) return NOTHING
    const line = await lineAfter(context, { customer, key, line: found.line, reply })
    const isPaying = line.state === 'paying'
    const instruction = isPaying ? instructionFor(customer, { ...found, line }) : null
    return {
      customer: withLine(customer, key.agreementId, line),
      outcome: { before: found.line, line, payment: instruction && { instruction } },
      facts: reply.kind === 'status' ? { outstanding: textOf(reply.status.outstanding) } : {},
    }
  })
  if (kept === null) return null
  announceLease(context, key, kept)
  return kept.payment
}

function announceLease(context: BankContext, key: LineKey, { before, line }: KeptLease): void {
  const { state, code, executionDay } = line
  if (state === 'stopped') context.emit({ type: 'stopped', key, code: code ?? '' })
  if (state === 'scheduled') context.emit({ type: 'held', key, code: code ?? '' })
  if (state !== 'paying' || executionDay === before.executionDay) return
  const from = before.executionDay
  context.emit({ type: 'moved', key, from, to: executionDay, reason: 'past-due' })
}

function textOf({
  value,
  currency,
}: {
  readonly value: string
  readonly currency: string
}): string {
  return `${value} ${currency}`
}

interface LeaseReply {
  readonly customer: CustomerRecord
  readonly key: LineKey
  readonly line: LineRecord
  readonly reply: LeaseAnswer['reply']
}

async function lineAfter(context: BankContext, facts: LeaseReply): Promise<LineRecord> {
  const { customer, key, line, reply } = facts
  if (reply.kind === 'status') {
    const { head, status } = reply
    const answered = withLine(customer, key.agreementId, { ...line, outgoing: null, head })
    const { leaseMarginSeconds: marginSeconds, reconcileSeconds } = context
    const executionDay = planOf(context, customer, key)?.day ?? line.executionDay
    return judgeLease({
      ...(await presentFacts(context, answered, key)),
      ...{ status, now: context.clock(), marginSeconds, reconcileSeconds, executionDay },
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
