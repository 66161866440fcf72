// How the agent plays when the creditor publishes its policy: when it takes, waits, proposes and ends.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ChosenPlan,
  checkMenu,
  type Decision,
  type DecisionFacts,
  type DecisionPolicy,
  decide,
} from '../../src/index.ts'
import { addDays } from '../../src/protocol/days.ts'
import { envelopeRows } from '../../src/protocol/envelope.ts'
import type {
  Envelope,
  InstalmentLaw,
  Menu,
  MenuRow,
} from '../../src/protocol/generated/messages.ts'
import { menuOffers } from '../../src/protocol/menu.ts'
import type { Money } from '../../src/protocol/money.ts'
import { createAgentWorld } from '../support/agent-world.ts'
import { bruteLines } from '../support/brute-force.ts'
import { type BruteHousehold, bruteForecast, bruteHeadroom } from '../support/brute-household.ts'
import { CASH_FLOW, MENU, POLICY, TODAY } from '../support/fixtures.ts'

const PRINCIPAL: Money = { minor: 24_000n, currency: 'EUR' }
const ENVELOPE: Envelope = {
  ...{ countedFrom: '2026-03-09', firstDueFrom: TODAY, firstDueTo: '2026-04-20' },
  ...{ lastDueTo: '2026-08-31', maxInstalments: 6 },
  minInstalment: { value: '20.00', currency: 'EUR' },
  intervals: ['P1M'],
  prices: [{ priceBps: 0 }],
  law: { freeOfChargeOnly: true },
  tiers: [8400, 6800, 5400, 3100, 0],
}
const ROWS = envelopeRows(ENVELOPE, PRINCIPAL)

/** The menu of a tier: the rows of the envelope that a test leaves. */
function menuAt(tier: number, rows: readonly MenuRow[], envelope = ENVELOPE): Menu {
  const final = tier === envelope.tiers.length - 1
  return { ...MENU, menuId: `v1-${tier}`, tier, final, rows: [...rows], envelope }
}

/** Rows that end some days after today, as an early menu has them. */
const until = (days: number, most = 6) =>
  ROWS.filter(({ instalments }) => instalments <= most).map((row) => ({
    ...row,
    firstDueTo: addDays(TODAY, days),
  }))

const FACTS: DecisionFacts = {
  ...{ principal: PRINCIPAL, menu: menuAt(0, until(3, 1)), today: TODAY, cashFlow: CASH_FLOW },
  policy: POLICY,
  history: {
    ...{ counterMade: false, answersMade: 0, confirmed: false, partlyPaid: false },
    commitments: [],
  },
}

const taste = (change: Partial<DecisionPolicy['weights']>): DecisionPolicy => ({
  ...POLICY,
  weights: { comfort: 0, small: 0, soon: 0, cost: 0, payday: 0, ...change },
})
/** Nothing can be paid before the salary of the 27th. */
const BEFORE_SALARY: DecisionPolicy = { ...POLICY, buffer: 60_000n }
const play = (change: Partial<DecisionFacts>) => decide({ ...FACTS, ...change })

function planIn(decision: Decision): ChosenPlan {
  if (decision.kind !== 'accept' && decision.kind !== 'counter') throw new Error(decision.kind)
  return decision.plan
}

