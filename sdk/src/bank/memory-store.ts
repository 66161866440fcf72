// A bank's store in memory: for tests and trials. Several banks may share one, like processes that
// share a database.

import type { CustomerRecord } from './customer.ts'
import type { JournalEntry } from './journal-entry.ts'
import { type BankStore, JOURNAL_PAGE, NO_SWITCHES } from './store.ts'

/** Stands for the operator among the customers' ids, which are never empty. */
const OPERATOR = ''

/**
 * Creates an empty store; everything is gone when the process ends.
 *
 * @example
 * import { createMemoryBankStore } from '@parley/sdk/bank'
 * await createMemoryBankStore().customerIds() // => []
 */
export function createMemoryBankStore(): BankStore {
  const customers = new Map<string, CustomerRecord>()
  const agreements = new Map<string, string>()
  const journals = new Map<string, JournalEntry[]>()
  let switches = NO_SWITCHES

  function write(owner: string, entries: readonly JournalEntry[]): void {
    journals.set(owner, [...(journals.get(owner) ?? []), ...entries])
  }

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
    async saveCustomer(record, entries) {
      const kept = customers.get(record.customerId)?.version ?? 0
      if (kept !== record.version - 1) return false
      customers.set(record.customerId, record)
      write(record.customerId, entries)
      return true
    },
    switches: async () => switches,
    async saveSwitches(record, entries) {
      if (switches.version !== record.version - 1) return false
      switches = record
      write(OPERATOR, entries)
      return true
    },
    async journal(customerId, { after = 0, limit = JOURNAL_PAGE } = {}) {
      return (journals.get(customerId ?? OPERATOR) ?? []).slice(after, after + limit)
    },
    async keepAgreement(agreementId, jws) {
      if (!agreements.has(agreementId)) agreements.set(agreementId, jws)
    },
    async agreement(agreementId) {
      return agreements.get(agreementId)
    },
  }
}
