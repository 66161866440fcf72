import { addDays, startOfDayInZone, verifyEvidence } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { openOf, outstandingOf } from '../../src/domain/claim/claim.ts'
import { agreementOf, agreementsOf } from '../../src/storage/agreements.ts'
import { type Claim, planLinesOf } from '../../src/storage/claims.ts'
import { dunningCaseOf } from '../../src/storage/dunning-cases.ts'
import { takeForSending } from '../../src/storage/sending-messages.ts'
import { checkPlanChoice, choosePlan } from '../../src/use-cases/choose-plan.ts'
import { composeHumanMessage } from '../../src/use-cases/compose-human-message.ts'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { setNegotiationPolicy } from '../../src/use-cases/manage-creditor.ts'
import { quotePayoff } from '../../src/use-cases/quote-payoff.ts'
import { readPlan } from '../../src/use-cases/read-plan.ts'
import { resolveDispute } from '../../src/use-cases/resolve-dispute.ts'
import { showClaimPage } from '../../src/use-cases/show-claim-page.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { takeDuePlans } from '../../src/use-cases/take-due-plans.ts'
import { writeCharges } from '../../src/use-cases/write-charges.ts'
import { creditNote, pay as payNow } from '../support/credit-world.ts'
import { openFileWorld } from '../support/file-world.ts'
import { checkSums, issueHundred, receive } from '../support/money-world.ts'
import { tell } from '../support/reply-world.ts'
import { claimNow, eventsOf, tokenOf, transcriptOf } from '../support/test-world.ts'
import {
  addressedClaim,
  expectRefusal,
  hand,
  newestRequest,
  say,
  signAccept,
} from '../support/thread-talk.ts'

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
  receive(world, { amount: value, reference: claim.reference, valueDay: on, bookingDay: on })

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

describe('a plan whose rest is taken back by a credit note', () => {
  it('is completed at once, and speaks of no line any more', async () => {
    const claim = await agree(await issueHundred(world))
    await goToDay('2026-03-18')
    expect(await dunningCaseOf(world.deps.db, claim)).toBeDefined()
    expect(await creditNote(world, claim, { minor: 10_000n })).toBe('ok')
    expect(await dunningCaseOf(world.deps.db, claim)).toBeUndefined()
    await sweep()
    expect(await typesOf(claim)).toEqual(['plan.completed'])
  })

  it.each([
    ['before a line is paid', 0n, 0n],
    ['after one', 2_600n, 2_600n],
  ])('owes no fee any more, %s', async (_, minor, back) => {
    const claim = await withFee()
    if (minor > 0n) await payNow(world, claim, minor)
    expect(await creditNote(world, claim, { minor: 10_000n })).toBe('ok')
    const now = await claimNow(world, claim.claimId)
    expect(now).toMatchObject({ state: 'settled', price: 0n, paid: 0n, overpaid: back })
    await expectSumsHold(claim)
    await checkSums(world, claim)
  })

  it('owes no fee either when a dispute takes it back', async () => {
    const claim = await withFee()
    const { creditorId, claimId } = claim
    await tell(world, claim, { action: { kind: 'open-dispute' } })
    const credit = { value: '100.00', currency: 'EUR' }
    const decision = { creditorId, claimId, outcome: 'upheld', credit } as const
    expect((await resolveDispute(world.deps, decision)).ok).toBe(true)
    expect(await claimNow(world, claimId)).toMatchObject({ state: 'settled', price: 0n })
    await expectSumsHold(claim)
  })

  it('in part goes on with what is left, also once nothing but debt is left of it', async () => {
    const claim = await withFee()
    expect(await creditNote(world, claim, { minor: 1_000n })).toBe('ok')
    await expectSumsHold(claim)
    for (const day of ['2026-07-01', '2026-07-15', '2026-08-01']) await goToDay(day)
    expect(await claimNow(world, claim.claimId)).toMatchObject({ conversation: 'impasse' })
    await expectSumsHold(claim)
    expect(await creditNote(world, claim, { minor: 1_000n })).toBe('ok')
    await expectSumsHold(claim)
    const { reference } = claim
    await receive(world, { amount: '84.00', reference })
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'settled' })
    await expectSumsHold(claim)
  })
})

