import { addDays } from '@parley/sdk/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mergePreferences } from '../../src/storage/debtors.ts'
import { findLearntFact } from '../../src/storage/learnt-facts.ts'
import {
  learnAboutCustomer,
  readCustomerStanding,
} from '../../src/use-cases/learn-about-customer.ts'
import { liveBills, paidBills } from '../support/lived-bills.ts'
import { openTestWorld, type TestWorld } from '../support/test-world.ts'

const DAYS = Array.from({ length: 8 }, (_, month) => `2025-0${month + 1}-27`)
/** Paid on the 27th, whenever the bill was due. */
const HISTORY = paidBills(
  'ann',
  DAYS.map((paidOn, index) => ({ paidOn, dueOn: addDays(paidOn, -3 - 5 * (index % 3)) })),
)

let world: TestWorld

beforeAll(async () => {
  world = await openTestWorld()
})

beforeEach(async () => {
  await world.reset()
  await liveBills(world, HISTORY)
})

afterAll(() => world.close())

const ann = () => ({ creditorId: world.creditorId, debtorId: 'ann' })

async function learn() {
  const known = await learnAboutCustomer(world.deps, ann())
  if (known === undefined) throw new Error('there is no such customer')
  return known
}

describe('what is known of a customer', () => {
  it('is learnt from the payments in the store', async () => {
    const { facts } = await learn()
    const payDay = facts.find(({ kind }) => kind === 'pay-day')
    expect(payDay?.fact).toMatchObject({ value: { dayOfMonth: 27, isTold: false } })
    expect(payDay?.fact.basis).toHaveLength(6)
  })

  it('is kept once under an id that stays the same', async () => {
    const first = await learn()
    const again = await learn()
    expect(again.facts).toEqual(first.facts)
    const [fact] = first.facts
    if (fact === undefined) throw new Error('no fact')
    const { creditorId } = world
    const kept = await findLearntFact(world.deps.db, { creditorId, factId: fact.factId })
    expect(kept).toMatchObject({ debtorId: 'ann', modelVersion: 0, learnt: fact })
  })

  it('believes a pay day that was told before one that is seen', async () => {
    await world.deps.db
      .transaction()
      .execute((tx) => mergePreferences(tx, ann(), { told: { payDay: 5 }, withdrawn: [] }))
    const { facts } = await learn()
    expect(facts.find(({ kind }) => kind === 'pay-day')?.fact).toMatchObject({
      value: { dayOfMonth: 5, isTold: true },
      confidence: 1,
    })
  })

  it('is nothing of another creditor’s customer', async () => {
    expect(
      await learnAboutCustomer(world.deps, { ...ann(), creditorId: 'cr_other' }),
    ).toBeUndefined()
  })

  it('says how the customer stands', async () => {
    const standing = await readCustomerStanding(world.deps, { ...ann(), claimId: 'none' })
    expect(standing).toMatchObject({ ability: 'able', fragile: false })
  })
})
