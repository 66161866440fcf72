import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { contestsOf } from '../../src/storage/profile-contests.ts'
import { type CompleteTask, completeTask } from '../../src/use-cases/complete-task.ts'
import { type ContestProfile, contestProfile } from '../../src/use-cases/contest-profile.ts'
import { readCustomerStanding } from '../../src/use-cases/learn-about-customer.ts'
import { readCustomerProfile } from '../../src/use-cases/read-customer-profile.ts'
import { isSigned } from '../support/desk-world.ts'
import { openFileWorld } from '../support/file-world.ts'
import { liveBills, paidBills } from '../support/lived-bills.ts'
import { tasksOf, tell } from '../support/reply-world.ts'
import { eventsOf, issueClaim } from '../support/test-world.ts'

const world = await openFileWorld()

/** Eight bills, each paid in one sum. */
const PAID = paidBills(
  'ann',
  Array.from({ length: 8 }, (_, month) => {
    const dueOn = `2025-0${month + 1}-15`
    return { dueOn, paidOn: dueOn }
  }),
)

async function annsBill(): Promise<Claim> {
  await liveBills(world, PAID)
  return await issueClaim(world, { debtorId: 'ann' })
}

async function standing({ creditorId, debtorId, claimId }: Claim) {
  return await readCustomerStanding(world.deps, { creditorId, debtorId, claimId })
}

async function factIdOf(claim: Claim, wanted: string): Promise<string> {
  const profile = await readCustomerProfile(world.deps, claim)
  const fact = profile.ok ? profile.value.facts.find(({ kind }) => kind === wanted) : undefined
  if (fact === undefined) throw new Error(`nothing is known of ${wanted}`)
  return fact.factId
}

const contest = ({ creditorId, claimId }: Claim, subject: ContestProfile['subject']) =>
  contestProfile(world.deps, { creditorId, claimId, subject, channel: 'portal' })

async function decide(kind: 'uphold-contest' | 'reject-contest'): Promise<void> {
  const { creditorId } = world
  const task = await world.deps.db
    .selectFrom('tasks')
    .select('task_id')
    .where('kind', '=', 'review-contest')
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  const command: CompleteTask = {
    ...{ creditorId, taskId: task.task_id, outcome: 'done', by: 'Kim', action: { kind } },
  }
  const done = await completeTask(world.deps, command)
  expect(done.ok).toBe(true)
}

describe('a contested fact', () => {
  it('is left out of what is decided by, until a person finds it right', async () => {
    const claim = await annsBill()
    const factId = await factIdOf(claim, 'ability')
    expect(await standing(claim)).toMatchObject({ ability: 'able' })
    expect((await contest(claim, { factId })).ok).toBe(true)
    const contested = await standing(claim)
    expect(contested).toMatchObject({ ability: 'unknown' })
    expect(contested?.facts).not.toContain(factId)
    await decide('reject-contest')
    expect(await standing(claim)).toMatchObject({ ability: 'able' })
  })

  it('is left out for good once it was upheld, also when it has changed since', async () => {
    const claim = await annsBill()
    await contest(claim, { factId: await factIdOf(claim, 'ability') })
    await decide('uphold-contest')
    await liveBills(
      world,
      paidBills('ann', [{ dueOn: '2025-12-15', paidOn: '2025-12-15' }]).map((bill) => ({
        ...bill,
        invoice: 'ann-new',
      })),
    )
    expect(await standing(claim)).toMatchObject({ ability: 'unknown' })
  })

  it('is one task and one event, however often it is contested before it is decided', async () => {
    const claim = await annsBill()
    const factId = await factIdOf(claim, 'ability')
    await Promise.all([contest(claim, { factId }), contest(claim, { factId })])
    expect(await contestsOf(world.deps.db, claim)).toHaveLength(1)
    expect(await tasksOf(world)).toMatchObject([{ kind: 'review-contest' }])
    const types = (await eventsOf(world, claim.claimId)).map(({ type }) => type)
    expect(types.filter((type) => type === 'profile.contested')).toHaveLength(1)
  })

  it('is decided by a person whose name is signed', async () => {
    const claim = await annsBill()
    await contest(claim, { factId: await factIdOf(claim, 'ability') })
    await decide('uphold-contest')
    const events = await eventsOf(world, claim.claimId)
    const decided = events.find(({ type }) => type === 'profile.contest-decided')
    expect(decided?.data).toMatchObject({ kind: 'ability', outcome: 'upheld', by: 'Kim' })
    expect(decided && (await isSigned(world, claim.claimId, decided))).toBe(true)
  })

  it('never makes a path harder: who contests being fragile keeps the calmer one', async () => {
    const claim = await annsBill()
    await tell(world, claim, { action: { kind: 'open-hardship' } })
    await contest(claim, { factId: await factIdOf(claim, 'fragility') })
    expect(await standing(claim)).toMatchObject({ fragile: true })
  })

  it('is refused when it is not the customer’s, or no step was taken', async () => {
    const claim = await annsBill()
    const other = await issueClaim(world)
    const factId = await factIdOf(other, 'ability')
    const refused = { ok: false, error: { code: 'not-found' } }
    expect(await contest(claim, { factId })).toMatchObject(refused)
    expect(await contest(claim, { step: 'first-notice' })).toMatchObject(refused)
    const foreign = { ...claim, creditorId: 'cr_other' }
    expect(await contest(foreign, { factId })).toMatchObject(refused)
  })
})

describe('a task about something else', () => {
  it('does not decide on a contest', async () => {
    const claim = await annsBill()
    await tell(world, claim, { action: { kind: 'open-hardship' } })
    const { task_id: taskId } = await world.deps.db
      .selectFrom('tasks')
      .select('task_id')
      .where('kind', '=', 'talk-about-help')
      .executeTakeFirstOrThrow()
    const { creditorId } = world
    const action = { kind: 'uphold-contest' } as const
    const command = { creditorId, taskId, outcome: 'done', by: 'Kim', action } as const
    expect(await completeTask(world.deps, command)).toMatchObject({
      ok: false,
      error: { code: 'action-invalid' },
    })
  })
})
