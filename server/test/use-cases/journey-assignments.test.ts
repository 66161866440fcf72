import { describe, expect, it } from 'vitest'
import type { JourneyDefinition } from '../../src/domain/dunning/journey-definition.ts'
import { endEnrolmentsOf } from '../../src/use-cases/end-enrolment.ts'
import { setHold } from '../../src/use-cases/manage-holds.ts'
import {
  type AssignmentInput,
  readJourneyResults,
  setJourneyAssignment,
} from '../../src/use-cases/manage-journey-assignments.ts'
import { readPaymentRequest } from '../../src/use-cases/read-payment-requests.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { timeOutHeldOut } from '../../src/use-cases/time-out-silent-agents.ts'
import { openFileWorld } from '../support/file-world.ts'
import { caseOf, issueHundred, noteMail, receive } from '../support/money-world.ts'
import {
  claimNow,
  DAY,
  debtorNamed,
  enrolTestAgent,
  eventsOf,
  issueClaim,
  requestOf,
  type TestWorld,
  transcriptOf,
} from '../support/test-world.ts'
import { say } from '../support/thread-talk.ts'

const world = await openFileWorld()

/** The world with a journey for businesses alone beside those of the catalog. */
const withBusiness = (): TestWorld => {
  const friendly = world.deps.journeys.get('friendly-default') as JourneyDefinition
  const audience = [{ fact: 'party', op: 'is', value: 'b2b' }] as const
  const business: JourneyDefinition = { ...friendly, id: 'business', audience }
  const journeys = new Map([...world.deps.journeys, ['business', business]])
  return { ...world, creditorId: world.creditorId, deps: { ...world.deps, journeys } }
}

async function assign(input: Partial<AssignmentInput>, { deps }: TestWorld = world) {
  const set = await setJourneyAssignment(deps, {
    creditorId: world.creditorId,
    segment: 'default',
    input: { champion: 'friendly-default', ...input },
  })
  if (!set.ok) throw new Error(set.error.detail)
  return set.value
}

const HOLD_OUT = { holdOutPercent: 100 }

const results = async () => {
  const key = { creditorId: world.creditorId, segment: 'default' }
  const found = await readJourneyResults(world.deps, key)
  if (!found.ok) throw new Error(found.error.code)
  return found.value
}

describe('a claim of a segment for which nothing is stated', () => {
  it('goes the journey of the creditor, in no arm', async () => {
    await setJourneyAssignment(world.deps, {
      creditorId: world.creditorId,
      segment: 'students',
      input: { champion: 'bot-first', challenger: 'friendly-default', challengerPercent: 50 },
    })
    const claim = await issueClaim(world)
    expect(claim).toMatchObject({ arm: null, journey: 'friendly-default', dunning: 'active' })
    expect(await caseOf(world, claim)).toMatchObject({ journey_id: 'friendly-default' })
  })
})

describe('a claim in a comparison', () => {
  it('goes the journey of its arm, the same for every claim of a debtor', async () => {
    await assign({ challenger: 'bot-first', challengerPercent: 50 })
    const seen = new Map<string, string>()
    for (let n = 0; n < 24; n += 1) {
      const claim = await issueHundred(world, { debtor: `customer-${n % 12}` })
      const { arm, journey, debtorId } = claim
      expect([arm, journey]).toEqual(
        arm === 'challenger' ? ['challenger', 'bot-first'] : ['champion', 'friendly-default'],
      )
      expect(await caseOf(world, claim)).toMatchObject({ journey_id: journey })
      expect(seen.get(debtorId) ?? arm).toBe(arm)
      seen.set(debtorId, arm ?? '')
    }
    expect(seen.size).toBe(12)
    expect(new Set(seen.values()).size).toBe(2)
  })

  it('starts the journey of its arm again when the bank takes the money back', async () => {
    await assign({ challenger: 'bot-first', challengerPercent: 100 })
    const claim = await issueHundred(world)
    const payment = { amount: '100.00', bankReference: 'B1', reference: claim.reference }
    await receive(world, payment)
    await receive(world, { ...payment, takesBack: 'AC04' })
    expect(await caseOf(world, claim)).toMatchObject({ journey_id: 'bot-first' })
  })

  it('is not compared where a journey is not meant for the debtor, new or known', async () => {
    const given = withBusiness()
    await assign({ challenger: 'business', challengerPercent: 100 }, given)
    const consumer = await issueClaim(given)
    expect(consumer).toMatchObject({ arm: null, journey: 'friendly-default' })
    const debtor = { ...debtorNamed('firm'), party: 'b2b' } as const
    const firm = await issueClaim(given, { debtor })
    expect(firm).toMatchObject({ arm: 'challenger', journey: 'business' })
    // What is known of the firm counts, not what a later invoice leaves out.
    const again = await issueClaim(given, { debtor: debtorNamed('firm') })
    expect(again).toMatchObject({ arm: 'challenger', journey: 'business' })
  })
})

