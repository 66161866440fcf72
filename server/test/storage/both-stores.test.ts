// The statements of the storage, once on each of the two engines: what holds on the embedded one
// holds on PostgreSQL, where besides several connections work at once.
import { afterAll, beforeAll, describe } from 'vitest'
import type { Store } from '../../src/storage/database.ts'
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import { openTestStore } from '../support/test-store.ts'
import { claimsSuite } from './suites/claims.suite.ts'
import { dunningCasesSuite } from './suites/dunning-cases.suite.ts'
import { failedStatementsSuite } from './suites/failed-statements.suite.ts'
import { idempotencySuite } from './suites/idempotency.suite.ts'
import { issueClaimsSuite } from './suites/issue-claims.suite.ts'
import { paymentLeasesSuite } from './suites/payment-leases.suite.ts'
import { tablesSuite } from './suites/tables.suite.ts'
import { threadsSuite } from './suites/threads.suite.ts'

describe.each(['embedded', 'postgres'] as const)('on the store %s', (kind) => {
  let store: Store
  let database: FreshDatabase | undefined
  beforeAll(async () => {
    database = kind === 'postgres' ? await freshDatabase() : undefined
    store = await openTestStore(database === undefined ? { embedded: true } : { url: database.url })
  })
  afterAll(async () => {
    await store?.close()
    await database?.drop()
  })

  const opened = { kind, get: () => store }
  issueClaimsSuite(opened)
  claimsSuite(opened)
  threadsSuite(opened)
  paymentLeasesSuite(opened)
  dunningCasesSuite(opened)
  idempotencySuite(opened)
  failedStatementsSuite(opened)
  tablesSuite(opened)
})
