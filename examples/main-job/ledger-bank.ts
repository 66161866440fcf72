// A small bank's ledger: accounts, funds and bookings, in memory. It is the rail under the SDK's
// bank, and the counter at which people pay by hand. What it books it books once.
import { type CashFlow, forecast, type Rail, type RailOutcome } from '@parley/sdk'
import type { Day, Money } from '@parley/sdk/protocol'

/** A customer's account. Salary, rent and daily life follow from the household. */
export interface LedgerAccount {
  readonly iban: string
  readonly name: string
  readonly household: CashFlow
}

/** An order to transfer money. */
export interface LedgerOrder {
  /** The same key again books nothing and has the same outcome. */
  readonly idempotencyKey: string
  readonly debtorIban: string
  readonly creditor: { readonly name: string; readonly iban: string }
  readonly amount: Money
  readonly reference: string
  readonly endToEndId: string | null
  readonly day: Day
}

/** Money that moved. */
export interface Booking extends LedgerOrder {
  readonly bookingId: string
  readonly debtorName: string
}

/** The ledger. */
export interface LedgerBank {
  readonly rail: Rail
  open(account: LedgerAccount): void
  /** Refuses `AC01` (no such account), `AM03` (another currency) and `AM04` (not enough money). */
  transfer(order: LedgerOrder): Exclude<RailOutcome, { outcome: 'unknown' }>
  /** What came in on an account since the last time this was asked. */
  takeIncoming(creditorIban: string): readonly Booking[]
}

/** Creates an empty ledger. */
export function createLedgerBank(): LedgerBank {
  const accounts = new Map<string, LedgerAccount>()
  const spent = new Map<string, bigint>()
  const outcomes = new Map<string, Exclude<RailOutcome, { outcome: 'unknown' }>>()
  const unreported = new Map<string, Booking[]>()
  let bookings = 0

  function book(order: LedgerOrder): Exclude<RailOutcome, { outcome: 'unknown' }> {
    const { debtorIban, amount, day, creditor } = order
    const account = accounts.get(debtorIban)
    if (account === undefined) return { outcome: 'rejected', code: 'AC01' }
    if (account.household.currency !== amount.currency) return { outcome: 'rejected', code: 'AM03' }
    const before = spent.get(debtorIban) ?? 0n
    const [balance = 0n] = forecast(account.household, day, 0).balances
    if (balance - before < amount.minor) return { outcome: 'rejected', code: 'AM04' }
    spent.set(debtorIban, before + amount.minor)
    bookings += 1
    const bookingId = `LB${String(bookings).padStart(8, '0')}`
    const booking = { ...order, bookingId, debtorName: account.name }
    unreported.set(creditor.iban, [...(unreported.get(creditor.iban) ?? []), booking])
    return { outcome: 'settled', railId: bookingId }
  }

  function transfer(order: LedgerOrder) {
    const known = outcomes.get(order.idempotencyKey)
    if (known !== undefined) return known
    const outcome = book(order)
    outcomes.set(order.idempotencyKey, outcome)
    return outcome
  }

  return {
    open(account) {
      accounts.set(account.iban, account)
    },
    transfer,
    takeIncoming(creditorIban) {
      const taken = unreported.get(creditorIban) ?? []
      unreported.delete(creditorIban)
      return taken
    },
    rail: {
      pay: async ({ idempotencyKey, debtorAccount, creditor, amount, ...payment }) =>
        transfer({
          idempotencyKey,
          debtorIban: debtorAccount.iban,
          creditor: { name: creditor.name, iban: creditor.iban },
          amount,
          reference: payment.remittance.reference,
          endToEndId: payment.endToEndId,
          day: payment.executionDay,
        }),
      find: async ({ idempotencyKey }) => outcomes.get(idempotencyKey) ?? { outcome: 'not-found' },
    },
  }
}
