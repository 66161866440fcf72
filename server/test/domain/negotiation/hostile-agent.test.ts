// An agent that answers whatever it likes, against a creditor's engine of any policy: what is agreed lies
// inside policy and law, under the hash of the plan, and it ends.
import { type Menu, type PlanTerms, planHash, planOf } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildMenu,
  buildOffer,
  type MenuFacts,
} from '../../../src/domain/negotiation/build-menu.ts'
import { checkPolicy } from '../../../src/domain/negotiation/check-policy.ts'
import {
  type AnswerFacts,
  decideAccept,
  decideCounter,
  decideDecline,
} from '../../../src/domain/negotiation/decide-answer.ts'
import { DEFAULT_POLICY, type PolicyTerms } from '../../../src/domain/negotiation/policy.ts'
import { brutePolicyPlans, bruteWorth } from '../../support/brute-zopa.ts'

const TODAY = '2026-01-28'
const NOW = 1_800_000_000
const between = (min: number, max: number) => fc.integer({ min, max })
const text = (cents: number) => (cents / 100).toFixed(2)

const terms: fc.Arbitrary<PolicyTerms> = fc
  .record({
    minNoticeDays: between(0, 5),
    maxDeferralDays: between(5, 40),
    maxInstalments: between(1, 4),
    duration: between(0, 80),
    least: between(0, 4_000),
    intervals: fc.uniqueArray(fc.constantFrom('P1W' as const, 'P2W' as const, 'P1M' as const)),
    rebate: between(1, 400),
    fee: between(1, 300),
    within: between(0, 40),
    after: between(0, 40),
    downPaymentsBps: fc.uniqueArray(between(500, 9_000), { maxLength: 2 }),
    law: fc.record({
      freeOfChargeOnly: fc.boolean(),
      maxAprBps: between(0, 3_000),
      maxFee: between(0, 900).map(text),
    }),
    value: fc.record({
      annualDiscountBps: between(0, 2_000),
      annualHazardBps: between(0, 4_000),
      recoveryBps: between(0, 10_000),
      costPerInstalment: between(0, 300).map(text),
    }),
    publishEnvelope: fc.boolean(),
  })
  .map(({ duration, least, rebate, fee, within, after, ...rest }) => ({
    ...{ ...DEFAULT_POLICY, ...rest },
    maxDurationDays: rest.maxDeferralDays + duration,
    minInstalment: text(least),
    prices: [
      { priceBps: 0 },
      { priceBps: -rebate, lastDueWithinDays: within },
      ...(rest.law.freeOfChargeOnly ? [] : [{ priceBps: fee, lastDueAfterDays: after }]),
    ],
    payDayPlans: rest.publishEnvelope,
  }))

const offering: fc.Arbitrary<MenuFacts> = fc
  .record({
    terms,
    outstanding: fc.bigInt(100n, 90_000n),
    due: between(-10, 20),
    payDay: fc.option(between(1, 31), { nil: undefined }),
  })
  .filter((one) => checkPolicy(one.terms) === undefined)
  .map(({ due, payDay, ...one }) => ({
    policy: { segment: 'default', version: 1, policyHash: JSON.stringify(one.terms), ...one },
    outstanding: one.outstanding,
    currency: 'EUR',
    dueDate: new Date(Date.UTC(2026, 0, 28 + due)).toISOString().slice(0, 10),
    offeredOn: TODAY,
    ...(payDay === undefined ? {} : { payDay }),
  }))

const claimOf = ({ outstanding, dueDate, offeredOn, payDay }: MenuFacts) => ({
  ...{ principal: outstanding, dueDate, offeredOn, ...(payDay === undefined ? {} : { payDay }) },
})

const nameOf = (plan: object) => JSON.stringify(plan, Object.keys(plan).sort())

function plansOf({ rows }: Pick<Menu, 'rows'>): string[] {
  return rows.flatMap((row) => {
    const days = []
    for (let day = row.firstDueFrom; day <= row.firstDueTo; day = dayAfter(day)) days.push(day)
    return days.map((day) => nameOf(planOf(row, day)))
  })
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}

