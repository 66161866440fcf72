// What the parts of a running bank kit share, and the one way in which they change a record.

import type { Fetch } from '../peer/bounded-fetch.ts'
import type { Directory } from '../peer/directory.ts'
import type { SigningKey } from '../protocol/keys.ts'
import type { BankEvent } from './bank-event.ts'
import type { CustomerRecord } from './customer.ts'
import { journalOf, journalOfSwitches } from './journal.ts'
import type { JournalFacts } from './journal-entry.ts'
import type { PayeeCheck, WhenPayeeUnavailable } from './payee-check.ts'
import type { Rail, RailTerms } from './rail.ts'
import type { BankStore, SwitchRecord } from './store.ts'

/** The parts of a running bank kit. */
export interface BankContext {
  readonly issuer: string
  readonly key: SigningKey
  readonly store: BankStore
  readonly rail: Rail
  readonly terms: RailTerms
  readonly payeeCheck: PayeeCheck | null
  readonly whenPayeeUnavailable: WhenPayeeUnavailable
  readonly directory: Directory
  readonly fetch: Fetch
  /** Epoch seconds. */
  readonly clock: () => number
  readonly randomBytes: (length: number) => Uint8Array
  readonly allowLoopbackHttp: boolean
  /** No payment is started in the last seconds of a lease. */
  readonly leaseMarginSeconds: number
  /** How long an outcome may stay open before an operator is called. */
  readonly reconcileSeconds: number
  /** An agreement with a line that is due later than this is not taken. */
  readonly maxDaysAhead: number
  readonly emit: (event: BankEvent) => void
}

/** What a change of a record comes to: a record to keep, or none, and an outcome. */
export interface CustomerChange<T> {
  readonly customer: CustomerRecord | null
  readonly outcome: T
  /** What the decision rested on, for the journal. */
  readonly facts?: JournalFacts | undefined
}

const MAX_ATTEMPTS = 1000

/**
 * Changes one customer's record by compare-and-set, starting over when somebody else was faster, and
 * keeps the journal entries that follow from the change. The change may run several times and must
 * therefore only compute; `version` and `journalSeq` are set here.
 *
 * @throws {Error} when the record does not come to rest.
 */
export async function changeCustomer<T>(
  { store, clock }: Pick<BankContext, 'store' | 'clock'>,
  customerId: string,
  change: (customer: CustomerRecord | undefined) => CustomerChange<T> | Promise<CustomerChange<T>>,
): Promise<T> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const kept = await store.customer(customerId)
    const { customer, outcome, facts } = await change(kept)
    if (customer === null) return outcome
    const changed = { ...customer, version: (kept?.version ?? 0) + 1 }
    const entries = journalOf(kept, changed, { at: clock(), facts })
    const journalSeq = (kept?.journalSeq ?? 0) + entries.length
    if (await store.saveCustomer({ ...changed, journalSeq }, entries)) return outcome
  }
  throw notAtRest()
}

/**
 * Changes the operator's switches by compare-and-set; the change returns null to leave them.
 *
 * @throws {Error} when they do not come to rest.
 */
export async function changeSwitches(
  { store, clock }: Pick<BankContext, 'store' | 'clock'>,
  change: (switches: SwitchRecord) => SwitchRecord | null,
): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const kept = await store.switches()
    const changed = change(kept)
    if (changed === null) return
    const record = { ...changed, version: kept.version + 1 }
    const entries = journalOfSwitches(kept, record, clock())
    const journalSeq = kept.journalSeq + entries.length
    if (await store.saveSwitches({ ...record, journalSeq }, entries)) return
  }
  throw notAtRest()
}

function notAtRest(): Error {
  return new Error(`a record did not come to rest in ${MAX_ATTEMPTS} attempts`)
}