describe('a claim that is held out', () => {
  it('has no case, stays idle, and nobody is written to', async () => {
    await assign(HOLD_OUT)
    const claim = await issueClaim(world)
    expect(claim).toMatchObject({ arm: 'hold-out', journey: null, dunning: 'idle', state: 'open' })
    expect(await caseOf(world, claim)).toBeUndefined()
    world.pass(90 * DAY)
    expect(await takeDueDunningSteps(world.deps, { limit: 100 })).toBe(0)
    const written = await world.deps.db.selectFrom('human_messages').selectAll().execute()
    expect(written).toEqual([])
    const view = await readPaymentRequest(world.deps, claim)
    expect(view).toMatchObject({
      ok: true,
      value: { nextStep: { action: 'none', reason: expect.stringContaining('for comparison') } },
    })
  })

  it('is told to the agent as it is: no person is written to', async () => {
    await assign(HOLD_OUT)
    const claim = await issueClaim(world)
    expect((await requestOf(world, claim)).dunning.nextStep).toBe('none')
    await assign({})
    expect((await requestOf(world, await issueClaim(world))).dunning.nextStep).toBe('human-channel')
  })

  it('times out when its agent stays silent, and still nobody is written to', async () => {
    await assign(HOLD_OUT)
    const issued = await issueClaim(world)
    await enrolTestAgent(world, issued.debtorId)
    const { thr, respondBy } = await claimNow(world, issued.claimId)
    const sweep = () => timeOutHeldOut(world.deps, { limit: 100 })
    world.goTo(new Date((respondBy - 1) * 1000).toISOString())
    expect(await sweep()).toBe(0)
    world.pass(1)
    expect([await sweep(), await sweep()]).toEqual([1, 0])
    const claim = await claimNow(world, issued.claimId)
    expect(claim).toMatchObject({ conversation: 'timed-out', dunning: 'idle', state: 'open' })
    const last = (await transcriptOf(world, thr)).at(-1)
    expect(last?.payload).toMatchObject({ conversation: 'timed-out', nextStep: 'none' })
    const events = await eventsOf(world, claim.claimId)
    expect(events.filter(({ type }) => type === 'negotiation.timed-out')).toHaveLength(1)
    expect(await takeDueDunningSteps(world.deps, { limit: 100 })).toBe(0)
    const written = await world.deps.db.selectFrom('human_messages').selectAll().execute()
    expect(written).toEqual([])
  })

  it('is not timed out under a hold, and not when a case goes on beside it', async () => {
    await assign(HOLD_OUT)
    const held = await issueClaim(world)
    await enrolTestAgent(world, held.debtorId)
    const { creditorId, claimId } = held
    await setHold(world.deps, { creditorId, claimId, reason: 'hardship', until: null })
    await assign({})
    const other = await issueClaim(world)
    await enrolTestAgent(world, other.debtorId)
    world.pass(30 * DAY)
    expect(await timeOutHeldOut(world.deps, { limit: 100 })).toBe(0)
    expect((await claimNow(world, claimId)).conversation).toBe('sent')
  })

  it('stays idle when its agent refuses, or is gone', async () => {
    await assign(HOLD_OUT)
    const refused = await issueClaim(world)
    const agent = await enrolTestAgent(world, refused.debtorId)
    const { thr } = await claimNow(world, refused.claimId)
    const { menu } = await requestOf(world, { thr })
    const body = { requestId: refused.claimId, menuId: menu.menuId, nothingAcceptable: true }
    await say(world, agent, { kind: 'decline', thr, body })
    expect(await claimNow(world, refused.claimId)).toMatchObject({
      conversation: 'impasse',
      dunning: 'idle',
    })
    const left = await issueClaim(world)
    await enrolTestAgent(world, left.debtorId)
    await endEnrolmentsOf(world.deps, { creditorId: world.creditorId, debtorId: left.debtorId })
    expect(await claimNow(world, left.claimId)).toMatchObject({
      dunning: 'idle',
      conversation: 'timed-out',
    })
    expect(await caseOf(world, left)).toBeUndefined()
  })

  it('stays without a case when the bank takes the money back', async () => {
    await assign(HOLD_OUT)
    const claim = await issueHundred(world)
    const payment = { amount: '100.00', bankReference: 'B1', reference: claim.reference }
    await receive(world, payment)
    await receive(world, { ...payment, takesBack: 'AC04' })
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'open', dunning: 'idle' })
    expect(await caseOf(world, claim)).toBeUndefined()
  })
})