describe('the menus of a policy', () => {
  it('[NEG-19] [NEG-17] [NEG-16] [NEG-03] hold exactly what leaves the stated share, down to all of it', () => {
    let compared = 0
    fc.assert(
      fc.property(offering, (facts) => {
        const { envelope, tiers } = buildOffer(facts)
        const claim = claimOf(facts)
        const all = [...brutePolicyPlans(facts.policy.terms, claim)].map((plan) => ({
          ...{ name: nameOf(plan), worth: bruteWorth(facts.policy.terms, claim, plan) },
        }))
        const worths = all.map(({ worth }) => worth)
        const [best, worst] = [Math.max(...worths), Math.min(...worths)]
        const floor = worst - 0.1 * Math.max(1, best - worst)
        for (const [tier, share] of envelope.tiers.entries()) {
          const menu = buildMenu(facts, tier)
          expect(menu.final).toBe(tier === tiers.length - 1)
          expect(menu.envelope).toEqual(facts.policy.terms.publishEnvelope ? envelope : undefined)
          const least = share === 0 ? -Infinity : floor + (share / 10_000) * (best - floor)
          const wanted = all.filter(({ worth }) => worth > least + 1e-6)
          const allowed = new Set(
            all.filter(({ worth }) => worth > least - 1e-6).map(({ name }) => name),
          )
          const offered = plansOf(menu)
          const set = new Set(offered)
          expect(offered).toHaveLength(set.size)
          expect(wanted.filter(({ name }) => !set.has(name))).toEqual([])
          expect(offered.filter((name) => !allowed.has(name))).toEqual([])
          compared += offered.length
        }
      }),
      { numRuns: 40 },
    )
    expect(compared).toBeGreaterThan(2_000)
  }, 120_000)
})

/** Where an answer comes from: what it is, which row and day or plan it names, and how it is spoiled. */
const answer = fc.record({
  kind: fc.constantFrom('accept', 'accept', 'counter', 'counter', 'decline'),
  menu: between(0, 5),
  row: between(0, 40),
  day: between(-3, 45),
  spoil: fc.constantFrom('none', 'none', 'price', 'instalments', 'down', 'payDay', 'hash', 'menu'),
  by: between(1, 60),
  nothing: fc.boolean(),
})
type Answer = typeof answer extends fc.Arbitrary<infer T> ? T : never
const answers = fc.array(answer, { minLength: 12, maxLength: 25, size: 'max' })

function planFor({ row, day, spoil, by }: Answer, menu: Menu): PlanTerms {
  const chosen = menu.rows[row % Math.max(1, menu.rows.length)]
  const first = new Date(Date.UTC(2026, 0, 28 + day)).toISOString().slice(0, 10)
  const plan: PlanTerms =
    chosen === undefined
      ? { instalments: 1, interval: null, priceBps: 0, firstDueDate: first }
      : planOf(chosen, first)
  if (spoil === 'price') return { ...plan, priceBps: plan.priceBps - by }
  if (spoil === 'instalments') return { ...plan, instalments: plan.instalments + by }
  if (spoil === 'down') return { ...plan, downPaymentBps: by }
  return spoil === 'payDay' ? { ...plan, payDay: by } : plan
}

async function judge(facts: AnswerFacts, one: Answer) {
  const menu = facts.offered[one.menu % facts.offered.length]?.menu
  if (menu === undefined) throw new Error('a thread starts with a menu')
  const menuId = one.spoil === 'menu' ? `${menu.menuId}x` : menu.menuId
  if (one.kind === 'decline') {
    return decideDecline(facts, { menuId, nothingAcceptable: one.nothing && one.by === 1 })
  }
  const plan = planFor(one, menu)
  const hash = await planHash(facts.principal, plan).catch(() => 'A'.repeat(43))
  const stated = one.spoil === 'hash' ? `${hash.slice(1)}A` : hash
  if (one.kind === 'counter') return decideCounter(facts, { plan, planHash: stated })
  const row = menu.rows[one.row % Math.max(1, menu.rows.length)]
  const { firstDueDate } = plan
  return decideAccept(facts, {
    ...{ menuId, rowId: row?.rowId ?? '1', firstDueDate, planHash: stated },
  })
}

