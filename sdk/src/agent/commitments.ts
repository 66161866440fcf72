// What the person has promised elsewhere: the unpaid lines of every other conversation of the agent.

import { parseAmount } from '../protocol/money.ts'
import { schedule } from '../protocol/plan-schedule.ts'
import type { Commitment } from './household.ts'
import type { ThreadKey, ThreadRecord } from './store.ts'

type Line = { readonly line: number; readonly dueDate: string; readonly amount: unknown }

/**
 * Collects the lines still to be paid in conversations other than `except`, in one currency: of
 * agreements, and of answers that may still become one. Money that receipts allocated to a line
 * is taken off.
 */
export function commitmentsOf(
  threads: readonly ThreadRecord[],
  { except, currency }: { readonly except: ThreadKey; readonly currency: string },
): Commitment[] {
  return threads
    .filter((thread) => thread.stage !== 'ended' && !isSameThread(thread, except))
    .filter((thread) => thread.request.amount.currency === currency)
    .flatMap((thread) =>
      promisedLines(thread)
        .map(({ line, dueDate, amount }) => ({
          day: dueDate,
          amount: minorOf(amount) - paidOn(thread, line),
          creditor: creditorOf(thread),
        }))
        .filter(({ amount }) => amount > 0n),
    )
}

/** Money that creditors have received already; it counts against limits and not against a balance. */
export function spentOf(threads: readonly ThreadRecord[], currency: string): Commitment[] {
  return threads.flatMap((thread) =>
    thread.receipts
      .filter(({ amount }) => amount.currency === currency)
      .map(({ amount, receivedOn }) => ({
        day: receivedOn,
        amount: minorOf(amount),
        creditor: creditorOf(thread),
      })),
  )
}

/** Names a creditor among all servers. */
export function creditorOf({ request }: Pick<ThreadRecord, 'request'>): string {
  return `${request.iss} ${request.creditor.id}`
}

function promisedLines(thread: ThreadRecord): readonly Line[] {
  const agreement = thread.agreement ?? thread.former?.agreement ?? null
  if (agreement !== null) return agreement.lines
  const plan = thread.answer?.plan ?? null
  const principal = parseAmount(thread.request.amount)
  return plan === null || !principal.ok ? [] : schedule(principal.value, plan)
}

function paidOn(thread: ThreadRecord, line: number): bigint {
  return thread.receipts
    .slice(thread.receiptsBefore)
    .flatMap(({ allocations }) => allocations)
    .filter((allocation) => allocation.line === line)
    .reduce((sum, allocation) => sum + minorOf(allocation.amount), 0n)
}

function minorOf(amount: unknown): bigint {
  const parsed = parseAmount(amount)
  return parsed.ok ? parsed.value.minor : 0n
}

function isSameThread(thread: ThreadKey, other: ThreadKey): boolean {
  return thread.enrolmentId === other.enrolmentId && thread.thr === other.thr
}
