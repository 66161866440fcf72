import { describe, expect, it } from 'vitest'
import { dunningCaseOf } from '../../src/storage/dunning-cases.ts'
import { appendEvent } from '../../src/storage/events.ts'
import { openTasks } from '../../src/storage/tasks.ts'
import { judgeChoices } from '../../src/use-cases/judge-choices.ts'
import { readCustomerStanding } from '../../src/use-cases/learn-about-customer.ts'
import {
  asLogged,
  listActionChoices,
  readActionPolicy,
  setActionPolicy,
} from '../../src/use-cases/manage-action-policy.ts'
import {
  beginExperiment,
  type ExperimentInput,
  readExperiment,
  stopExperiment,
  watchExperiments,
} from '../../src/use-cases/manage-experiments.ts'
import { setJourneyAssignment } from '../../src/use-cases/manage-journey-assignments.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { openFileWorld } from '../support/file-world.ts'
import { DAY, debtorNamed, eventsOf, issueClaim } from '../support/test-world.ts'

const world = await openFileWorld()

const sweep = () => takeDueDunningSteps(world.deps, { limit: 100 })
const switchOn = () =>
  setActionPolicy(world.deps, { creditorId: world.creditorId, mode: 'best-action' })
const choices = async () => {
  return (await listActionChoices(world.deps, { creditorId: world.creditorId, limit: 100 })).data
}
/** Reached by mail and by text. */
const person = (index: number) => ({
  ...debtorNamed(`d${index}`),
  contact: { email: `d${index}@example.org`, phone: '+32470123456' },
})
/** A morning after the due day: the journey that leaves channels open has its first step then. */
const FIRST_REMINDER = '2026-04-07T08:00:00Z'
const openJourney = () =>
  setJourneyAssignment(world.deps, {
    creditorId: world.creditorId,
    segment: 'default',
    input: { champion: 'consumer-any-channel' },
  })
const messages = () =>
  world.deps.db
    .selectFrom('human_messages')
    .select(['claim_id', 'channel', 'created_at', 'told_in'])
    .execute()

/** A catalog by which the two bills of one person are in different segments. */
async function partedBetweenBills() {
  const claims = await world.deps.db
    .selectFrom('claims')
    .select(['creditor_id as creditorId', 'claim_id as claimId', 'debtor_id as debtorId'])
    .execute()
  const chances = await Promise.all(
    claims.map(async (claim) => (await readCustomerStanding(world.deps, claim))?.chanceOfSelfCure),
  )
  const known = chances.flatMap((chance) => chance ?? [])
  expect(known).toHaveLength(claims.length / 2)
  const { segments } = world.deps.nextAction
  const thresholds = { ...segments.thresholds, lowRiskFrom: Math.min(...known), highRiskBelow: 0 }
  return { ...world.deps.nextAction, segments: { ...segments, thresholds } }
}

async function begin(input: Partial<ExperimentInput> = {}) {
  const { creditorId } = world
  const stated = { name: 'spring', challengerPercent: 99, ...input }
  const begun = await world.deps.db
    .transaction()
    .execute((tx) => beginExperiment(world.deps, tx, { creditorId, input: stated }))
  if (!begun.ok) throw new Error(begun.error.code)
  return begun.value
}
const members = () => world.deps.db.selectFrom('experiment_members').selectAll().execute()

describe('a creditor who said nothing', () => {
  it('keeps to the journey as it is, and nothing is written', async () => {
    await openJourney()
    await issueClaim(world)
    world.goTo(FIRST_REMINDER)
    await sweep()
    expect(await readActionPolicy(world.deps, world.creditorId)).toEqual({
      mode: 'journey',
      since: null,
    })
    expect((await messages()).map(({ channel }) => channel)).toEqual(['email'])
    expect(await choices()).toEqual([])
    expect(await members()).toEqual([])
  })
})

