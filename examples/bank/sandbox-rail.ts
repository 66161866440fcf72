// The rail under the bank of the examples: it books in the ledger, and does what a person who tries a
// bank wants to see go wrong. Faults are asked for one by one, and each happens to one payment.
import {
  INSTANT_TERMS,
  type LineKey,
  type PaymentInstruction,
  type Rail,
  type RailOutcome,
  type RailTerms,
} from '@parley/sdk/bank'
import { addDays, type Day } from '@parley/sdk/protocol'
import type { Booked, Ledger, TransferOrder } from './ledger.ts'
import type { PendingOrders } from './pending-orders.ts'

/** Something that goes wrong with the next payment. */
export type Fault =
  /** The rail books, and its answer is lost. */
  | { readonly kind: 'time-out-after-booking' }
  /** The instruction is lost on the way. */
  | { readonly kind: 'time-out-before-booking' }
  /** A code of ISO 20022 such as `AC04` (closed account). */
  | { readonly kind: 'reject'; readonly code: string }
  /** Accepted now, settled so many days later. */
  | { readonly kind: 'late'; readonly days: number }
  /** Settled now, and sent back so many days later. */
  | { readonly kind: 'return'; readonly days: number; readonly code: string }
  /** The bank's process dies, before or after the booking. */
  | { readonly kind: 'crash-before-booking' }
  | { readonly kind: 'crash-after-booking' }

/** A rail with its switchboard of faults. */
export interface SandboxRail extends Rail {
  /** Faults for the next payments, one each, in this order. */
  plan(faults: readonly Fault[]): void
  /**
   * Lets a day begin: what was late settles, and what is to be sent back is; `onReturn` is told, again
   * if the process ended before it had taken that in.
   */
  beginDay(day: Day, onReturn: (line: LineKey, code: string) => Promise<unknown>): Promise<void>
}

/** What a rail is made of. */
export interface SandboxOptions {
  readonly ledger: Ledger
  readonly pending: PendingOrders
  /** Epoch seconds. */
  readonly clock: () => number
  readonly terms?: RailTerms
  /** Called before an account is debited, for an account that lives by itself. */
  readonly beforeDebit?: (iban: string, day: Day) => void
  /** How this process dies. */
  readonly crash?: () => never
}

/** Creates a rail over a ledger. Planned faults are forgotten when the process ends; orders are not. */
export function createSandboxRail(options: SandboxOptions): SandboxRail {
  const { ledger, pending, clock, crash = () => process.exit(137) } = options
  const faults: Fault[] = []

  function book(order: TransferOrder): Booked {
    options.beforeDebit?.(order.debtorIban, order.day)
    return ledger.transfer(order)
  }

  function meet(fault: Fault | undefined, instruction: PaymentInstruction): RailOutcome {
    const order = transferOf(instruction)
    const { key: line, executionDay, endToEndId } = instruction
    switch (fault?.kind) {
      case undefined:
        return outcomeOf(book(order))
      case 'time-out-before-booking':
        throw new Error('time-out')
      case 'time-out-after-booking':
        book(order)
        throw new Error('time-out')
      case 'reject':
        return outcomeOf(ledger.refuse(order.key, fault.code))
      case 'crash-before-booking':
        return crash()
      case 'crash-after-booking':
        book(order)
        return crash()
      case 'late': {
        const day = addDays(executionDay, fault.days)
        pending.keep({ order, line, day, returnCode: null })
        return acceptedUntil(day, endToEndId)
      }
      case 'return': {
        const outcome = outcomeOf(book(order))
        const day = addDays(executionDay, fault.days)
        if (outcome.outcome === 'settled')
          pending.keep({ order, line, day, returnCode: fault.code })
        return outcome
      }
    }
  }

  /** What is known of a payment; undefined when it never came. */
  function knownOf(key: string, endToEndId: string): RailOutcome | undefined {
    const booked = ledger.outcomeOf(key)
    if (booked !== undefined) return outcomeOf(booked)
    const waiting = pending.find(key)
    return waiting && acceptedUntil(waiting.day, endToEndId)
  }

  return {
    terms: options.terms ?? INSTANT_TERMS,
    plan: (next) => void faults.push(...next),
    async pay(instruction) {
      if (clock() >= instruction.submitBy) throw new Error('too late')
      const { idempotencyKey, endToEndId } = instruction
      return knownOf(idempotencyKey, endToEndId) ?? meet(faults.shift(), instruction)
    },
    async find({ idempotencyKey, endToEndId }) {
      return knownOf(idempotencyKey, endToEndId) ?? { outcome: 'not-found' }
    },
    async cancel({ idempotencyKey }) {
      const isWaiting = pending.find(idempotencyKey) !== undefined
      return isWaiting && pending.drop(idempotencyKey) ? 'cancelled' : 'too-late'
    },
    async beginDay(day, onReturn) {
      for (const { order, line, day: due, returnCode } of pending.due(day)) {
        // Dropped last: what is done again is booked once.
        if (returnCode === null) book({ ...order, day: due })
        else {
          ledger.giveBack(order.key, returnCode, due)
          await onReturn(line, returnCode)
        }
        pending.drop(order.key)
      }
    },
  }
}

function transferOf(instruction: PaymentInstruction): TransferOrder {
  const { idempotencyKey: key, debtorAccount, creditor, amount, endToEndId } = instruction
  return {
    ...{ key, debtorIban: debtorAccount.iban, amount, endToEndId, day: instruction.executionDay },
    creditor: { name: creditor.name, iban: creditor.iban },
    reference: instruction.remittance.reference,
  }
}

function outcomeOf(booked: Booked): RailOutcome {
  return booked.outcome === 'booked'
    ? { outcome: 'settled', railId: booked.bookingId }
    : { outcome: 'rejected', code: booked.code }
}

function acceptedUntil(valueDay: Day, endToEndId: string): RailOutcome {
  return { outcome: 'accepted', railId: `LATE-${endToEndId}`, valueDay }
}
