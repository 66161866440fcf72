// Two workers on one real PostgreSQL: what one has in hand the other passes over.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { changeClaim, lockClaim } from '../../src/storage/claims.ts'
import { rescheduleStep } from '../../src/storage/dunning-cases.ts'
import type { HumanMessageKey } from '../../src/storage/human-messages.ts'
import { takeForSending } from '../../src/storage/sending-messages.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import {
  claimNow,
  debtorNamed,
  enrolTestAgent,
  eventsOf,
  HOUR,
  issueClaim,
  openTestWorld,
  type TestWorld,
} from '../support/test-world.ts'

let database: FreshDatabase
let world: TestWorld

beforeAll(async () => {
  database = await freshDatabase()
  world = await openTestWorld({ url: database.url })
})

beforeEach(() => world.reset())

afterAll(async () => {
  await world?.close()
  await database?.drop()
})

const sweep = (limit = 100) => takeDueDunningSteps(world.deps, { limit })

async function queued(): Promise<(HumanMessageKey & { claimId: string })[]> {
  return await world.deps.db
    .selectFrom('human_messages')
    .select(['creditor_id as creditorId', 'message_id as messageId', 'claim_id as claimId'])
    .where('told_in', 'is', null)
    .execute()
}

describe('two workers that sweep at once', () => {
  it('take every step once between them', async () => {
    for (let i = 0; i < 40; i += 1) await issueClaim(world)
    const taken = await Promise.all([sweep(), sweep(), sweep(10), sweep(10)])
    expect(taken.reduce((sum, n) => sum + n, 0)).toBe(40)
    expect(new Set((await queued()).map(({ claimId }) => claimId)).size).toBe(40)
    const jobs = await world.deps.db.selectFrom('outbox').select('payload').execute()
    expect(jobs.filter(({ payload }) => 'messageId' in payload)).toHaveLength(40)
  })

  it('never write to one person twice, whichever of the claims each has in hand', async () => {
    for (let i = 0; i < 12; i += 1) await issueClaim(world, { debtor: debtorNamed('ann') })
    await Promise.all([sweep(3), sweep(3), sweep(3), sweep(3)])
    await sweep()
    expect(await queued()).toHaveLength(1)
  })

  it('time an agent out once', async () => {
    const issued = await issueClaim(world)
    await enrolTestAgent(world, issued.debtorId)
    world.pass(24 * HOUR)
    await Promise.all([sweep(), sweep(), sweep()])
    await sweep()
    const types = (await eventsOf(world, issued.claimId)).map(({ type }) => type)
    expect(types.filter((type) => type === 'negotiation.timed-out')).toHaveLength(1)
    expect(await queued()).toHaveLength(1)
  })
})

describe('a claim that somebody else is changing', () => {
  it('is passed over without waiting, and stays due', async () => {
    const claim = await issueClaim(world)
    await world.deps.db.transaction().execute(async (tx) => {
      await lockClaim(tx, claim)
      expect(await sweep()).toBe(0)
    })
    expect(await sweep()).toBe(1)
  })

  it('does not deadlock with the sweep, which locks the case first', async () => {
    const claim = await issueClaim(world)
    const change = async () => {
      const before = await claimNow(world, claim.claimId)
      await world.deps.db.transaction().execute(async (tx) => {
        await changeClaim(tx, before, { paid: before.paid })
        await rescheduleStep(tx, before, world.deps.clock.now())
      })
    }
    const settled = await Promise.allSettled([
      ...Array.from({ length: 10 }, () => change()),
      ...Array.from({ length: 10 }, () => sweep()),
    ])
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([])
  })
})

describe('a message that two workers want to send', () => {
  it('is taken by one of them', async () => {
    await issueClaim(world)
    await sweep()
    const [key] = await queued()
    if (key === undefined) throw new Error('nothing was queued')
    const taken = await Promise.all([1, 2, 3].map(() => takeForSending(world.deps.db, key, 60)))
    expect(taken.filter((it) => it === 'busy')).toHaveLength(2)
    expect(taken.filter((it) => typeof it === 'object')).toHaveLength(1)
  })

  it('waits while another of the same person is on its way, whatever the claim', async () => {
    await issueClaim(world, { debtor: debtorNamed('ann') })
    await sweep()
    await issueClaim(world, { debtor: debtorNamed('ann') })
    // Mail did not work for two days: by then the budget of the person allowed a second one.
    world.pass(49 * HOUR)
    await sweep()
    const [first, second] = await queued()
    if (first === undefined || second === undefined) throw new Error('two are queued')
    const take = () =>
      Promise.all([first, second].map((key) => takeForSending(world.deps.db, key, 60)))
    for (const taken of [await take(), await take()]) expect(taken).toContain('busy')
    const keys = [first.messageId, second.messageId]
    const { db } = world.deps
    await db.updateTable('human_messages').set({ sending_until: null }).execute()
    await db.updateTable('human_messages').set({ is_contact: false }).execute()
    expect((await take()).map((it) => typeof it === 'object' && it.messageId)).toEqual(keys)
  })
})
