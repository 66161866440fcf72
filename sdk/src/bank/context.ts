// What the parts of a running bank kit share, and the one way in which they change a record.

import type { Fetch } from '../peer/bounded-fetch.ts'
import type { Directory } from '../peer/directory.ts'
import type { SigningKey } from '../protocol/keys.ts'
import type { BankEvent } from './bank-event.ts'
import type { CustomerRecord } from './customer.ts'
import type { Rail } from './rail.ts'
import type { BankStore } from './store.ts'

/** The parts of a running bank kit. */
export interface BankContext {
  readonly issuer: string
  readonly key: SigningKey
  readonly store: BankStore
  readonly rail: Rail
  readonly directory: Directory
  readonly fetch: Fetch
  /** Epoch seconds. */
  readonly clock: () => number
  readonly randomBytes: (length: number) => Uint8Array
  readonly allowLoopbackHttp: boolean
  /** No payment is started in the last seconds of a lease. */
  readonly leaseMarginSeconds: number
  readonly emit: (event: BankEvent) => void
}

/** What a change of a record comes to: a record to keep, or none, and an outcome. */
export interface CustomerChange<T> {
  readonly customer: CustomerRecord | null
  readonly outcome: T
}

const MAX_ATTEMPTS = 1000

/**
 * Changes one customer's record by compare-and-set, starting over when somebody else was faster.
 * The change may run several times and must therefore only compute; `version` is set here.
 *
 * @throws {Error} when the record does not come to rest.
 */
export async function changeCustomer<T>(
  { store }: Pick<BankContext, 'store'>,
  customerId: string,
  change: (customer: CustomerRecord | undefined) => CustomerChange<T> | Promise<CustomerChange<T>>,
): Promise<T> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const kept = await store.customer(customerId)
    const { customer, outcome } = await change(kept)
    if (customer === null) return outcome
    const version = (kept?.version ?? 0) + 1
    if (await store.saveCustomer({ ...customer, version })) return outcome
  }
  throw new Error(`the record of a customer did not come to rest in ${MAX_ATTEMPTS} attempts`)
}
