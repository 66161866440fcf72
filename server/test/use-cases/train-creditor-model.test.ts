import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BillFacts } from '../../src/domain/learning/bill-history.ts'
import {
  GENERATED_UNTIL,
  generateHistories,
} from '../../src/domain/learning/generated-histories.ts'
import { trainModel } from '../../src/domain/learning/train-model.ts'
import { readBillFacts } from '../../src/storage/bill-facts.ts'
import { insertModel, latestModel, takeLearningTurns } from '../../src/storage/learning-models.ts'
import { trainInThread } from '../../src/train-in-thread.ts'
import { askForTraining } from '../../src/use-cases/ask-for-training.ts'
import { type Train, trainCreditorModel } from '../../src/use-cases/train-creditor-model.ts'
import { liveBills, paidBills } from '../support/lived-bills.ts'
import { openTestWorld, outboxOf, type TestWorld } from '../support/test-world.ts'

const HISTORY = generateHistories({ customers: 12, seed: 5 }).map((bill) => ({
  ...bill,
  disputedOn: bill.disputedOn === null ? null : bill.dueOn,
}))
const inPlace: Train = async (training) => trainModel(training)

let world: TestWorld

beforeAll(async () => {
  world = await openTestWorld()
})

beforeEach(async () => {
  await world.reset()
  world.goTo(`${GENERATED_UNTIL}T08:00:00Z`)
})

afterAll(() => world.close())

const learning = (train: Train = inPlace) => ({ ...world.deps, train })

async function train(options?: { train: Train }) {
  const { creditorId } = world
  const stored = await trainCreditorModel(learning(options?.train), { creditorId })
  if (stored === undefined) throw new Error('nothing was trained')
  return stored
}

describe('a model of a creditor', () => {
  it('says what it was trained on, from which prior and with which seed', async () => {
    await liveBills(world, HISTORY)
    const stored = await train()
    const issued = HISTORY.map(({ issuedOn }) => issuedOn).sort()
    expect(stored).toMatchObject({
      version: 1,
      priorVersion: 1,
      firstIssued: issued[0],
      lastIssued: issued.at(-1),
      until: GENERATED_UNTIL,
      bills: HISTORY.length,
      settledBills: HISTORY.filter(({ settledOn }) => settledOn !== null).length,
      customers: 12,
    })
    expect(await latestModel(world.deps.db, world.creditorId)).toEqual(stored)
  })

  it('is the same to the byte from the same bills, in a thread and stored in another order', async () => {
    await liveBills(world, HISTORY)
    const first = await train()
    await world.reset()
    world.goTo(`${GENERATED_UNTIL}T20:00:00Z`)
    await liveBills(world, HISTORY.toReversed())
    const again = await train({ train: trainInThread })
    expect(again.hash).toBe(first.hash)
    expect(again.model).toBe(first.model)
  })

  it('is another one from other bills', async () => {
    await liveBills(world, HISTORY)
    const first = await train()
    await liveBills(world, paidBills('late', [{ dueOn: '2022-01-10', paidOn: '2022-04-01' }]))
    const second = await train()
    expect(second).toMatchObject({ version: 2, bills: first.bills + 1 })
    expect(second.hash).not.toBe(first.hash)
  })

  it('is kept once when two processes train the same version', async () => {
    await liveBills(world, HISTORY)
    const stored = await train()
    expect(await insertModel(world.deps.db, { ...stored, hash: 'other' })).toBe(false)
    expect((await latestModel(world.deps.db, world.creditorId))?.hash).toBe(stored.hash)
  })
})

describe('asking for training', () => {
  const ask = () => askForTraining(world.deps, { limit: 10 })

  it('happens when there is enough to learn from, once', async () => {
    await liveBills(world, HISTORY)
    expect(await ask()).toBe(1)
    expect(await ask()).toBe(0)
    expect(await outboxOf(world, 'train-model')).toHaveLength(1)
  })

  it('does not happen for a creditor with few settled bills', async () => {
    await liveBills(world, HISTORY.slice(0, 10))
    await ask()
    expect(await outboxOf(world, 'train-model')).toHaveLength(0)
  })

  it('gives each creditor to one of two processes', async () => {
    const turn = { now: world.deps.clock.now(), nextLookAt: world.deps.clock.now() + 9, limit: 5 }
    const { db } = world.deps
    const take = () => db.transaction().execute((tx) => takeLearningTurns(tx, turn))
    const both = await Promise.all([take(), take()])
    expect(both.flat()).toEqual([world.creditorId])
  })
})

describe('what became of a bill', () => {
  const read = async () => {
    const { creditorId, deps } = world
    return await readBillFacts(deps.db, { creditorId, timeZone: 'Europe/Brussels', limit: 1_000 })
  }
  const byInvoice = (bills: readonly BillFacts[]) =>
    bills.toSorted((a, b) => (a.invoice < b.invoice ? -1 : 1))

  it('is read as it was lived', async () => {
    await liveBills(world, HISTORY)
    const lived = HISTORY.map((bill) => ({ ...bill, isElectronic: null, endedOn: null }))
    expect(byInvoice(await read())).toEqual(byInvoice(lived))
  })

  it('ends with an agreed plan, by the day of the creditor', async () => {
    await liveBills(world, paidBills('planner', [{ dueOn: '2022-01-10', paidOn: null }]))
    const at = Date.parse('2022-01-04T23:30:00Z') / 1000
    const event = { claim_id: 'planner-000', type: 'negotiation.agreed', data: '{}', at }
    await world.deps.db
      .insertInto('events')
      .values({ creditor_id: world.creditorId, ...event })
      .execute()
    expect(await read()).toMatchObject([{ settledOn: null, endedOn: '2022-01-05' }])
  })
})