/** A plan of two times 60.00 EUR over 100.00 EUR and 20.00 EUR of costs that are not owed when looked at. */
async function withCosts(): Promise<Claim> {
  const claim = await issueHundred(world)
  const { claimId } = claim
  const costs = { rule: 'damages', period: 'once', minor: 2_000n, formula: '', reason: null }
  const item = { claimId, ...costs, state: 'charged' as const, changedOn: '2026-03-10' }
  const changes = [{ kind: 'charged' as const, item, before: 0n, after: 2_000n }]
  await writeCharges(world.deps, { claim, changes })
  return await agree(await claimNow(world, claimId))
}

describe('a plan over costs that are lowered', () => {
  const openOn = async (claim: Claim) => (await planLinesOf(world.deps.db, claim)).map(openOf)

  it.each([
    ['a payment', (claim: Claim) => payNow(world, claim, 6_000n), [0n, 4_000n]],
    [
      'a credit note',
      (claim: Claim) => creditNote(world, claim, { minor: 1_000n }),
      [6_000n, 3_000n],
    ],
  ])('stands after %s: its last lines bear it', async (_, act, open) => {
    const claim = await withCosts()
    expect(await openOn(claim)).toEqual([6_000n, 6_000n])
    await act(claim)
    expect(await openOn(claim)).toEqual(open)
    const now = await claimNow(world, claim.claimId)
    expect(now).toMatchObject({ conversation: 'agreed', charges: 0n, revision: claim.revision })
    await expectSumsHold(claim)
  })

  it('is completed when nothing else was left', async () => {
    const claim = await withCosts()
    await payNow(world, claim, 10_000n)
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'settled', charges: 0n })
    await expectSumsHold(claim)
    await sweep()
    expect(await typesOf(claim)).toEqual(['plan.completed'])
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
    expect(await typesOf(claim)).toEqual(['plan.line-due', 'plan.line-late', 'plan.replan-offered'])
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

  it('[PLN-06] withdraws the offer once it is paid', async () => {
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

describe('a message about an instalment', () => {
  it('does not leave once that is paid, and names it until then', async () => {
    const claim = await agree(await issueHundred(world))
    await goToDay('2026-03-17')
    const soon = (await messagesOf(claim)).find((it) => it.template === 'instalment-soon-t1')
    const key = { creditorId: world.creditorId, messageId: soon?.message_id ?? '' }
    const message = await takeForSending(world.deps.db, key, 60)
    if (typeof message === 'string') throw new Error('nothing was announced')
    const before = await composeHumanMessage(world.deps, message)
    expect(before).toMatchObject({ kind: 'ready' })
    expect(JSON.stringify(before)).toContain('20 maart')
    await pay(claim, '50.00', '2026-03-17')
    expect(await composeHumanMessage(world.deps, message)).toEqual({
      kind: 'drop',
      reason: 'instalment-paid',
    })
  })
})

describe('the announcement of an instalment', () => {
  it('is left out when nobody could make it before the day was over', async () => {
    const claim = await agree(await issueHundred(world))
    await sweep()
    world.goTo('2026-03-20T21:00:00Z')
    await sweep()
    await goToDay('2026-03-23')
    const soon = (await messagesOf(claim)).filter((it) => it.template === 'instalment-soon-t1')
    expect(soon).toEqual([])
    expect(await eventsOf(world, claim.claimId)).toContainEqual(
      expect.objectContaining({
        type: 'reminder.skipped',
        data: expect.objectContaining({ step: 'announce', reason: 'instalment-day-over' }),
      }),
    )
    await goToDay('2026-03-27')
    expect((await messagesOf(claim)).map(({ template }) => template)).toContain(
      'instalment-reminder-t2',
    )
  })

  it('does not leave on a later day than that of the instalment', async () => {
    const claim = await agree(await issueHundred(world))
    await goToDay('2026-03-17')
    const soon = (await messagesOf(claim)).find((it) => it.template === 'instalment-soon-t1')
    const key = { creditorId: world.creditorId, messageId: soon?.message_id ?? '' }
    const message = await takeForSending(world.deps.db, key, 60)
    if (typeof message === 'string') throw new Error('nothing was announced')
    world.goTo('2026-03-20T16:00:00Z')
    expect(await composeHumanMessage(world.deps, message)).toMatchObject({ kind: 'ready' })
    world.goTo('2026-03-23T09:00:00Z')
    expect(await composeHumanMessage(world.deps, message)).toEqual({
      kind: 'drop',
      reason: 'instalment-day-over',
    })
  })
})

const FEE_POLICY = {
  ...{ maxDeferralDays: 30, maxInstalments: 4, maxDurationDays: 180, minInstalment: '20.00' },
  intervals: ['P1M' as const],
  prices: [{ priceBps: 0 }, { priceBps: 400 }],
  law: { freeOfChargeOnly: false, maxAprBps: 10_000, maxFee: '50.00' },
  tiers: [0],
}

/** A plan of four times 26.00 EUR over 100.00 EUR: its fee is 4.00 EUR, 1.00 EUR a line. */
async function withFee(): Promise<Claim> {
  const set = await setNegotiationPolicy(world.deps, {
    creditorId: world.creditorId,
    segment: 'default',
    terms: FEE_POLICY,
  })
  if (!set.ok) throw new Error(set.error.detail)
  return await agree(await issueHundred(world), '4-P1M-f400')
}

const payoffOf = async ({ claimId }: Claim, on: string) => {
  const quoted = await quotePayoff(world.deps, { creditorId: world.creditorId, claimId, on })
  return quoted.ok ? quoted.value.quote : quoted.error.code
}

describe('paying a plan off early', () => {
  it('[PLN-07] [PLN-08] remits the fee of the lines that are not due, and settles to the cent', async () => {
    const claim = await withFee()
    expect(outstandingOf(claim)).toBe(10_400n)
    expect(await payoffOf(claim, '2026-03-19')).toMatchObject({
      ...{ total: { value: '100.00' }, payoff: { remitted: { value: '4.00' } } },
      parts: [{ kind: 'principal', amount: { value: '100.00' } }],
    })
    // Friday 20 March is the first line's day, and the next on which banks settle is Monday.
    expect(await payoffOf(claim, '2026-03-20')).toMatchObject({
      ...{ total: { value: '101.00' } },
      payoff: { remitted: { value: '3.00' }, lastDay: '2026-03-23' },
      parts: [{ kind: 'principal' }, { kind: 'plan-price', amount: { value: '1.00' } }],
    })
    await goToDay('2026-03-23')
    await pay(claim, '101.00', '2026-03-23')
    expect(await claimNow(world, claim.claimId)).toMatchObject({
      ...{ state: 'settled', overpaid: 0n, paid: 10_100n, price: 100n },
    })
    await expectSumsHold(claim)
    await sweep()
    expect(await typesOf(claim)).toContain('plan.paid-off')
    expect(await typesOf(claim)).toContain('plan.completed')
    expect(await payoffOf(claim, '2026-03-24')).toBe('plan-unknown')
  })

  it('a day too late pays the lines as they are due, and the rest of the fee stays owed', async () => {
    const claim = await withFee()
    await goToDay('2026-03-24')
    await pay(claim, '100.00', '2026-03-24')
    expect(await claimNow(world, claim.claimId)).toMatchObject({
      ...{ state: 'open', price: 400n, paid: 10_000n },
    })
    await expectSumsHold(claim)
    expect(await payoffOf(claim, '2026-03-24')).toMatchObject({ total: { value: '1.00' } })
    await pay(claim, '1.00', '2026-03-24')
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'settled', overpaid: 0n })
    await expectSumsHold(claim)
  })

  it('whose money comes back owes the fee as it was agreed', async () => {
    const claim = await withFee()
    await receive(world, {
      ...{ amount: '100.00', reference: claim.reference, bankReference: 'B1' },
      ...{ valueDay: '2026-03-12', bookingDay: '2026-03-12' },
    })
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'settled', price: 0n })
    await receive(world, {
      ...{ amount: '100.00', reference: claim.reference, bankReference: 'B1' },
      ...{ takesBack: 'AC04', sign: 'DBIT', bookingDay: '2026-03-13' },
    })
    const now = await claimNow(world, claim.claimId)
    expect(now).toMatchObject({ state: 'open', price: 400n, paid: 0n })
    await expectSumsHold(claim)
  })

  it('is for agreed plans, and for days to come', async () => {
    const claim = await issueHundred(world)
    expect(await payoffOf(claim, '2026-03-20')).toBe('plan-unknown')
    const agreed = await agree(claim)
    expect(await payoffOf(agreed, '2026-03-09')).toBe('date-outside-window')
    expect(await payoffOf(agreed, '2026-03-20')).toMatchObject({ total: { value: '100.00' } })
  })
})

