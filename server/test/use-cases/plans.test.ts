import { addDays, type RequestMessage, startOfDayInZone } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import { openOf } from '../../src/domain/claim/claim.ts'
import { agreementOf, agreementsOf } from '../../src/storage/agreements.ts'
import { type Claim, planLinesOf } from '../../src/storage/claims.ts'
import { dunningCaseOf } from '../../src/storage/dunning-cases.ts'
import { checkPlanChoice, choosePlan } from '../../src/use-cases/choose-plan.ts'
import { setNegotiationPolicy } from '../../src/use-cases/manage-creditor.ts'
import { quotePayoff } from '../../src/use-cases/quote-payoff.ts'
import { readPlan } from '../../src/use-cases/read-plan.ts'
import { sendHumanMessage } from '../../src/use-cases/send-human-message.ts'
import { showClaimPage } from '../../src/use-cases/show-claim-page.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { takeDuePlans } from '../../src/use-cases/take-due-plans.ts'
import { openFileWorld } from '../support/file-world.ts'
import { issueHundred, receive } from '../support/money-world.ts'
import { claimNow, eventsOf, tokenOf } from '../support/test-world.ts'

const world = await openFileWorld({ oneMenu: true })
const ZONE = 'Europe/Brussels'

async function agree(claim: Claim, rowId = '2-P1M', firstDueDate = '2026-03-20') {
  const choice = { token: tokenOf(world, claim.claimId), rowId, firstDueDate }
  const checked = await checkPlanChoice(world.deps, choice)
  if (!checked.ok) throw new Error(checked.error.code)
  const made = await choosePlan(world.deps, { ...choice, planHash: checked.value.planHash })
  if (!made.ok) throw new Error(made.error.code)
  return await claimNow(world, claim.claimId)
}

/** Goes to a day, hour by hour where something may be due, and sweeps as the server does. */
async function goToDay(day: string, time = 10 * 3_600): Promise<void> {
  const end = startOfDayInZone(day, ZONE) + time
  world.pass(end - world.deps.clock.now())
  await sweep()
}

async function sweep(): Promise<void> {
  for (let round = 0; round < 6; round++) {
    const plans = await takeDuePlans(world.deps, { limit: 100 })
    const steps = await takeDueDunningSteps(world.deps, { limit: 100 })
    if (plans + steps === 0) return
  }
}

const typesOf = async (claim: Claim) =>
  (await eventsOf(world, claim.claimId))
    .map(({ type }) => type)
    .filter((type) => type.startsWith('plan.'))

async function messagesOf({ claimId }: Claim) {
  return await world.deps.db
    .selectFrom('human_messages')
    .select(['message_id', 'template', 'step', 'channel', 'state'])
    .where('claim_id', '=', claimId)
    .orderBy('created_at')
    .execute()
}

async function expectSumsHold(claim: Claim): Promise<void> {
  const now = await claimNow(world, claim.claimId)
  const lines = await planLinesOf(world.deps.db, now)
  const open = lines.reduce((sum, line) => sum + openOf(line), 0n)
  expect(open).toBe(outstandingOf(now))
}

const pay = (claim: Claim, value: string, on: string) =>
  receive(world, { amount: value, reference: claim.reference, on })

describe('a plan that is kept', () => {
  it('is confirmed, announced, receipted and completed, each once', async () => {
    const claim = await agree(await issueHundred(world))
    await sweep()
    await sweep()
    expect((await messagesOf(claim)).map(({ template }) => template)).toContain('plan-confirmed')
    await goToDay('2026-03-17')
    await goToDay('2026-03-20')
    const asked = (await messagesOf(claim)).map(({ template }) => template)
    expect(asked.filter((it) => it === 'instalment-soon-t1')).toHaveLength(1)
    expect(await typesOf(claim)).toEqual(['plan.line-due'])
    await pay(claim, '50.00', '2026-03-20')
    await expectSumsHold(claim)
    await goToDay('2026-04-01')
    expect((await readPlan(world.deps.db, claim, world.deps.clock.now()))?.lines).toMatchObject([
      { state: 'paid', paidOn: '2026-03-20' },
      { state: 'planned' },
    ])
    await goToDay('2026-04-20')
    await pay(claim, '50.00', '2026-04-20')
    await sweep()
    expect(await typesOf(claim)).toEqual(['plan.line-due', 'plan.line-due', 'plan.completed'])
    const templates = (await messagesOf(claim)).map(({ template }) => template)
    expect(templates.filter((it) => it === 'instalment-reminder-t2')).toEqual([])
    expect(await dunningCaseOf(world.deps.db, claim)).toBeUndefined()
  })
})