describe('the policy of a creditor', () => {
  it('logs each choice with its probability, and tells it in the same transaction', async () => {
    await openJourney()
    await switchOn()
    const claim = await issueClaim(world)
    world.goTo(FIRST_REMINDER)
    expect(await sweep()).toBe(1)
    const [row] = await choices()
    if (row === undefined) throw new Error('nothing was chosen')
    const { weighed, chosen, isTriedOut, reasons, valuesVersion } = row.choice
    expect(weighed.length).toBeGreaterThan(2)
    const sum = weighed.reduce((total, { probability }) => total + probability, 0)
    expect(sum).toBeCloseTo(1, 9)
    expect([isTriedOut, valuesVersion]).toEqual([true, 1])
    expect(reasons.map(({ code }) => code)).toContain('expected-value')
    const told = (await eventsOf(world, claim.claimId)).find(({ type }) => type === 'action.chosen')
    expect(told?.data).toMatchObject({
      choiceId: row.choiceId,
      step: 'reminder',
      probability: weighed[chosen]?.probability.toFixed(4),
    })
  })

  it('does what it chose: the message by its channel now, or the step put off to its time', async () => {
    await openJourney()
    await switchOn()
    for (let index = 0; index < 12; index += 1) {
      await issueClaim(world, { debtor: person(index), invoiceNumber: `n-${index}` })
    }
    world.goTo(FIRST_REMINDER)
    await sweep()
    const made = await choices()
    expect(made).toHaveLength(12)
    const sent = await messages()
    for (const { claimId, plannedAt, chosenAt, choice } of made) {
      const action = choice.weighed[choice.chosen]?.action
      const own = sent.filter((it) => it.claim_id === claimId).map(({ channel }) => channel)
      const planned = await dunningCaseOf(world.deps.db, { creditorId: world.creditorId, claimId })
      if (plannedAt <= chosenAt) {
        expect(own).toEqual([action?.channel])
      } else {
        expect(own).toEqual([])
        expect([planned?.nextStep, planned?.nextActionAt]).toEqual(['reminder', plannedAt])
      }
    }
    expect(new Set(made.map(({ arm }) => arm)).size).toBeGreaterThan(1)
  })

  it('sends what was put off to its hour as it was chosen, without another choice', async () => {
    await openJourney()
    await switchOn()
    for (let index = 0; index < 12; index += 1) {
      await issueClaim(world, { debtor: person(index), invoiceNumber: `n-${index}` })
    }
    world.goTo(FIRST_REMINDER)
    await sweep()
    const put = (await choices()).filter(({ plannedAt, chosenAt, arm }) => {
      return plannedAt > chosenAt && arm !== 'wait'
    })
    expect(put.length).toBeGreaterThan(0)
    const [one] = put.toSorted((a, b) => a.plannedAt - b.plannedAt)
    if (one === undefined) throw new Error('nothing was put off')
    world.goTo(new Date(one.plannedAt * 1000).toISOString())
    await sweep()
    const sent = (await messages()).find((it) => it.claim_id === one.claimId)
    expect(sent?.channel).toBe(one.choice.weighed[one.choice.chosen]?.action.channel)
    const again = (await choices()).filter(({ claimId }) => claimId === one.claimId)
    expect(again).toHaveLength(1)
  })

  it('puts no step off for ever: after some waits it is taken', async () => {
    await openJourney()
    await switchOn()
    const claim = await issueClaim(world)
    world.goTo(FIRST_REMINDER)
    for (let day = 0; day < 9; day += 1) {
      await sweep()
      world.pass(DAY)
    }
    expect((await messages()).filter((it) => it.claim_id === claim.claimId).length).toBeGreaterThan(
      0,
    )
    const waits = (await choices()).filter(({ arm, step }) => arm === 'wait' && step === 'reminder')
    expect(waits.length).toBeLessThanOrEqual(world.deps.nextAction.values.choice.mostWaits)
  })

  it('tries nothing out on who told of hardship, and asks a person to talk', async () => {
    await openJourney()
    await switchOn()
    const claim = await issueClaim(world)
    const { creditorId } = world
    const { claimId } = claim
    const told = { creditorId, claimId, type: 'hardship.told', at: world.deps.clock.now() }
    await world.deps.db
      .transaction()
      .execute((tx) => appendEvent(tx, { ...told, data: { channel: 'portal' } }))
    world.goTo(FIRST_REMINDER)
    await sweep()
    const [row] = await choices()
    expect(row?.segment).toBe('fragile')
    expect(row?.choice.standing.facts.length).toBeGreaterThan(0)
    expect(row?.choice.isTriedOut).toBe(false)
    expect(row?.choice.weighed[row.choice.chosen]?.probability).toBe(1)
    const tasks = await openTasks(world.deps.db, { creditorId, limit: 10 })
    expect(tasks.map(({ kind }) => kind)).toContain('talk-about-help')
  })

  it('learns what came of a choice once its horizon is over', async () => {
    await openJourney()
    await switchOn()
    await issueClaim(world)
    world.goTo(FIRST_REMINDER)
    await sweep()
    expect(await judgeChoices(world.deps, { limit: 10 })).toBe(0)
    const [before] = await choices()
    if (before === undefined) throw new Error('nothing was chosen')
    expect(asLogged(before)).toBe(null)
    world.goTo(new Date(before.judgeAt * 1000).toISOString())
    expect(await judgeChoices(world.deps, { limit: 10 })).toBe(1)
    expect(await judgeChoices(world.deps, { limit: 10 })).toBe(0)
    const [after] = await choices()
    expect(after?.outcome).toMatchObject({ gained: 0, recovered: 0 })
    expect(after && asLogged(after)).toMatchObject({ customer: before.debtorId })
  })

  it('leaves claims in another currency to their journey', async () => {
    await openJourney()
    await switchOn()
    const values = { ...world.deps.nextAction.values, currency: 'SEK' }
    const nextAction = { ...world.deps.nextAction, values }
    await issueClaim(world)
    world.goTo(FIRST_REMINDER)
    await takeDueDunningSteps({ ...world.deps, nextAction }, { limit: 10 })
    expect(await choices()).toEqual([])
    expect(await messages()).toHaveLength(1)
  })
})

