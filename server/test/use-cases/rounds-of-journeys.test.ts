// A journey that goes on, or begins again, does so in a round of its own: nothing that was named, told or
// charged in a round before stands in its way.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { planCaseAgain } from '../../src/use-cases/plan-reminders-again.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { NOW } from '../domain/dunning/support-facts.ts'
import { journeyOf } from '../domain/dunning/support-journeys.ts'
import { DECIDE_DEPS, dueCase } from '../support/due-cases.ts'
import { caseOf, receive } from '../support/money-world.ts'
import { tell } from '../support/reply-world.ts'
import { HOUR, issueClaim, openTestWorld, type TestWorld } from '../support/test-world.ts'

describe('the case of a claim that is owed again', () => {
  const again = (messages: readonly [journeyId: string | null, step: string][], rounds = 1) =>
    planCaseAgain(DECIDE_DEPS, {
      sources: dueCase(),
      journey: journeyOf('small-creditor'),
      messages: messages.map(([journeyId, step], i) => ({ journeyId, step, createdAt: NOW + i })),
      rounds,
    })

  it('goes on after the last step that was written, each of them once', () => {
    const written = again([
      ['small-creditor', 'reminder'],
      ['small-creditor', 'second-reminder'],
      ['small-creditor', 'second-reminder~3'],
    ])
    expect(written).toMatchObject({
      nextStep: 'third-reminder',
      stepsDone: [
        { stepId: 'reminder', at: NOW },
        { stepId: 'second-reminder', at: NOW + 2 },
      ],
    })
  })

  it('does not take the steps of other journeys for its own', () => {
    expect(again([['unreachable', 'letter~2']])).toMatchObject({ nextStep: 'reminder' })
    expect(again([['small-creditor', 'letter']])).toBeUndefined()
  })

  it('is in a round after all that were before', () => {
    expect(again([], 1)?.round).toBe(2)
    expect(again([], 4)?.round).toBe(5)
  })
})

describe('a case on a store', () => {
  let world: TestWorld

  beforeAll(async () => {
    world = await openTestWorld()
  })
  beforeEach(() => world.reset())
  afterAll(() => world.close())

  const sweep = () => takeDueDunningSteps(world.deps, { limit: 100 })

  it('has the charges of a step looked at again in another round, and in the same one not', async () => {
    world.goTo('2026-03-10T22:00:00Z')
    const claim = await issueClaim(world)
    const { db } = world.deps
    await db.updateTable('dunning_cases').set({ charged_step: 'first-notice' }).execute()
    await sweep()
    expect(await caseOf(world, claim)).toMatchObject({ round: 1, charged_step: 'first-notice' })
    await tell(world, claim, { action: { kind: 'open-dispute' } })
    await sweep()
    expect(await caseOf(world, claim)).toMatchObject({
      ...{ journey_id: 'dispute', round: 2, charged_step: null },
    })
  })

  it('opened again after a promise and a payment that came back has a new round', async () => {
    const claim = await issueClaim(world)
    await tell(world, claim, { action: { kind: 'record-promise', day: '2026-03-16' } })
    await sweep()
    const { reference } = claim
    const payment = { amount: '120.00', bankReference: 'B1', reference }
    await receive(world, payment)
    expect(await caseOf(world, claim)).toBeUndefined()
    world.pass(HOUR)
    await receive(world, { ...payment, takesBack: 'AC04' })
    // The first, that of the promise, and this one.
    expect(await caseOf(world, claim)).toMatchObject({ journey_id: claim.journey, round: 3 })
  })
})