describe('an agent that knows the envelope', () => {
  it('takes a plan of the first menu when no later one promises more', () => {
    expect(play({ policy: taste({ soon: 1 }) })).toMatchObject({
      ...{ kind: 'accept', rowId: '1' },
      plan: { terms: { firstDueDate: TODAY } },
    })
  })

  it('waits when a later menu promises more to both', () => {
    expect(play({ policy: taste({ payday: 1, small: 0.2 }) })).toEqual({
      ...{ kind: 'decline', menuId: 'v1-0', nothingAcceptable: false, reason: 'better-later' },
    })
  })

  it('waits when nothing of the menu fits and something of the envelope does', () => {
    expect(play({ policy: BEFORE_SALARY })).toEqual({
      ...{ kind: 'decline', menuId: 'v1-0', nothingAcceptable: false, reason: 'buffer' },
    })
  })

  it('ends at once when nothing of the envelope fits', () => {
    expect(play({ policy: { ...POLICY, buffer: 9_000_000n } })).toMatchObject({
      ...{ kind: 'decline', nothingAcceptable: true, reason: 'buffer' },
    })
  })

  it('proposes a plan of the envelope at its fourth answer instead of waiting for a fifth', () => {
    const third = play({ policy: BEFORE_SALARY, menu: menuAt(2, until(3)) })
    expect(third).toMatchObject({ kind: 'decline', nothingAcceptable: false })
    const fourth = play({ policy: BEFORE_SALARY, menu: menuAt(3, until(3)) })
    expect(fourth.kind).toBe('counter')
    expect(menuOffers({ rows: ROWS }, planIn(fourth).terms)).toBe(true)
    const early = menuAt(
      3,
      ROWS.map((row) => ({ ...row })),
    )
    expect(play({ policy: BEFORE_SALARY, menu: early }).kind).toBe('accept')
  })

  it('takes whatever can be paid from the final menu', () => {
    const only = { ...(ROWS[0] as MenuRow), firstDueFrom: '2026-04-20' }
    expect(play({ policy: taste({ soon: 1 }), menu: menuAt(4, [only]) })).toMatchObject({
      ...{ kind: 'accept', rowId: '1', plan: { terms: { firstDueDate: '2026-04-20' } } },
    })
  })

  it('makes no counter of its own after the final menu: the envelope is all there is', () => {
    expect(play({ policy: BEFORE_SALARY, menu: menuAt(4, until(3)) })).toMatchObject({
      ...{ kind: 'decline', nothingAcceptable: true },
    })
  })
})

describe('a patient agent', () => {
  const patient = { ...taste({ payday: 1 }), strategy: 'patient' } as const

  it('takes nothing less than the best of the envelope, and proposes it at once', () => {
    const decision = play({ policy: patient })
    expect(decision.kind).toBe('counter')
    expect(menuOffers({ rows: ROWS }, planIn(decision).terms)).toBe(true)
    expect(planIn(decision).terms.firstDueDate).toBe('2026-03-27')
  })

  it('takes the best of the envelope where a menu has it', () => {
    const decision = play({ policy: patient, menu: menuAt(1, ROWS) })
    expect(decision).toMatchObject({ kind: 'accept' })
    expect(planIn(decision).terms.firstDueDate).toBe('2026-03-27')
  })

  it('waits for the final menu where there is no envelope', () => {
    const { envelope: _, ...hidden } = menuAt(0, ROWS)
    expect(play({ policy: patient, menu: hidden })).toMatchObject({
      ...{ kind: 'decline', nothingAcceptable: false, reason: 'better-later' },
    })
    expect(play({ policy: patient, menu: { ...hidden, final: true } }).kind).toBe('accept')
  })
})

describe('privacy', () => {
  const FINAL = menuAt(4, ROWS)
  const best = planIn(play({ menu: FINAL }))
  const pick = (epsilon: number, seed: string) =>
    planIn(play({ menu: FINAL, policy: { ...POLICY, privacy: { epsilon, seed } } }))

  it('picks the best plan with nothing to give', () => {
    expect(pick(0, 'a').terms).toEqual(best.terms)
    expect(pick(0, 'b').terms).toEqual(best.terms)
  })

  it('picks the same with the same seed, others with other seeds, all nearly as good', () => {
    const seeds = Array.from({ length: 40 }, (_, index) => `seed ${index}`)
    const picked = seeds.map((seed) => pick(0.05, seed))
    expect(seeds.map((seed) => pick(0.05, seed))).toEqual(picked)
    expect(new Set(picked.map(({ terms }) => terms.firstDueDate)).size).toBeGreaterThan(3)
    const most = best.outlook?.utility ?? 0
    const least = Math.min(...picked.map(({ outlook }) => outlook?.utility ?? 0))
    expect(least).toBeGreaterThanOrEqual(0.95 * most)
    expect(least).toBeLessThan(most)
  })
})

