// GDPR art. 22, CJEU C-634/21: a score refuses no plan, hands nothing over and drops nobody from a channel.
// What may do so knows no score; and the worst customer is offered and sent what a new one is.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { readCustomerStanding } from '../../src/use-cases/learn-about-customer.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { openFileWorld } from '../support/file-world.ts'
import { liveBills, paidBills } from '../support/lived-bills.ts'
import { issueClaim, requestOf } from '../support/test-world.ts'

const source = new URL('../../src/', import.meta.url).pathname

/** What offers and refuses plans, hands over, and closes or chooses channels. */
const DECIDING = [
  ...['domain/negotiation', 'domain/plan', 'domain/hand-over', 'domain/credit', 'domain/dunning'],
  ...['domain/incoming', 'domain/delivery', 'domain/channels', 'domain/compliance'],
]

describe('what decides about a person', () => {
  it.each(DECIDING)('knows no score: %s', (folder) => {
    const files = readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' })
    const importing = files
      .filter((name) => name.endsWith('.ts'))
      .filter((name) =>
        /from '[^']*\/learning\//.test(readFileSync(join(source, folder, name), 'utf8')),
      )
    expect(importing).toEqual([])
  })
})

const world = await openFileWorld()

/** Bills paid in parts or not at all, messages without answers, collections that failed. */
async function worstCustomer(): Promise<Claim> {
  const bills = paidBills(
    'worst',
    Array.from({ length: 9 }, (_, month) => ({ dueOn: `2025-0${month + 1}-10`, paidOn: null })),
  )
  await liveBills(world, bills)
  const { creditorId, deps } = world
  const at = Date.parse('2025-10-01T10:00:00Z') / 1000
  await deps.db
    .insertInto('events')
    .values(
      bills.flatMap(({ invoice }) =>
        ['collection.failed', 'promise.made'].map((type) => ({
          ...{ creditor_id: creditorId, claim_id: invoice, type, at },
          data: JSON.stringify({ day: '2025-10-05' }),
        })),
      ),
    )
    .execute()
  return await issueClaim(world, { debtorId: 'worst' })
}

async function stepsOf({ claimId }: Claim) {
  return await world.deps.db
    .selectFrom('human_messages')
    .select(['step', 'channel', 'template', 'state'])
    .where('claim_id', '=', claimId)
    .execute()
}

describe('the customer with the worst scores', () => {
  it('is offered the same plans and written to the same way as a new one', async () => {
    const worst = await worstCustomer()
    const { creditorId, debtorId, claimId } = worst
    expect(await readCustomerStanding(world.deps, { creditorId, debtorId, claimId })).toMatchObject(
      {
        ability: 'strained',
        willingness: 'unwilling',
      },
    )
    const fresh = await issueClaim(world)
    const [theirs, others] = [await requestOf(world, worst), await requestOf(world, fresh)]
    const rowsOf = ({ menu }: typeof theirs) => menu.rows.map(({ rowId: _, ...row }) => row)
    expect(rowsOf(theirs)).toEqual(rowsOf(others))
    expect(rowsOf(theirs).length).toBeGreaterThan(0)
    await takeDueDunningSteps(world.deps, { limit: 100 })
    expect(await stepsOf(worst)).toEqual(await stepsOf(fresh))
    expect(await stepsOf(worst)).toHaveLength(1)
  })
})