describe('the results of a segment', () => {
  it('count claims, settled ones, days and messages by arm, those without claims too', async () => {
    await assign({ challenger: 'bot-first', challengerPercent: 50, holdOutPercent: 1 })
    const claims = []
    for (let n = 0; n < 12; n += 1) claims.push(await issueHundred(world))
    const compared = claims.filter(({ arm }) => arm === 'champion')
    const [first, second] = compared
    if (first === undefined || second === undefined) throw new Error('the draw gave one arm alone')
    await noteMail(world, first, { step: 'first-notice', sentAt: 1 })
    world.pass(3 * DAY)
    const { reference } = first
    await receive(world, {
      amount: '100.00',
      bankReference: 'B1',
      reference,
      bookingDay: '2026-03-13',
    })
    const { arms, differences, assignment } = await results()
    expect(assignment).toMatchObject({ champion: 'friendly-default', challengerPercent: 50 })
    expect(arms.map(({ arm }) => arm)).toEqual(['champion', 'challenger', 'hold-out'])
    expect(arms[0]).toMatchObject({
      claims: compared.length,
      settled: 1,
      medianDaysToSettle: 3,
      messages: 1,
      costs: [],
    })
    expect(arms.reduce((sum, arm) => sum + arm.claims, 0)).toBe(12)
    expect(differences.map(({ arm, verdict }) => [arm, verdict])).toEqual([
      ['challenger', 'too-few'],
      ['hold-out', 'too-few'],
    ])
  })

  it('add up the costs of messages by currency, exactly', async () => {
    await assign({ challenger: 'bot-first' })
    const claim = await issueHundred(world)
    await noteMail(world, claim, { step: 'one', sentAt: 1 })
    await noteMail(world, claim, { step: 'two', sentAt: 2 })
    await world.deps.db
      .updateTable('human_messages')
      .set({ cost: 7n, cost_currency: 'EUR' })
      .execute()
    expect((await results()).arms[0]?.costs).toEqual([{ value: '0.14', currency: 'EUR' }])
  })

  it('begin anew with other journeys, and go on with other shares', async () => {
    const first = await assign({ challenger: 'bot-first', challengerPercent: 50 })
    await issueHundred(world)
    world.pass(DAY)
    const wider = await assign({ challenger: 'bot-first', challengerPercent: 60 })
    expect([wider.since, wider.updatedAt]).toEqual([first.since, first.since + DAY])
    expect((await results()).arms.reduce((sum, { claims }) => sum + claims, 0)).toBe(1)
    const other = await assign({ challenger: 'friendly-default', challengerPercent: 60 })
    expect(other.since).toBe(first.since + DAY)
    expect((await results()).arms.reduce((sum, { claims }) => sum + claims, 0)).toBe(0)
  })

  it('are refused for a segment of which nothing is stated', async () => {
    const key = { creditorId: world.creditorId, segment: 'nobody' }
    expect(await readJourneyResults(world.deps, key)).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    })
  })
})
