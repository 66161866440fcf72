// A bank's store in a folder: one JSON file a customer, one an agreement. Crash safe, and its
// compare-and-set holds among processes; meant for trials and small use, since every look-up reads
// the folder. Node only: published as part of `@parley/sdk/node`.

import { join } from 'node:path'
import type { CreditorRef, CustomerRecord } from '../bank/customer.ts'
import type { BankStore } from '../bank/store.ts'
import { openVersionedFiles } from './versioned-files.ts'

/**
 * Opens or makes a store in a folder, readable by its owner only.
 *
 * @example
 * import { createFileBankStore } from '@parley/sdk/node'
 * const store = createFileBankStore('/var/lib/bank')
 * console.log(await store.customerIds())
 */
export function createFileBankStore(folder: string): BankStore {
  const customers = openVersionedFiles(join(folder, 'customers'))
  const agreements = openVersionedFiles(join(folder, 'agreements'))
  const stopped = openVersionedFiles(join(folder, 'stopped-creditors'))
  const all = async () => (await customers.readAll()) as CustomerRecord[]

  return {
    async customer(customerId) {
      return (await customers.read(customerId)) as CustomerRecord | undefined
    },
    async customerOfKey(kid) {
      return (await all()).find(({ agentKeys }) => agentKeys.some((key) => key.kid === kid))
    },
    async customerIds() {
      return (await all()).map(({ customerId }) => customerId)
    },
    saveCustomer: (record) => customers.write(record.customerId, record.version, record),
    async stoppedCreditors() {
      return (await stopped.readAll()) as CreditorRef[]
    },
    async setCreditorStopped(creditor, isStopped) {
      const name = `${creditor.issuer} ${creditor.creditorId}`
      // Stopping twice finds version 1 taken, which is as good.
      if (isStopped) await stopped.write(name, 1, creditor)
      else await stopped.remove(name)
    },
    async keepAgreement(agreementId, jws) {
      // Version 1 is the only one: writing it again is refused and changes nothing.
      await agreements.write(agreementId, 1, jws)
    },
    async agreement(agreementId) {
      return (await agreements.read(agreementId)) as string | undefined
    },
  }
}
