// A bank's store in memory: for tests and trials. Several banks may share one, like processes that
// share a database.

import type { CreditorRef, CustomerRecord } from './customer.ts'
import type { BankStore } from './store.ts'

/**
 * Creates an empty store; everything is gone when the process ends.
 *
 * @example
 * import { createMemoryBankStore } from '@parley/sdk'
 * await createMemoryBankStore().customerIds() // => []
 */
export function createMemoryBankStore(): BankStore {
  const customers = new Map<string, CustomerRecord>()
  const agreements = new Map<string, string>()
  const stopped = new Map<string, CreditorRef>()

  return {
    async customer(customerId) {
      return customers.get(customerId)
    },
    async customerOfKey(kid) {
      return [...customers.values()].find(({ agentKeys }) =>
        agentKeys.some((key) => key.kid === kid),
      )
    },
    async customerIds() {
      return [...customers.keys()]
    },
    async saveCustomer(record) {
      const kept = customers.get(record.customerId)?.version ?? 0
      if (kept !== record.version - 1) return false
      customers.set(record.customerId, record)
      return true
    },
    async stoppedCreditors() {
      return [...stopped.values()]
    },
    async setCreditorStopped(creditor, isStopped) {
      const name = `${creditor.issuer} ${creditor.creditorId}`
      if (isStopped) stopped.set(name, creditor)
      else stopped.delete(name)
    },
    async keepAgreement(agreementId, jws) {
      if (!agreements.has(agreementId)) agreements.set(agreementId, jws)
    },
    async agreement(agreementId) {
      return agreements.get(agreementId)
    },
  }
}