describe('[NEG-18] a fee', () => {
  const law: InstalmentLaw = {
    ...{ freeOfChargeOnly: false, maxAprBps: 1200 },
    maxFee: { value: '2.40', currency: 'EUR' },
  }
  // 1 % of 240.00 are 2.40, for a payment from 2026-04-09 on: 31 days after the base.
  const fee: MenuRow = {
    ...{ rowId: '1-f100', instalments: 1, interval: null, priceBps: 100 },
    ...{ firstDueFrom: '2026-03-27', firstDueTo: '2026-04-20' },
  }
  const priced = (stated: InstalmentLaw) =>
    menuAt(4, [fee], { ...ENVELOPE, prices: [{ priceBps: 0 }, { priceBps: 100 }], law: stated })

  it('is taken on the first day on which it is lawful', () => {
    const decision = play({ menu: priced(law), policy: taste({ soon: 1 }) })
    expect(planIn(decision).terms).toMatchObject({ priceBps: 100, firstDueDate: '2026-04-09' })
  })

  it.each<[string, InstalmentLaw]>([
    ['the creditor states that plans are free', { freeOfChargeOnly: true }],
    ['the creditor states no largest fee', { freeOfChargeOnly: false, maxAprBps: 10_000 }],
    ['it is a cent above the largest', { ...law, maxFee: { value: '2.39', currency: 'EUR' } }],
    ['no day makes it lawful', { ...law, maxAprBps: 800 }],
  ])('is refused when %s, although the menu has it', (_, stated) => {
    expect(play({ menu: priced(stated) })).toMatchObject({
      ...{ kind: 'decline', nothingAcceptable: true, reason: 'unlawful' },
    })
  })

  it('is refused when the person’s app knows a stricter law than the creditor states', () => {
    const policy = { ...POLICY, law: { freeOfChargeOnly: true } }
    expect(play({ menu: priced(law), policy })).toMatchObject({ reason: 'unlawful' })
  })

  it('is refused where nobody states the law', () => {
    const { envelope: _, ...hidden } = priced(law)
    expect(play({ menu: { ...hidden, rows: [fee] } })).toMatchObject({
      ...{ kind: 'decline', reason: 'unlawful' },
    })
    expect(play({ menu: hidden, policy: { ...POLICY, law } }).kind).toBe('accept')
  })
})

