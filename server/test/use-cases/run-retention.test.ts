// The daily run of the retention schedules, by the law of Belgium.
import { beforeEach, describe, expect, it } from 'vitest'
import { loadRetention } from '../../src/retention-files.ts'
import { findDebtor } from '../../src/storage/debtors.ts'
import { retentionRunsOf } from '../../src/storage/retention.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { contestProfile } from '../../src/use-cases/contest-profile.ts'
import { type ErasureMark, erasePerson, reapplyErasures } from '../../src/use-cases/erase-person.ts'
import { learnAboutCustomer } from '../../src/use-cases/learn-about-customer.ts'
import { changeCreditor } from '../../src/use-cases/manage-creditor.ts'
import { readRetentionReport, runRetention } from '../../src/use-cases/run-retention.ts'
import { openTask } from '../support/desk-world.ts'
import { openFileWorld } from '../support/file-world.ts'
import { receive } from '../support/money-world.ts'
import { claimNow, DAY, issueClaim } from '../support/test-world.ts'

const world = await openFileWorld()
let list: ErasureMark[]

const deps = () => ({
  ...world.deps,
  retention: loadRetention(),
  erasures: {
    read: async () => list,
    append: async (marks: readonly ErasureMark[]) => {
      list.push(
        ...marks.map(({ creditorId, debtorId, erasedAt }) => ({ creditorId, debtorId, erasedAt })),
      )
    },
  },
})

beforeEach(() => {
  list = []
})

async function paidClaim() {
  const claim = await issueClaim(world)
  await receive(world, {
    amount: '120.00',
    bankReference: claim.claimId,
    reference: claim.reference,
  })
  return await claimNow(world, claim.claimId)
}

const nameOf = async (claim: { creditorId: string; debtorId: string }) =>
  (await findDebtor(world.deps.db, claim))?.name

describe('the daily run', () => {
  it('erases whom nothing was heard of for two years, and nobody who owes', async () => {
    const [paid, owing] = [await paidClaim(), await issueClaim(world)]
    world.pass(730 * DAY)
    expect(await runRetention(deps(), { limit: 5 })).toBe(1)
    expect([await nameOf(paid), await nameOf(owing)]).not.toContain('—')
    world.pass(40 * DAY)
    expect(await runRetention(deps(), { limit: 5 })).toBe(1)
    expect(await nameOf(paid)).toBe('—')
    expect(await nameOf(owing)).not.toBe('—')
    expect(list.map(({ debtorId }) => debtorId)).toEqual([paid.debtorId])
  })

  it('counts two years to the day', async () => {
    const paid = await paidClaim()
    const dayAt = (day: string) => world.goTo(`${day}T12:00:00Z`)
    // Due on 27 March 2026, which is later than the day of the payment.
    dayAt('2028-03-27')
    await runRetention(deps(), { limit: 5 })
    expect(await nameOf(paid)).not.toBe('—')
    dayAt('2028-03-28')
    await runRetention(deps(), { limit: 5 })
    expect(await nameOf(paid)).toBe('—')
  })

  it('counts from the day on which a claim was closed, however long ago it was due', async () => {
    const claim = await issueClaim(world)
    world.pass(1_000 * DAY)
    expect((await cancelPaymentRequest(world.deps, { ...claim, reason: 'DT01' })).ok).toBe(true)
    world.pass(DAY)
    await runRetention(deps(), { limit: 5 })
    expect(await nameOf(claim)).not.toBe('—')
    world.pass(740 * DAY)
    await runRetention(deps(), { limit: 5 })
    expect(await nameOf(claim)).toBe('—')
  })

  it('keeps for as long as the creditor has stated, and what the law obliges to keep', async () => {
    const { creditorId } = world
    const paid = await paidClaim()
    const patch = { retention: { person: 6, 'learnt-facts': 2 } }
    expect((await changeCreditor(world.deps, { creditorId, patch })).ok).toBe(true)
    const report = await readRetentionReport(deps(), creditorId)
    const months = report.ok && report.value.rules.schedules.map((it) => [it.class, it.months])
    expect(Object.fromEntries(months || [])).toMatchObject({
      'accounting-records': 120,
      person: 6,
      'learnt-facts': 2,
      'words-in-tasks': 12,
    })
    world.goTo('2026-09-27T12:00:00Z')
    await runRetention(deps(), { limit: 5 })
    expect(await nameOf(paid)).not.toBe('—')
    world.goTo('2026-09-28T12:00:00Z')
    await runRetention(deps(), { limit: 5 })
    expect(await nameOf(paid)).toBe('—')
  })

  it('deletes what was learnt long ago, but nothing that somebody still has to decide on', async () => {
    const claim = await paidClaim()
    await learnAboutCustomer(world.deps, claim)
    const facts = () => world.deps.db.selectFrom('learnt_facts').select('fact_id').execute()
    const [contested] = await facts()
    const factId = contested?.fact_id ?? ''
    const subject = { factId }
    const asked = await contestProfile(world.deps, { ...claim, subject, channel: 'portal' })
    expect(asked.ok).toBe(true)
    expect((await facts()).length).toBeGreaterThan(1)
    world.goTo('2027-04-10T08:00:00Z')
    await runRetention(deps(), { limit: 5 })
    expect((await facts()).length).toBeGreaterThan(1)
    world.goTo('2027-04-11T12:00:00Z')
    await runRetention(deps(), { limit: 5 })
    expect(await facts()).toEqual([{ fact_id: factId }])
  })

  it('gets past people who cannot be erased yet', async () => {
    for (let many = 0; many < 21; many += 1) await issueClaim(world)
    await world.deps.db
      .updateTable('claims')
      .set({ claim_state: 'cancelled', disputed: 1n })
      .execute()
    const last = await paidClaim()
    world.pass(800 * DAY)
    await runRetention(deps(), { limit: 5 })
    expect(list.map(({ debtorId }) => debtorId)).toEqual([last.debtorId])
  })

  it('leaves nobody waiting behind what went wrong with one', async () => {
    const [broken, paid] = [await paidClaim(), await paidClaim()]
    await world.deps.db
      .updateTable('debtors')
      .set({ name: Buffer.from('no sealed name at all') })
      .where('debtor_id', '=', broken.debtorId)
      .execute()
    world.pass(800 * DAY)
    await expect(runRetention(deps(), { limit: 5 })).rejects.toThrow('could not be erased: 1')
    expect(list.map(({ debtorId }) => debtorId)).toEqual([paid.debtorId])
    // It has its report all the same, and is not tried again before the next day.
    expect(await runRetention(deps(), { limit: 5 })).toBe(0)
  })

  it('comes once a day, and leaves a report', async () => {
    expect(await runRetention(deps(), { limit: 5 })).toBe(1)
    expect(await runRetention(deps(), { limit: 5 })).toBe(0)
    world.pass(DAY)
    expect(await runRetention(deps(), { limit: 5 })).toBe(1)
    const { creditorId } = world
    expect(await retentionRunsOf(world.deps.db, { creditorId, limit: 5 })).toHaveLength(2)
    const report = await readRetentionReport(deps(), creditorId)
    expect(report).toMatchObject({
      value: { rules: { id: 'be' }, runs: [{ done: { person: 0 } }, {}] },
    })
  })

  it('empties names on money of nobody after thirteen months, and words of ended tasks', async () => {
    await receive(world, { amount: '9.99', bankReference: 'nobody' })
    const claim = await issueClaim(world)
    await openTask(world, claim, { kind: 'call-back', details: { text: 'please call' } })
    await world.deps.db
      .updateTable('tasks')
      .set({ state: 'done', ended_at: world.deps.clock.now() })
      .execute()
    const left = async () => {
      const bookings = await world.deps.db
        .selectFrom('bank_transactions')
        .select('details')
        .execute()
      const tasks = await world.deps.db.selectFrom('tasks').select('details').execute()
      return [...bookings, ...tasks].filter(({ details }) => details !== null).length
    }
    const before = await left()
    world.pass(360 * DAY)
    await runRetention(deps(), { limit: 5 })
    expect(await left()).toBe(before)
    world.pass(40 * DAY)
    await runRetention(deps(), { limit: 5 })
    expect(await left()).toBe(0)
  })
})

