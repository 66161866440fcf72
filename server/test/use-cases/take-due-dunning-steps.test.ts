import { describe, expect, it } from 'vitest'
import { changeClaim } from '../../src/storage/claims.ts'
import { dunningCaseOf } from '../../src/storage/dunning-cases.ts'
import { openTasks } from '../../src/storage/tasks.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { openFileWorld } from '../support/file-world.ts'
import {
  claimNow,
  DAY,
  debtorNamed,
  enrolTestAgent,
  eventsOf,
  HOUR,
  issueClaim,
  outboxOf,
  transcriptOf,
} from '../support/test-world.ts'

const world = await openFileWorld()

const sweep = () => takeDueDunningSteps(world.deps, { limit: 100 })

async function messages() {
  return await world.deps.db
    .selectFrom('human_messages')
    .select(['claim_id', 'step', 'channel', 'template', 'state', 'journey_id', 'created_at'])
    .orderBy('message_id')
    .execute()
}

async function reminderEvents(claimId: string) {
  const events = await eventsOf(world, claimId)
  return events
    .filter(({ type }) => type.startsWith('reminder.'))
    .map(({ type, data }) => ({ type, ...data }))
}

describe('a claim that no agent was asked about', () => {
  it('gets its first notice at once, as one queued message and one job', async () => {
    const claim = await issueClaim(world)
    expect(await sweep()).toBe(1)
    expect(await messages()).toEqual([
      {
        claim_id: claim.claimId,
        step: 'first-notice',
        channel: 'email',
        template: 'payment-request-t1',
        state: 'queued',
        journey_id: 'friendly-default',
        created_at: world.deps.clock.now(),
      },
    ])
    expect(await outboxOf(world, 'send-message')).toHaveLength(1)
    expect(await reminderEvents(claim.claimId)).toEqual([])
  })

  it('has its next step planned a week after the due day, at nine in the person’s zone', async () => {
    const claim = await issueClaim(world)
    await sweep()
    const planned = await dunningCaseOf(world.deps.db, claim)
    expect(planned?.nextStep).toBe('reminder')
    // 3 April 2026 is a Friday; summer time has begun.
    expect(planned?.nextActionAt).toBe(Date.parse('2026-04-03T07:00:00Z') / 1000)
    expect(planned?.stepsDone).toEqual([{ stepId: 'first-notice', at: world.deps.clock.now() }])
  })

  it('does nothing a second time at the same instant', async () => {
    await issueClaim(world)
    await sweep()
    expect(await sweep()).toBe(0)
    expect(await messages()).toHaveLength(1)
    expect(await outboxOf(world, 'send-message')).toHaveLength(1)
  })

  it('hears three times in all, and its journey is exhausted then', async () => {
    const claim = await issueClaim(world)
    await sweep()
    world.goTo('2026-04-03T08:00:00Z')
    await sweep()
    world.goTo('2026-04-17T08:00:00Z')
    expect(await sweep()).toBe(1)
    expect((await messages()).map(({ template }) => template)).toEqual([
      'payment-request-t1',
      'payment-reminder-t2',
      'payment-reminder-t3',
    ])
    expect(await dunningCaseOf(world.deps.db, claim)).toBeUndefined()
    expect((await claimNow(world, claim.claimId)).dunning).toBe('exhausted')
  })

  it('is written to in the person’s zone, else in the creditor’s', async () => {
    const far = { ...debtorNamed('far-away'), timeZone: 'America/New_York' }
    const claim = await issueClaim(world, { debtor: far })
    // 10:00 in Brussels is 05:00 in New York.
    await sweep()
    expect(await messages()).toEqual([])
    expect(await reminderEvents(claim.claimId)).toEqual([
      {
        type: 'reminder.deferred',
        step: 'first-notice',
        reason: 'outside-window',
        until: Date.parse('2026-03-10T13:00:00Z') / 1000,
      },
    ])
  })
})