describe('an agent that answers at random', () => {
  it('gets nothing outside policy and law, nothing under another hash, and no end of menus', async () => {
    const seen = { agreed: 0, refused: 0, ended: 0, offered: 0 }
    await fc.assert(
      fc.asyncProperty(offering, answers, async (facts, all) => {
        const inside = new Set(
          [...brutePolicyPlans(facts.policy.terms, claimOf(facts))].map(nameOf),
        )
        const most = buildOffer(facts).tiers.length
        const offered = [{ menu: buildMenu(facts), exp: NOW + 1 }]
        let counters = 0
        let taken = 0
        for (const one of all) {
          const principal = { minor: facts.outstanding, currency: 'EUR' }
          const claim = { state: 'open', conversation: 'negotiating' } as const
          const judged = await judge(
            { ...{ now: NOW, today: TODAY, claim, principal, offered, counters }, offering: facts },
            one,
          )
          if (!judged.ok) {
            seen.refused++
            continue
          }
          taken++
          if (one.kind === 'counter') counters++
          if (judged.value.kind === 'agree') {
            expect(inside.has(nameOf(judged.value.plan))).toBe(true)
            expect(one.spoil).not.toBe('hash')
            seen.agreed++
            return
          }
          if (judged.value.kind === 'end') {
            seen.ended++
            return
          }
          seen.offered++
          offered.push({ menu: judged.value.menu, exp: NOW + 1 })
          expect(judged.value.menu.tier).toBeLessThan(most)
          // Each menu once, and the last one once more after a first counter.
          expect(taken).toBeLessThanOrEqual(most)
        }
      }),
      { numRuns: 100 },
    )
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(2)
  }, 120_000)
})

describe('[NEG-07] a counter', () => {
  const facts: MenuFacts = {
    policy: { segment: 'default', version: 1, policyHash: 'h', terms: DEFAULT_POLICY },
    ...{ outstanding: 24_000n, currency: 'EUR', dueDate: '2026-02-10', offeredOn: TODAY },
  }
  const outside: PlanTerms = {
    ...{ instalments: 1, interval: null, priceBps: -1, firstDueDate: '2026-02-10' },
  }
  const principal = { minor: 24_000n, currency: 'EUR' }
  const play = async (tier: number, counters: number, plan: PlanTerms) => {
    const offered = [{ menu: buildMenu(facts, tier), exp: NOW + 1 }]
    const claim = { state: 'open', conversation: 'negotiating' } as const
    const all = { now: NOW, today: TODAY, claim, principal, offered, offering: facts, counters }
    return decideCounter(all, { plan, planHash: await planHash(principal, plan) })
  }
  const last = buildOffer(facts).tiers.length - 1

  it('inside the policy is agreed to while the first menu is out', async () => {
    const row = buildMenu(facts, last).rows.find(({ instalments }) => instalments === 6)
    if (row === undefined) throw new Error('six instalments are in the policy')
    const plan = planOf(row, row.firstDueTo)
    expect(await play(0, 0, plan)).toEqual({ ok: true, value: { kind: 'agree', plan } })
  })

  it('outside it gets the next menu, however many there were before', async () => {
    for (const counters of [0, 3]) {
      const next = { kind: 'offer', menu: { tier: 1 } }
      expect(await play(0, counters, outside)).toMatchObject({ ok: true, value: next })
    }
  })

  it('outside it after the last menu gets that once more, and then the end', async () => {
    const again = { kind: 'offer', menu: { tier: last, final: true } }
    expect(await play(last, 0, outside)).toMatchObject({ ok: true, value: again })
    const end = { kind: 'end', conversation: 'impasse' }
    expect(await play(last, 1, outside)).toEqual({ ok: true, value: end })
  })

  it('that is no plan is refused', async () => {
    const offered = [{ menu: buildMenu(facts), exp: NOW + 1 }]
    const claim = { state: 'open', conversation: 'negotiating' } as const
    const all = { now: NOW, today: TODAY, claim, principal, offered, offering: facts, counters: 0 }
    const plan = { ...outside, payDay: 3 }
    expect(await decideCounter(all, { plan, planHash: 'A'.repeat(43) })).toMatchObject({
      ...{ ok: false, error: { code: 'plan-invalid', detail: 'plan-pay-day' } },
    })
  })
})