describe('an erasure', () => {
  it.each([
    ['owed', async () => await issueClaim(world)],
    [
      'credit-owed',
      async () => {
        const claim = await issueClaim(world)
        const { reference } = claim
        await receive(world, { amount: '130.00', bankReference: 'more', reference })
        return claim
      },
    ],
  ])('is refused while there is %s', async (code, make) => {
    const claim = await make()
    const refused = await erasePerson(deps(), claim)
    expect(refused).toMatchObject({
      error: { code: 'erasure-obstructed', detail: expect.stringContaining(`${code} (`) },
    })
    expect(await nameOf(claim)).not.toBe('—')
    expect(list).toEqual([])
  })

  it('is refused of somebody unknown', async () => {
    const nobody = { creditorId: world.creditorId, debtorId: 'db_nobody' }
    expect(await erasePerson(deps(), nobody)).toMatchObject({ error: { code: 'not-found' } })
  })

  it('has one effect however many ask at the same time', async () => {
    const claim = await paidClaim()
    const all = await Promise.all([1, 2, 3].map(() => erasePerson(deps(), claim)))
    const proofs = all.map((it) => (it.ok ? it.value.proof : it.error.code))
    expect(new Set(proofs).size).toBe(1)
    const erasures = await world.deps.db.selectFrom('erasures').selectAll().execute()
    expect(erasures).toHaveLength(1)
  })

  it('is done again for whom the list names, whatever a restored store says is owed', async () => {
    const claim = await issueClaim(world)
    list = [{ creditorId: claim.creditorId, debtorId: claim.debtorId, erasedAt: 1 }]
    expect(await reapplyErasures(deps())).toBe(1)
    expect(await nameOf(claim)).toBe('—')
    expect(await reapplyErasures(deps())).toBe(0)
  })

  it('that the list does not know is added to it', async () => {
    const claim = await paidClaim()
    await erasePerson(deps(), claim)
    list = []
    await reapplyErasures(deps())
    expect(list.map(({ debtorId }) => debtorId)).toEqual([claim.debtorId])
  })
})