describe('whatever menus and envelopes a creditor sends', () => {
  const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined })
  const interval = fc.constantFrom('P1W' as const, 'P2W' as const, 'P1M' as const)
  const row = fc
    .record({
      instalments: fc.integer({ min: 1, max: 12 }),
      step: interval,
      priceBps: fc.oneof(fc.constant(0), fc.integer({ min: -300, max: 600 })),
      downPaymentBps: maybe(fc.integer({ min: 1, max: 9999 })),
      payDay: maybe(fc.integer({ min: 1, max: 31 })),
      from: fc.integer({ min: -10, max: 60 }),
      length: fc.integer({ min: 0, max: 30 }),
    })
    .map(({ instalments, step, downPaymentBps, payDay, from, length, ...rest }) => ({
      ...{ ...rest, instalments, interval: instalments === 1 ? null : step },
      ...(downPaymentBps === undefined || instalments === 1 ? {} : { downPaymentBps }),
      ...(payDay === undefined || instalments === 1 || step !== 'P1M' ? {} : { payDay }),
      firstDueFrom: addDays(TODAY, from),
      firstDueTo: addDays(TODAY, from + length),
    }))
  // The rows need not follow from the envelope, nor the tiers mean anything.
  const menu = fc
    .record({
      rows: fc.array(row, { maxLength: 6 }),
      tier: fc.integer({ min: 0, max: 4 }),
      isOpen: fc.boolean(),
      maxInstalments: fc.integer({ min: 1, max: 12 }),
      intervals: fc.uniqueArray(interval),
      lastIn: fc.integer({ min: -20, max: 400 }),
      firstTo: fc.integer({ min: 0, max: 60 }),
      prices: fc.uniqueArray(fc.integer({ min: -300, max: 600 }), { minLength: 1, maxLength: 3 }),
      isFree: fc.boolean(),
      maxAprBps: fc.integer({ min: 0, max: 10_000 }),
    })
    .map(({ rows, tier, isOpen, ...one }): Menu => {
      const { envelope: _, ...plain } = menuAt(
        tier,
        rows.map((each, index) => ({ ...each, rowId: `r${index}` })),
      )
      const law = { freeOfChargeOnly: one.isFree, maxAprBps: one.maxAprBps }
      const envelope: Envelope = {
        ...{ ...ENVELOPE, maxInstalments: one.maxInstalments, intervals: one.intervals },
        ...{ firstDueTo: addDays(TODAY, one.firstTo), lastDueTo: addDays(TODAY, one.lastIn) },
        prices: one.prices.map((priceBps) => ({ priceBps })),
        law: { ...law, maxFee: { value: '5.00', currency: 'EUR' } },
      }
      return isOpen ? { ...plain, envelope } : plain
    })
  const policy = fc
    .record({
      buffer: fc.bigInt(0n, 90_000n),
      perPayment: maybe(fc.bigInt(1_000n, 30_000n)),
      perMonth: maybe(fc.bigInt(1_000n, 40_000n)),
      maxEndDays: fc.integer({ min: 0, max: 300 }),
      strategy: fc.constantFrom('fair' as const, 'patient' as const),
      privacy: maybe(fc.record({ epsilon: fc.double({ min: 0, max: 1 }), seed: fc.string() })),
    })
    .map(
      ({ perPayment, perMonth, privacy, ...rest }): DecisionPolicy => ({
        ...{ ...POLICY, ...rest },
        ...(perPayment === undefined ? {} : { perPayment }),
        ...(perMonth === undefined ? {} : { perMonth }),
        ...(privacy === undefined || Number.isNaN(privacy.epsilon) ? {} : { privacy }),
        law: {
          freeOfChargeOnly: false,
          maxAprBps: 3_000,
          maxFee: { value: '3.00', currency: 'EUR' },
        },
      }),
    )

  function bruteOf({ buffer, perPayment, perMonth, maxEndDays = 365 }: DecisionPolicy) {
    const { balance, dailySpend } = CASH_FLOW
    const home: BruteHousehold = {
      ...{ today: TODAY, balance, dailySpend },
      incomes: [{ dayOfMonth: 27, amount: 220_000n }],
      charges: [{ dayOfMonth: 3, amount: 70_000n }],
      limits: {
        ...{ buffer, maxEndDays },
        ...(perPayment === undefined ? {} : { perPayment }),
        ...(perMonth === undefined ? {} : { perMonth }),
      },
      taste: { comfortTarget: 0n, comfort: 0, small: 0, soon: 0, cost: 0, payday: 0 },
    }
    return home
  }

  it('the agent signs nothing outside its limits, never a fee of more than its law allows', () => {
    const seen = { accept: 0, counter: 0, wait: 0, end: 0 }
    fc.assert(
      fc.property(menu, policy, (one, rules) => {
        fc.pre(checkMenu(one, PRINCIPAL).ok)
        const decision = play({ menu: one, policy: rules })
        if (decision.kind === 'decline') {
          seen[decision.nothingAcceptable ? 'end' : 'wait']++
          // Who knows the envelope needs four answers at most.
          const isOpen = one.envelope !== undefined
          if (one.final || (isOpen && one.tier >= 3)) expect(decision.nothingAcceptable).toBe(true)
          return
        }
        const { terms } = planIn(decision)
        const home = bruteOf(rules)
        const { balances } = bruteForecast(home, 400)
        const lines = bruteLines(PRINCIPAL.minor, terms)
        expect(bruteHeadroom(home, balances, lines)).not.toBe(null)
        const total = lines.reduce((sum, { amount }) => sum + amount, 0n)
        expect(total <= PRINCIPAL.minor + 300n).toBe(true)
        if (one.envelope?.law.freeOfChargeOnly === true) expect(total <= PRINCIPAL.minor).toBe(true)
        seen[decision.kind as 'accept' | 'counter']++
        if (decision.kind === 'accept') expect(menuOffers(one, terms)).toBe(true)
        else if (one.envelope !== undefined) {
          expect(menuOffers({ rows: envelopeRows(one.envelope, PRINCIPAL) }, terms)).toBe(true)
        }
      }),
      { numRuns: 400 },
    )
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(2)
  }, 120_000)

  it('the same facts give the same decision', () => {
    fc.assert(
      fc.property(menu, policy, (one, rules) => {
        expect(play({ menu: one, policy: rules })).toEqual(play({ menu: one, policy: rules }))
      }),
      { numRuns: 50 },
    )
  })
})

