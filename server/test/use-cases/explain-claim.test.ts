import { describe, expect, it } from 'vitest'
import { explainClaim } from '../../src/use-cases/explain-claim.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { openFileWorld } from '../support/file-world.ts'
import { receive } from '../support/money-world.ts'
import { tell } from '../support/reply-world.ts'
import { eventsOf, issueClaim } from '../support/test-world.ts'

const world = await openFileWorld()

describe('the life of a bill', () => {
  it('is explained by one call: journey, plans, rests, steps put off, and matched money', async () => {
    const claim = await issueClaim(world)
    await tell(world, claim, { action: { kind: 'record-promise', day: '2026-03-12' } })
    await takeDueDunningSteps(world.deps, { limit: 100 })
    await receive(world, {
      amount: '120.00',
      bankReference: 'B1',
      reference: claim.reference,
    })
    const explained = await explainClaim(world.deps, claim)
    const decisions = explained.ok ? explained.value : []
    expect(decisions.map(({ decision }) => decision)).toEqual(
      expect.arrayContaining([
        ...['journey-given', 'plans-offered', 'promise.made', 'payment.received'],
        'payment-request.settled',
      ]),
    )
    expect(decisions.find(({ decision }) => decision === 'payment.received')?.why[0]).toMatch(
      /^Placed by rule: /,
    )
    expect(decisions.every(({ why }) => why.length > 0)).toBe(true)
    const happened = await eventsOf(world, claim.claimId)
    const told = new Set(decisions.map(({ decision }) => decision))
    const silent = happened.map(({ type }) => type).filter((type) => !told.has(type))
    expect(silent).toEqual(['payment-request.issued'].filter((type) => silent.includes(type)))
  })

  it('is nobody’s business but the creditor’s', async () => {
    const claim = await issueClaim(world)
    expect(await explainClaim(world.deps, { ...claim, creditorId: 'cr_other' })).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    })
  })
})