describe('a step that has to wait', () => {
  it('is put off to the next opening with the reason, and not dropped', async () => {
    world.goTo('2026-03-14T11:00:00Z')
    const claim = await issueClaim(world)
    expect(await sweep()).toBe(1)
    const monday = Date.parse('2026-03-16T08:00:00Z') / 1000
    expect((await dunningCaseOf(world.deps.db, claim))?.nextActionAt).toBe(monday)
    expect(await messages()).toEqual([])
    world.goTo('2026-03-16T08:00:00Z')
    await sweep()
    expect(await messages()).toHaveLength(1)
  })

  it('says so once for one reason and one instant', async () => {
    world.goTo('2026-03-14T11:00:00Z')
    const claim = await issueClaim(world)
    await sweep()
    const due = { next_action_at: world.deps.clock.now() }
    await world.deps.db.updateTable('dunning_cases').set(due).execute()
    await sweep()
    expect(await reminderEvents(claim.claimId)).toHaveLength(1)
    // Two days later the reason is the same and the instant another one.
    world.goTo('2026-03-16T18:00:00Z')
    await sweep()
    expect(await reminderEvents(claim.claimId)).toHaveLength(2)
  })

  it('waits for the contact budget, which counts all claims of the person', async () => {
    const first = await issueClaim(world, { debtor: debtorNamed('ann') })
    const other = await issueClaim(world, { debtor: debtorNamed('bob') })
    await sweep()
    const second = await issueClaim(world, { debtor: debtorNamed('ann') })
    await sweep()
    const told = (await messages()).map(({ claim_id }) => claim_id)
    expect(told).toHaveLength(2)
    expect(told).toContain(other.claimId)
    expect(told).toContain(first.claimId)
    expect(await reminderEvents(second.claimId)).toMatchObject([{ reason: 'contact-budget' }])
    world.pass(48 * HOUR)
    await sweep()
    expect(await messages()).toHaveLength(3)
  })

  it('does not count a thank-you as a contact', async () => {
    const claim = await issueClaim(world)
    await world.deps.db
      .insertInto('human_messages')
      .values({
        creditor_id: claim.creditorId,
        message_id: 'hm_0',
        claim_id: 'pr_0',
        debtor_id: claim.debtorId,
        step: 'thank-you:pay_0',
        channel: 'email',
        template: 'thank-you',
        is_contact: false,
        state: 'sent',
        created_at: world.deps.clock.now(),
        sent_at: world.deps.clock.now(),
      })
      .execute()
    await sweep()
    expect((await messages()).filter(({ claim_id }) => claim_id === claim.claimId)).toHaveLength(1)
  })

  it('waits a day while nobody knows the journey of the case, and asks a person to look', async () => {
    const claim = await issueClaim(world)
    const nowOn = (journeyId: string) =>
      world.deps.db.updateTable('dunning_cases').set({ journey_id: journeyId }).execute()
    await nowOn('gone')
    expect(await sweep()).toBe(1)
    expect(await reminderEvents(claim.claimId)).toMatchObject([{ reason: 'journey-unknown' }])
    expect(await openTasks(world.deps.db, { ...claim, limit: 9 })).toMatchObject([
      { kind: 'journey-unknown', claimId: claim.claimId },
    ])
    await nowOn('friendly-default')
    world.pass(DAY)
    await sweep()
    expect(await messages()).toHaveLength(1)
  })
})

describe('a step that is left out', () => {
  it('is skipped with the reason when nothing is known of the person, who is then looked for', async () => {
    const { contact: _, ...unreachable } = debtorNamed('letters-only')
    const claim = await issueClaim(world, { debtor: unreachable })
    await sweep()
    expect(await messages()).toEqual([])
    expect(await reminderEvents(claim.claimId)).toEqual([
      { type: 'reminder.skipped', step: 'first-notice', reason: 'no-address' },
    ])
    expect(await dunningCaseOf(world.deps.db, claim)).toMatchObject({
      journeyId: 'unreachable',
      nextStep: 'ask-agent',
      resumes: { journeyId: 'friendly-default', stepsDone: [{ stepId: 'first-notice' }] },
    })
  })

  it('ends the journey when the claim was settled without it', async () => {
    const claim = await issueClaim(world)
    await world.deps.db.transaction().execute(async (tx) => {
      await changeClaim(tx, claim, { state: 'settled', paid: claim.principal })
    })
    await sweep()
    expect(await reminderEvents(claim.claimId)).toEqual([
      { type: 'reminder.skipped', step: 'first-notice', reason: 'settled' },
    ])
    expect(await dunningCaseOf(world.deps.db, claim)).toBeUndefined()
    expect((await claimNow(world, claim.claimId)).dunning).toBe('idle')
    expect(await messages()).toEqual([])
  })

  it('is not there any more for a cancelled claim', async () => {
    const { creditorId, claimId } = await issueClaim(world)
    await cancelPaymentRequest(world.deps, { creditorId, claimId, reason: 'MODT' })
    expect(await sweep()).toBe(0)
    expect(await messages()).toEqual([])
  })
})