describe('[NEG-16] a hostile envelope', () => {
  const prices = [{ priceBps: 0 }, { priceBps: -100 }]
  const all = { maxInstalments: 60, intervals: ['P1W', 'P2W', 'P1M'] as Envelope['intervals'] }
  const shapes = { ...all, downPaymentsBps: [1, 2, 3, 4], prices }

  it.each<[string, Partial<Envelope>]>([
    ['thousands of shapes', { ...shapes, payDay: 1 }],
    ['thousands of shapes without a row', { ...shapes, lastDueTo: TODAY, firstDueTo: TODAY }],
    ['more than 240 rows', { ...all, prices, lastDueTo: '2999-12-31' }],
    ['days out of order', { firstDueFrom: '2026-04-21' }],
    ['a day that does not exist', { lastDueTo: '2026-02-30' }],
    ['a foreign currency', { minInstalment: { value: '20.00', currency: 'USD' } }],
    ['tiers that end above 0', { tiers: [8400, 6800, 5400, 3100, 1] }],
    ['tiers that rise', { tiers: [3100, 5400, 6800, 8400, 0] }],
    ['fewer tiers than the menu’s', { tiers: [0] }],
  ])('with %s is refused on arrival, and nothing is decided', async (_, change) => {
    const { agent, peer, push } = await createAgentWorld()
    const hostile = menuAt(1, ROWS, { ...ENVELOPE, ...change })
    const response = await push(await peer.request({ menu: { ...hostile, final: false } }))
    expect([response.status, ((await response.json()) as { code?: string }).code]).toEqual([
      422,
      'content-invalid',
    ])
    expect(await agent.decisions()).toEqual([])
  })

  it('is refused where a menu that is not the last says that it is', () => {
    const menu = menuAt(1, ROWS)
    expect(checkMenu(menu, PRINCIPAL)).toEqual({ ok: true, value: null })
    const refusal = { ok: false, error: { code: 'content-invalid', detail: 'menu.envelope' } }
    expect(checkMenu({ ...menu, final: true }, PRINCIPAL)).toEqual(refusal)
    expect(checkMenu({ ...menu, tier: 4 }, PRINCIPAL)).toEqual(refusal)
    expect(checkMenu({ ...menu, tier: 5 }, PRINCIPAL)).toEqual(refusal)
  })

  it('is no fault in a sound request', async () => {
    const { agent, peer, push } = await createAgentWorld()
    expect((await push(await peer.request({ menu: menuAt(1, ROWS) }))).status).toBe(202)
    await agent.idle()
    expect(await agent.decisions()).toHaveLength(1)
  })
})