describe('an experiment', () => {
  it('draws each person once, in their stratum, and chooses for the challenger alone', async () => {
    await openJourney()
    const { experimentId } = await begin({ challengerPercent: 50, holdOutPercent: 20 })
    for (let index = 0; index < 20; index += 1) {
      await issueClaim(world, { debtor: person(index), invoiceNumber: `n-${index}` })
    }
    world.goTo(FIRST_REMINDER)
    await sweep()
    const drawn = await members()
    expect(drawn).toHaveLength(20)
    expect(new Set(drawn.map(({ stratum }) => stratum))).toEqual(new Set(['ordinary/b2c']))
    const arms = new Map(drawn.map((it) => [it.debtor_id, it.arm]))
    const made = await choices()
    expect(made.length).toBeGreaterThan(0)
    for (const { debtorId, choice } of made) {
      expect(arms.get(debtorId)).toBe('challenger')
      expect(choice.experimentId).toBe(experimentId)
    }
    const challengers = [...arms.values()].filter((arm) => arm === 'challenger')
    expect(new Set(made.map(({ debtorId }) => debtorId)).size).toBe(challengers.length)
    const before = drawn.map(({ debtor_id, arm }) => `${debtor_id} ${arm}`)
    world.pass(9 * DAY)
    await sweep()
    expect((await members()).map(({ debtor_id, arm }) => `${debtor_id} ${arm}`)).toEqual(before)
  })

  it('draws a person once, whatever bills of theirs fall due together', async () => {
    await openJourney()
    await begin({ challengerPercent: 50 })
    // Of the later one it is still known how likely it is paid unasked.
    for (let index = 0; index < 24; index += 1) {
      for (const dueDate of ['2026-03-27', '2026-04-02']) {
        await issueClaim(world, { debtor: person(index), dueDate })
      }
    }
    world.goTo(FIRST_REMINDER)
    const nextAction = await partedBetweenBills()
    await takeDueDunningSteps({ ...world.deps, nextAction }, { limit: 100 })
    const drawn = await members()
    expect(drawn).toHaveLength(24)
    const chosen = new Set((await choices()).map(({ claimId }) => claimId))
    const sent = (await messages()).filter(({ claim_id: id }) => !chosen.has(id))
    const claims = await world.deps.db
      .selectFrom('claims')
      .select(['claim_id', 'debtor_id'])
      .execute()
    const armOf = (claimId: string) => {
      const debtorId = claims.find(({ claim_id }) => claim_id === claimId)?.debtor_id
      return drawn.find(({ debtor_id }) => debtor_id === debtorId)?.arm
    }
    expect(new Set([...chosen].map(armOf))).toEqual(new Set(['challenger']))
    // Told along with another bill is no choice of its own.
    const alone = sent.filter(({ told_in }) => told_in === null)
    expect(new Set(alone.map(({ claim_id }) => armOf(claim_id)))).toEqual(new Set(['champion']))
  })

  it('is left out for one of whom nothing can be learnt, and the others go on', async () => {
    await openJourney()
    await switchOn()
    const broken = await issueClaim(world)
    await issueClaim(world)
    await world.deps.db
      .updateTable('debtors')
      .set({ name: Buffer.from('no sealed name at all') })
      .where('debtor_id', '=', broken.debtorId)
      .execute()
    world.goTo(FIRST_REMINDER)
    expect(await sweep()).toBe(2)
    expect(await choices()).toHaveLength(1)
    expect((await messages()).map(({ claim_id }) => claim_id)).toContain(broken.claimId)
  })

  it('keeps who is held out on the journey, also when the policy is switched on', async () => {
    await openJourney()
    const { experimentId } = await begin({ challengerPercent: 1, holdOutPercent: 98 })
    await issueClaim(world, { debtor: debtorNamed('held') })
    world.goTo(FIRST_REMINDER)
    await sweep()
    const [member] = await members()
    expect(member?.arm).toBe('hold-out')
    const key = { creditorId: world.creditorId, experimentId }
    await world.deps.db.transaction().execute((tx) => stopExperiment(world.deps, tx, key))
    await switchOn()
    world.pass(8 * DAY)
    await sweep()
    expect(await choices()).toEqual([])
  })

  it('is looked at every day, and goes on while no harm is seen', async () => {
    const { experimentId } = await begin()
    expect(await watchExperiments(world.deps, { limit: 10 })).toBe(0)
    world.pass(DAY)
    expect(await watchExperiments(world.deps, { limit: 10 })).toBe(1)
    expect(await watchExperiments(world.deps, { limit: 10 })).toBe(0)
    const read = await readExperiment(world.deps, { creditorId: world.creditorId, experimentId })
    expect(read).toMatchObject({
      ok: true,
      value: { experiment: { endedAt: null }, result: { verdict: 'too-few', broken: [] } },
    })
  })

  it('is stopped by a guard-rail: a policy under which people close channels', async () => {
    const { experimentId } = await begin({ challengerPercent: 50 })
    const now = world.deps.clock.now()
    for (let index = 0; index < 120; index += 1) {
      const arm = index % 2 === 0 ? 'champion' : 'challenger'
      const claimId = `cl_member_${index}`
      await world.deps.db
        .insertInto('experiment_members')
        .values({
          ...{ creditor_id: world.creditorId, experiment_id: experimentId, arm },
          ...{ debtor_id: `de_${index}`, stratum: 'ordinary/b2c', claim_id: claimId },
          ...{ owed: 10_000n, entered_at: now },
        })
        .execute()
      if (arm === 'champion' || index % 3 !== 0) continue
      await world.deps.db
        .insertInto('events')
        .values({
          ...{ creditor_id: world.creditorId, claim_id: claimId, type: 'channel.closed' },
          ...{ at: now + 60, data: JSON.stringify({ channel: 'email' }) },
        } as never)
        .execute()
    }
    world.pass(DAY)
    await watchExperiments(world.deps, { limit: 10 })
    const read = await readExperiment(world.deps, { creditorId: world.creditorId, experimentId })
    expect(read).toMatchObject({
      ok: true,
      value: {
        experiment: { endedBecause: 'guard-rail' },
        result: { verdict: 'guard-rail', broken: ['optOuts'] },
      },
    })
  })

  it('refuses a second one beside it, shares that do not fit, and to end twice', async () => {
    const { experimentId } = await begin()
    await expect(begin()).rejects.toThrow('experiment-runs')
    await expect(begin({ challengerPercent: 60, holdOutPercent: 40 })).rejects.toThrow(
      'percent-invalid',
    )
    const stop = (id: string) =>
      world.deps.db
        .transaction()
        .execute((tx) =>
          stopExperiment(world.deps, tx, { creditorId: world.creditorId, experimentId: id }),
        )
    expect(await stop(experimentId)).toMatchObject({ ok: true, value: { endedBecause: 'stopped' } })
    expect(await stop(experimentId)).toMatchObject({
      ok: false,
      error: { code: 'experiment-over' },
    })
    expect(await stop('ex_unknown')).toMatchObject({ ok: false, error: { code: 'not-found' } })
    await begin()
  })
})

describe('what a segment proposes', () => {
  it('is a task for a person, once a claim', async () => {
    await openJourney()
    await switchOn()
    const segments = world.deps.nextAction.segments
    const proposing = {
      ...segments,
      segments: [{ id: 'all', title: 'All', when: {}, proposes: 'offer-a-plan' }],
    }
    const deps = { ...world.deps, nextAction: { ...world.deps.nextAction, segments: proposing } }
    const claim = await issueClaim(world)
    world.goTo(FIRST_REMINDER)
    for (let day = 0; day < 12; day += 1) {
      await takeDueDunningSteps(deps, { limit: 10 })
      world.pass(DAY)
    }
    const tasks = await openTasks(world.deps.db, { creditorId: world.creditorId, limit: 50 })
    const offers = tasks.filter(({ kind }) => kind === 'offer-a-plan')
    expect(offers.map(({ claimId }) => claimId)).toEqual([claim.claimId])
  })
})
