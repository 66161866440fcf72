// Between a line and the rail: what the rail is told, and what becomes of the line by its answer.

import { addDays, startOfDayInZone } from '../protocol/days.ts'
import { parseAmount } from '../protocol/money.ts'
import { type BankContext, changeCustomer } from './context.ts'
import {
  type CustomerRecord,
  findLine,
  type LineKey,
  type LineRecord,
  withLine,
} from './customer.ts'
import type { JournalFacts } from './journal-entry.ts'
import type { LineOfAgreement } from './payment-message.ts'
import type { PaymentInstruction, RailOutcome } from './rail.ts'

/** What the rail says of a payment, or somebody who knows in its place. */
export type FoundOutcome = RailOutcome | { readonly outcome: 'not-found' }

/** The payment of a line, always under the same key, whatever happened before. */
export function instructionFor(
  customer: CustomerRecord,
  { agreement, line }: LineOfAgreement,
): PaymentInstruction {
  const amount = parseAmount(line.amount)
  if (!amount.ok) throw new TypeError('an unchecked amount')
  const { creditor, remittance, agreementId } = agreement
  return {
    key: { customerId: customer.customerId, agreementId, line: line.line },
    endToEndId: line.endToEndId,
    idempotencyKey: `${agreementId}:${line.line}`,
    debtorAccount: customer.debtorAccount,
    creditor: { name: creditor.name, ...creditor.account },
    amount: amount.value,
    remittance,
    executionDay: line.executionDay,
    submitBy: line.leaseUntil ?? 0,
  }
}

/** Who answers for an outcome. */
export interface OutcomeSource {
  /** An operator who has looked it up: `not-found` is believed at once, on any rail. */
  readonly byOperator?: boolean
  readonly facts?: JournalFacts
}

/**
 * Keeps an outcome and the report that it calls for: ACSC, RJCT or PDNG. A line that is not open with
 * the rail has been resolved by somebody else and is left alone. Returns whether anything changed.
 */
export async function keepOutcome(
  context: BankContext,
  key: LineKey,
  outcome: FoundOutcome,
  source: OutcomeSource = {},
): Promise<boolean> {
  const kept = await changeCustomer<LineRecord | null>(context, key.customerId, (customer) => {
    const line = customer === undefined ? undefined : findLine(customer, key)?.line
    if (customer === undefined || line === undefined) return { customer: null, outcome: null }
    const facts = { context, customer, outcome, isSure: source.byOperator === true }
    const changed = withOutcome(line, facts)
    if (changed === null) return { customer: null, outcome: null }
    return {
      customer: withLine(customer, key.agreementId, changed),
      outcome: changed,
      facts: source.facts,
    }
  })
  if (kept === null) return false
  const { state, railId, code } = kept
  if (state === 'settled') context.emit({ type: 'settled', key, railId: railId ?? '' })
  if (state === 'accepted') context.emit({ type: 'accepted', key, railId: railId ?? '' })
  if (state === 'rejected') context.emit({ type: 'rejected', key, code: code ?? '' })
  if (state === 'scheduled') context.emit({ type: 'held', key, code: code ?? '' })
  if (state === 'unknown') context.emit({ type: 'unknown', key })
  return true
}

/**
 * Notes that settled money came back. Returns false for a line that was not settled, also when it is
 * noted again.
 */
export async function keepReturn(
  context: BankContext,
  key: LineKey,
  code: string,
): Promise<boolean> {
  const isNew = await changeCustomer(context, key.customerId, (customer) => {
    const line = customer === undefined ? undefined : findLine(customer, key)?.line
    const isHere = line?.state === 'settled' || line?.state === 'accepted'
    if (customer === undefined || line === undefined || !isHere) {
      return { customer: null, outcome: false }
    }
    const returned: LineRecord = {
      ...{ ...line, state: 'returned', code, paidOn: null, reconcileBy: null },
      owed: { status: 'RJCT', code },
    }
    return { customer: withLine(customer, key.agreementId, returned), outcome: true }
  })
  if (isNew) context.emit({ type: 'returned', key, code })
  return isNew
}

/** Calls an operator, once, for an outcome that is still open at its time. */
export async function escalate(context: BankContext, key: LineKey): Promise<void> {
  const now = context.clock()
  const isNew = await changeCustomer(context, key.customerId, (customer) => {
    const line = customer === undefined ? undefined : findLine(customer, key)?.line
    const isOverdue = line !== undefined && isOpenWithRail(line) && (line.reconcileBy ?? now) <= now
    if (customer === undefined || !isOverdue || line.escalatedAt !== null) {
      return { customer: null, outcome: false }
    }
    const escalated = { ...line, escalatedAt: now }
    return { customer: withLine(customer, key.agreementId, escalated), outcome: true }
  })
  if (isNew) context.emit({ type: 'unresolved', key })
}

/** The rail may have it, and has not said how it ended. */
export function isOpenWithRail({ state }: LineRecord): boolean {
  return state === 'paying' || state === 'unknown' || state === 'accepted'
}

interface OutcomeFacts {
  readonly context: BankContext
  readonly customer: CustomerRecord
  readonly outcome: FoundOutcome
  readonly isSure: boolean
}

function withOutcome(line: LineRecord, facts: OutcomeFacts): LineRecord | null {
  if (!isOpenWithRail(line)) return null
  const { outcome } = facts
  const ended = { ...line, reconcileBy: null }
  switch (outcome.outcome) {
    case 'settled': {
      const owed = { status: 'ACSC', code: null } as const
      return { ...ended, state: 'settled', code: null, railId: outcome.railId, owed }
    }
    case 'accepted':
      return withAcceptance(line, outcome, facts)
    case 'rejected': {
      const { code } = outcome
      return { ...ended, state: 'rejected', code, paidOn: null, owed: { status: 'RJCT', code } }
    }
    case 'not-found': {
      if (!isBelieved(line, facts)) return line.state === 'paying' ? doubtful(line) : null
      const code = 'not-executed'
      return { ...ended, state: 'scheduled', code, paidOn: null, owed: { status: 'RJCT', code } }
    }
    case 'unknown':
      return line.state === 'paying' ? doubtful(line) : null
  }
}

/**
 * Whether `not-found` means that nothing was paid and nothing will be: not before the last moment at
 * which the instruction may have arrived, and never on a rail that would pay a repeated one twice.
 */
function isBelieved(line: LineRecord, { context, isSure }: OutcomeFacts): boolean {
  if (isSure) return true
  const isTooLate = context.clock() >= (line.leaseUntil ?? 0)
  return isTooLate && context.terms.isIdempotent && line.state !== 'accepted'
}

function doubtful(line: LineRecord): LineRecord {
  return { ...line, state: 'unknown', owed: { status: 'PDNG', code: null } }
}

/** The creditor is told PDNG, once; the operator is called a while after the value day. */
function withAcceptance(
  line: LineRecord,
  { railId, valueDay }: Extract<FoundOutcome, { outcome: 'accepted' }>,
  { context, customer }: OutcomeFacts,
): LineRecord | null {
  if (line.state === 'accepted') return null
  const executionDay = valueDay ?? line.executionDay
  const evening = startOfDayInZone(addDays(executionDay, 1), customer.timeZone)
  const reconcileBy = evening + context.reconcileSeconds
  const owed = line.state === 'paying' ? ({ status: 'PDNG', code: null } as const) : line.owed
  return { ...line, state: 'accepted', code: null, railId, executionDay, reconcileBy, owed }
}
