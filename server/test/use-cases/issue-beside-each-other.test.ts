import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InvoiceInput } from '../../src/domain/claim/issue-claim.ts'
import { issuePaymentRequests } from '../../src/use-cases/issue-payment-requests.ts'
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import { debtorNamed, openTestWorld, type TestWorld } from '../support/test-world.ts'

let database: FreshDatabase
let worlds: [TestWorld, TestWorld]
beforeAll(async () => {
  database = await freshDatabase()
  const first = await openTestWorld({ url: database.url })
  worlds = [first, await openTestWorld({ url: database.url })]
})
afterAll(async () => {
  for (const world of worlds ?? []) await world.close()
  await database?.drop()
})

describe('two processes that issue the same invoices in opposite orders', () => {
  it.each([1, 2, 3, 4, 5])('write each of them once (%i)', async (round) => {
    const { creditorId } = worlds[0]
    const commands = Array.from({ length: 200 }, (_, i) => {
      const invoice: InvoiceInput = {
        invoiceNumber: `${round}-${i}`,
        debtor: debtorNamed(`${round}-${i}`),
        amount: { value: '120.00', currency: 'EUR' },
        dueDate: '2026-03-27',
      }
      const idempotency = { key: `${round}-${i}`, requestHash: Buffer.alloc(32, i) }
      return { creditorId, invoice, idempotency }
    })
    const [one, other] = await Promise.all([
      issuePaymentRequests(worlds[0].deps, commands),
      issuePaymentRequests(worlds[1].deps, commands.toReversed()),
    ])
    const replies = [one, other.toReversed()].map((outcomes) =>
      outcomes.map((outcome) => (outcome.ok ? outcome.value.reply : outcome.error.code)),
    )
    expect(replies[1]).toEqual(replies[0])
    expect(new Set(replies[0]).size).toBe(200)
  })
})