describe('an agent that does not answer', () => {
  async function askedAgent() {
    const issued = await issueClaim(world)
    const agent = await enrolTestAgent(world, issued.debtorId)
    return { agent, claim: await claimNow(world, issued.claimId) }
  }

  it('is left its time: nobody is written to before', async () => {
    const { claim } = await askedAgent()
    world.pass(24 * HOUR - 1)
    expect(await sweep()).toBe(0)
    expect((await claimNow(world, claim.claimId)).conversation).toBe('sent')
    expect(await messages()).toEqual([])
  })

  it('[DUN-01] is told by a signed status that a person is addressed now', async () => {
    const { claim, agent } = await askedAgent()
    world.pass(24 * HOUR)
    await sweep()
    const transcript = await transcriptOf(world, claim.thr)
    expect(transcript.map(({ typ }) => typ)).toEqual(['parley-request+jwt', 'parley-status+jwt'])
    expect(transcript[1]?.payload).toMatchObject({
      aud: agent.iss,
      sub: agent.sub,
      prev: transcript[0]?.hash,
      conversation: 'timed-out',
      claim: 'open',
      outstanding: { value: '120.00', currency: 'EUR' },
      nextStep: 'human-channel',
    })
    const deliveries = await world.deps.db.selectFrom('agent_deliveries').select('seq').execute()
    expect(deliveries.map(({ seq }) => seq)).toEqual([0, 1])
  })

  it('times out once, and the person gets the first notice in the same sweep', async () => {
    const { claim } = await askedAgent()
    world.pass(24 * HOUR)
    expect(await sweep()).toBe(1)
    await sweep()
    const now = await claimNow(world, claim.claimId)
    expect(now).toMatchObject({ conversation: 'timed-out', dunning: 'active' })
    const events = await eventsOf(world, claim.claimId)
    expect(events.filter(({ type }) => type === 'negotiation.timed-out')).toHaveLength(1)
    expect(await messages()).toHaveLength(1)
  })

  it('times out even when the person may not be written to yet', async () => {
    const { claim } = await askedAgent()
    world.goTo('2026-03-14T23:00:00Z')
    await sweep()
    expect((await claimNow(world, claim.claimId)).conversation).toBe('timed-out')
    expect(await messages()).toEqual([])
    expect(await reminderEvents(claim.claimId)).toMatchObject([{ reason: 'outside-window' }])
  })

  it('takes the case over again when it enrols anew', async () => {
    const { claim } = await askedAgent()
    world.pass(24 * HOUR)
    await sweep()
    await enrolTestAgent(world, claim.debtorId)
    const again = await claimNow(world, claim.claimId)
    expect(again.conversation).toBe('sent')
    world.pass(24 * HOUR - 1)
    expect(await sweep()).toBe(0)
  })
})

describe('a batch', () => {
  it('takes as many as it may and leaves the rest due', async () => {
    for (let i = 0; i < 5; i += 1) await issueClaim(world)
    expect(await takeDueDunningSteps(world.deps, { limit: 3 })).toBe(3)
    expect(await takeDueDunningSteps(world.deps, { limit: 3 })).toBe(2)
    expect(await messages()).toHaveLength(5)
  })

  it('wakes the relay when there is something to do, and only then', async () => {
    let woken = 0
    const deps = { ...world.deps, outboxChanged: () => (woken += 1) }
    await takeDueDunningSteps(deps, { limit: 10 })
    expect(woken).toBe(0)
    await issueClaim(world)
    await takeDueDunningSteps(deps, { limit: 10 })
    expect(woken).toBe(1)
  })
})