/** A plan that an agent agreed to, of which the first line was missed. */
async function missedByAgent() {
  const { agent, claim } = await addressedClaim(world)
  const made = await hand(world, await signAccept(world, agent, claim, { rowId: '2-P1M' }))
  if (!made.ok) throw new Error(made.error.code)
  for (let day = '2026-03-27'; day <= '2026-04-05'; day = addDays(day, 1)) await goToDay(day)
  return { agent, claim: await claimNow(world, claim.claimId) }
}

describe('an agent whose debtor missed a line', () => {
  it('[PLN-01] [PLN-03] [PLN-04] [PLN-05] is told, gets one request, makes the next agreement', async () => {
    const { agent, claim } = await missedByAgent()
    const said = await transcriptOf(world, claim.thr)
    const late = said.find(({ payload }) => payload['plan'] !== undefined)
    expect(late?.payload).toMatchObject({
      ...{ conversation: 'agreed', reason: { code: expect.stringMatching(/^plan-line-/) } },
      plan: {
        lines: [
          { line: 1, graceUntil: '2026-04-03' },
          { line: 2, state: 'planned' },
        ],
      },
    })
    const request = await newestRequest(world, claim.thr)
    const former = await agreementOf(world.deps.db, claim)
    expect(request).toMatchObject({
      ...{ revision: 2, amount: { value: '120.00' } },
      replan: { agreementId: former?.agreementId, reason: { code: 'line-missed' } },
      lateTerms: { graceDays: 7, replans: 1, answerDays: 10, onDefault: 'overdue-lines' },
    })
    const accept = { rowId: '3-P1M', firstDueDate: '2026-04-10' }
    const reply = await hand(world, await signAccept(world, agent, claim, accept))
    expect(reply).toMatchObject({ ok: true })
    const lines = await planLinesOf(world.deps.db, claim)
    expect(lines.map(({ dueDate, amount }) => [dueDate, amount])).toEqual([
      ['2026-04-10', 4_000n],
      ['2026-05-10', 4_000n],
      ['2026-06-10', 4_000n],
    ])
    const bundle = await exportEvidence(world.deps, claim)
    if (!bundle.ok) throw new Error(bundle.error.code)
    expect(bundle.value.agreements).toHaveLength(2)
    expect(await verifyEvidence(bundle.value)).toMatchObject({ faults: [] })
    await expectRefusal(world, await signAccept(world, agent, claim, accept), 'agreement-exists')
  })

  it('[PLN-06] declines, and what was stated follows at once', async () => {
    const { agent, claim } = await missedByAgent()
    const { menu } = await newestRequest(world, claim.thr)
    const body = { requestId: claim.claimId, menuId: menu.menuId, nothingAcceptable: true }
    const reply = await say(world, agent, { kind: 'decline', thr: claim.thr, body })
    expect(reply.payload).toMatchObject({ conversation: 'agreed', plan: { state: 'late' } })
    await sweep()
    expect(await typesOf(claim)).toContain('plan.defaulted')
    const said = await transcriptOf(world, claim.thr)
    expect(said.at(-1)?.payload).toMatchObject({
      ...{ reason: { code: 'plan-defaulted' }, plan: { state: 'defaulted' } },
    })
    const accept = { rowId: '3-P1M', firstDueDate: '2026-04-10' }
    await expectRefusal(world, await signAccept(world, agent, claim, accept), 'agreement-exists')
  })

  it('[PLN-08] asks what ends the plan', async () => {
    const { agent, claim } = await missedByAgent()
    const body = { requestId: claim.claimId, asOf: '2026-04-07', payoff: true }
    const reply = await say(world, agent, { kind: 'query', thr: claim.thr, body })
    expect(reply.payload).toMatchObject({
      ...{ total: { value: '120.00' }, payoff: { lastDay: '2026-04-08' } },
    })
  })
})