describe('a missed instalment', () => {
  it('is reminded of, and answered once by another plan', async () => {
    const claim = await agree(await issueHundred(world))
    await goToDay('2026-03-20')
    await goToDay('2026-03-21')
    await goToDay('2026-03-24')
    const before = (await messagesOf(claim)).map(({ template }) => template)
    expect(before).toContain('instalment-reminder-t2')
    expect(await typesOf(claim)).toEqual(['plan.line-due', 'plan.line-late'])
    await goToDay('2026-03-28')
    await goToDay('2026-03-30')
    expect(await typesOf(claim)).toEqual([
      'plan.line-due',
      'plan.line-late',
      'plan.replan-offered',
    ])
    expect((await messagesOf(claim)).map(({ template }) => template)).toContain(
      'instalment-shift-t1',
    )
    const page = await showClaimPage(world.deps, tokenOf(world, claim.claimId))
    if (!page.ok) throw new Error(page.error.code)
    expect(page.value.choices.length).toBeGreaterThan(0)
    const now = await claimNow(world, claim.claimId)
    expect(now).toMatchObject({ conversation: 'agreed', revision: 2 })
    await agree(now, '2-P1M', '2026-04-10')
    await sweep()
    const all = await agreementsOf(world.deps.db, claim)
    expect(all).toHaveLength(2)
    const lines = await planLinesOf(world.deps.db, claim)
    expect(lines.map(({ dueDate, amount }) => [dueDate, amount])).toEqual([
      ['2026-04-10', 5_000n],
      ['2026-05-10', 5_000n],
    ])
    expect(lines[0]?.endToEndId).toMatch(/-R2-1$/)
    expect(await typesOf(claim)).toContain('plan.replanned')
    await expectSumsHold(claim)
    // Missed again: no second offer, and what was stated follows.
    for (let day = '2026-04-10'; day <= '2026-05-30'; day = addDays(day, 1)) await goToDay(day)
    const types = await typesOf(claim)
    expect(types.filter((type) => type === 'plan.replan-offered')).toHaveLength(1)
    expect(types.filter((type) => type === 'plan.defaulted')).toHaveLength(1)
    expect(await claimNow(world, claim.claimId)).toMatchObject({ conversation: 'impasse' })
  })

  it('withdraws the offer once it is paid', async () => {
    const claim = await agree(await issueHundred(world))
    await goToDay('2026-03-28')
    await pay(claim, '50.00', '2026-03-28')
    await sweep()
    expect(await typesOf(claim)).toEqual([
      'plan.line-due',
      'plan.line-late',
      'plan.replan-offered',
      'plan.cured',
      'plan.replan-withdrawn',
    ])
    const token = tokenOf(world, claim.claimId)
    const choice = { token, rowId: '2-P1M', firstDueDate: '2026-04-10' }
    expect(await checkPlanChoice(world.deps, choice)).toMatchObject({
      ok: false,
      error: { code: 'agreement-exists' },
    })
  })

  it('leads to the stated default when nobody answers', async () => {
    const claim = await agree(await issueHundred(world))
    for (let day = '2026-03-20'; day <= '2026-04-12'; day = addDays(day, 1)) await goToDay(day)
    expect(await typesOf(claim)).toEqual([
      'plan.line-due',
      'plan.line-late',
      'plan.replan-offered',
      'plan.defaulted',
    ])
    // Nothing is asked for before its day: the agreement stands.
    expect(await claimNow(world, claim.claimId)).toMatchObject({ conversation: 'agreed' })
    const tasks = await world.deps.db
      .selectFrom('tasks')
      .select('kind')
      .where('claim_id', '=', claim.claimId)
      .execute()
    expect(tasks).toEqual([{ kind: 'talk-about-plan' }])
    await pay(claim, '50.00', '2026-04-13')
    await sweep()
    const kept = await agreementOf(world.deps.db, claim)
    expect(kept).toMatchObject({ defaultedAt: null, stage: 'active' })
  })
})
