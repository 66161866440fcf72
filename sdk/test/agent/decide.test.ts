import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CashFlow,
  type ChosenPlan,
  type Decision,
  type DecisionFacts,
  type DecisionHistory,
  type DecisionPolicy,
  decide,
  explainDecision,
  type FraudWarning,
  forecast,
} from '../../src/index.ts'
import type { Menu, MenuRow } from '../../src/protocol/generated/messages.ts'
import {
  addDays,
  compareDays,
  daysBetween,
  type Money,
  parseAmount,
  planTotal,
  schedule,
} from '../../src/protocol/index.ts'
import { menuOffers } from '../../src/protocol/menu.ts'
import { CASH_FLOW, MENU, POLICY, ROW, TODAY } from '../support/fixtures.ts'

const HISTORY: DecisionHistory = {
  counterMade: false,
  answersMade: 0,
  confirmed: false,
  partlyPaid: false,
  commitments: [],
}
const DUPLICATE: FraudWarning = { code: 'possible-duplicate', of: 'req_1', because: 'reference' }
const FACTS: DecisionFacts = {
  principal: { minor: 24_000n, currency: 'EUR' },
  menu: MENU,
  today: TODAY,
  cashFlow: CASH_FLOW,
  policy: POLICY,
  history: HISTORY,
}

function planOf(decision: Decision): ChosenPlan {
  if (decision.kind !== 'accept' && decision.kind !== 'counter') throw new Error(decision.kind)
  return decision.plan
}

function minor(amount: unknown): bigint {
  const parsed = parseAmount(amount)
  if (!parsed.ok) throw new Error(parsed.error.code)
  return parsed.value.minor
}

/** Recomputes the hard limits of a plan day by day, without the agent's own tables. */
function breaches(plan: ChosenPlan, facts: DecisionFacts): string[] {
  const { cashFlow, policy, today, history } = facts
  const last = plan.lines.at(-1)?.dueDate ?? today
  const first = plan.lines[0]?.dueDate ?? today
  const { balances } = forecast(cashFlow, today, daysBetween(today, last) + 31)
  const payments = plan.lines.map(({ dueDate, amount }) => ({
    day: dueDate,
    amount: minor(amount),
  }))
  const all = [
    ...payments,
    ...history.commitments.map(({ day, amount }) => ({ day: day < today ? today : day, amount })),
  ]
  const faults: string[] = []
  for (const [index, balance] of balances.entries()) {
    const day = addDays(today, index)
    const paid = all.filter((one) => one.day <= day).reduce((sum, one) => sum + one.amount, 0n)
    if (compareDays(day, first) >= 0 && balance - paid < policy.buffer) faults.push(`buffer ${day}`)
  }
  for (const { day, amount } of payments) {
    if (policy.perPayment !== undefined && amount > policy.perPayment) faults.push('payment')
    const month = all
      .filter((one) => one.day.slice(0, 7) === day.slice(0, 7))
      .reduce((sum, one) => sum + one.amount, 0n)
    if (policy.perMonth !== undefined && month > policy.perMonth) faults.push('month')
    if (day < addDays(today, policy.minNoticeDays ?? 0)) faults.push('notice')
  }
  if (daysBetween(today, last) > (policy.maxEndDays ?? 365)) faults.push('end')
  return faults
}

describe('a decision', () => {
  it('accepts the best plan that fits, with the reasons to explain it', () => {
    const decision = decide(FACTS)
    expect(decision).toMatchObject({ kind: 'accept', menuId: 'menu-0' })
    expect(breaches(planOf(decision), FACTS)).toEqual([])
    expect(explainDecision(decision)).toMatch(/the best of \d+ plans that you can pay/)
  })

  it('prefers the earlier of two plans that it likes alike', () => {
    const weights = { comfort: 0, small: 0, soon: 0, cost: 1, payday: 0 }
    const decision = decide({ ...FACTS, policy: { ...POLICY, weights } })
    expect(planOf(decision).terms.firstDueDate).toBe('2026-03-10')
  })

  it.each([
    ['small instalments', { small: 1 }, 'r2'],
    ['an early end', { soon: 1 }, 'r1'],
  ])('follows a taste for %s', (_, taste, rowId) => {
    const weights = { comfort: 0, small: 0, soon: 0, cost: 0, payday: 0, ...taste }
    expect(decide({ ...FACTS, policy: { ...POLICY, weights } })).toMatchObject({ rowId })
  })

  it('pays on payday when that is the taste', () => {
    const weights = { comfort: 0, small: 0, soon: 0, cost: 0, payday: 1 }
    const decision = decide({ ...FACTS, policy: { ...POLICY, weights } })
    expect(planOf(decision).terms.firstDueDate).toBe('2026-03-27')
  })

  it('counts what was promised to others', () => {
    const commitments = [{ day: '2026-03-28', amount: 200_000n }]
    const history = { ...HISTORY, commitments }
    const free = decide(FACTS)
    const bound = decide({ ...FACTS, history })
    expect(breaches(planOf(free), { ...FACTS, history })).not.toEqual([])
    expect(
      bound.kind === 'decline' || breaches(planOf(bound), { ...FACTS, history }).length === 0,
    ).toBe(true)
  })

  it.each([
    ['one payment', { perPayment: 7_999n }, 'payment-limit'],
    ['a month', { perMonth: 7_999n }, 'month-limit'],
    ['the end', { maxEndDays: 7 }, 'too-late'],
    ['taste', { minUtility: 2 }, 'not-liked'],
  ])('declines at the limit for %s', (_, limit, reason) => {
    const history = { ...HISTORY, counterMade: true }
    const decision = decide({ ...FACTS, history, policy: { ...POLICY, ...limit } })
    expect(decision).toMatchObject(
      reason === 'too-late'
        ? { kind: 'decline', reason: 'no-rows' }
        : { kind: 'decline', nothingAcceptable: true, reason },
    )
    expect(explainDecision(decision)).toMatch(/^I declined, because /)
  })

  it('accepts exactly at the limits', () => {
    const policy: DecisionPolicy = { ...POLICY, perPayment: 8_000n, perMonth: 8_000n }
    expect(decide({ ...FACTS, policy })).toMatchObject({ kind: 'accept', rowId: 'r2' })
  })

  it('counters once with a shape that the menu shows, later and not cheaper', () => {
    const law = {
      ...{ freeOfChargeOnly: false, maxAprBps: 10_000 },
      maxFee: { value: '2.40', currency: 'EUR' },
    }
    const policy = { ...POLICY, buffer: 60_000n, law }
    const menu: Menu = {
      ...MENU,
      rows: [{ ...ROW, priceBps: 100, firstDueTo: '2026-03-12' }],
    }
    const decision = decide({ ...FACTS, policy, menu })
    expect(decision).toMatchObject({ kind: 'counter', reason: 'buffer' })
    const { terms } = planOf(decision)
    expect(terms).toMatchObject({ instalments: 1, interval: null, priceBps: 100 })
    expect(breaches(planOf(decision), { ...FACTS, policy })).toEqual([])
    expect(explainDecision(decision)).toMatch(/^I proposed one payment of 242\.40 EUR on 2026-0/)
    const again = decide({ ...FACTS, policy, menu, history: { ...HISTORY, counterMade: true } })
    expect(again).toMatchObject({ kind: 'decline', nothingAcceptable: true, reason: 'buffer' })
  })

  it('asks for the next menu while there may be one', () => {
    const facts = {
      ...FACTS,
      policy: { ...POLICY, buffer: 60_000n },
      menu: { ...MENU, final: false, rows: [{ ...ROW, firstDueTo: '2026-03-12' }] },
      history: { ...HISTORY, counterMade: true },
    }
    expect(decide(facts)).toMatchObject({ kind: 'decline', nothingAcceptable: false })
  })

  it.each([
    [
      'refuses all',
      { refuse: true },
      { kind: 'decline', nothingAcceptable: true, reason: 'refuse' },
    ],
    ['stays quiet', { quiet: true }, { kind: 'quiet' }],
    ['asks above an amount', { askAbove: 23_999n }, { kind: 'ask', reason: 'amount' }],
  ])('%s when told to', (_, rule, expected) => {
    expect(decide({ ...FACTS, policy: { ...POLICY, ...rule } })).toMatchObject(expected)
  })

  it.each([
    ['a duplicate', { warnings: [DUPLICATE] }, 'possible-duplicate'],
    ['money that has come in', { partlyPaid: true }, 'partly-paid'],
    ['a long conversation', { answersMade: 6 }, 'answers'],
  ])('asks because of %s, and not after a yes', (_, change, reason) => {
    const history = { ...HISTORY, ...change }
    expect(decide({ ...FACTS, history })).toMatchObject({ kind: 'ask', reason })
    expect(decide({ ...FACTS, history: { ...history, confirmed: true } }).kind).toBe('accept')
  })

  it('asks about another currency and never guesses a rate', () => {
    const principal: Money = { minor: 24_000n, currency: 'USD' }
    expect(decide({ ...FACTS, principal })).toMatchObject({
      kind: 'ask',
      reason: 'currency',
      proposal: null,
      amount: { value: '240.00', currency: 'USD' },
    })
  })
})

describe('whatever the household and the menu', () => {
  const amount = fc.bigInt(0n, 300_000n)
  const flow = fc.record({ dayOfMonth: fc.integer({ min: 1, max: 31 }), amount })
  const cashFlow: fc.Arbitrary<CashFlow> = fc.record({
    currency: fc.constant('EUR'),
    asOf: fc.constant(TODAY),
    balance: fc.bigInt(-50_000n, 300_000n),
    // Often a good income late in the first window, so that only later plans fit.
    incomes: fc.oneof(
      fc.array(flow, { maxLength: 3 }),
      fc.constant([{ dayOfMonth: 28, amount: 600_000n }]),
    ),
    charges: fc.array(flow, { maxLength: 3 }),
    dailySpend: fc.bigInt(0n, 4_000n),
  })
  const policy = fc.record(
    {
      buffer: fc.bigInt(0n, 50_000n),
      comfortTarget: fc.constant(30_000n),
      weights: fc.constant(POLICY.weights),
      perPayment: amount,
      perMonth: amount,
      maxEndDays: fc.integer({ min: 0, max: 500 }),
      minNoticeDays: fc.integer({ min: 0, max: 20 }),
    },
    { requiredKeys: ['buffer', 'comfortTarget', 'weights'] },
  ) as fc.Arbitrary<DecisionPolicy>
  const shape = fc.oneof(
    fc.constant({ instalments: 1, interval: null }),
    fc.record({
      instalments: fc.integer({ min: 2, max: 12 }),
      interval: fc.constantFrom('P1W' as const, 'P2W' as const, 'P1M' as const),
    }),
  )
  const row = fc
    .record({
      shape,
      priceBps: fc.integer({ min: -300, max: 300 }),
      from: fc.oneof(fc.integer({ min: -5, max: 60 }), fc.integer({ min: 0, max: 10 })),
      length: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 5 })),
    })
    .map(
      ({ shape: { instalments, interval }, priceBps, from, length }): Omit<MenuRow, 'rowId'> => ({
        instalments,
        interval,
        priceBps,
        firstDueFrom: addDays(TODAY, from),
        firstDueTo: addDays(TODAY, from + length),
      }),
    )
  const menu = fc
    .record({ rows: fc.array(row, { maxLength: 6 }), final: fc.boolean(), isFree: fc.boolean() })
    .map(
      ({ rows, final, isFree }): Menu => ({
        ...MENU,
        final,
        rows: rows.map((one, index) => ({
          ...{ ...one, rowId: `row-${index}` },
          ...(isFree ? { priceBps: 0 } : {}),
        })),
      }),
    )
  const commitments = fc.array(
    fc.record({
      day: fc.integer({ min: -10, max: 200 }).map((days) => addDays(TODAY, days)),
      amount: fc.bigInt(1n, 50_000n),
    }),
    { maxLength: 4 },
  )
  const facts: fc.Arbitrary<DecisionFacts> = fc
    .record({ cashFlow, policy, menu, commitments, minor: fc.bigInt(100n, 300_000n) })
    .map((parts) => ({
      ...FACTS,
      ...parts,
      principal: { minor: parts.minor, currency: 'EUR' },
      history: { ...HISTORY, commitments: parts.commitments },
    }))

  it('never agrees to what breaks a limit, and never outside the menu', () => {
    const seen = { accept: 0, counter: 0, decline: 0 }
    fc.assert(
      fc.property(facts, (one) => {
        const decision = decide(one)
        if (decision.kind === 'decline') {
          seen.decline++
          return
        }
        const plan = planOf(decision)
        expect(breaches(plan, one)).toEqual([])
        expect(plan.lines).toEqual(schedule(one.principal, plan.terms))
        expect(menuOffers(one.menu, plan.terms)).toBe(decision.kind === 'accept')
        seen[decision.kind as 'accept' | 'counter']++
      }),
      { numRuns: 600 },
    )
    // A property that never meets one of the cases would prove nothing about it.
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0)
  })

  it('never declines or counters a final menu that has a free plan that fits', () => {
    fc.assert(
      fc.property(facts, (any) => {
        const one = { ...any, menu: { ...any.menu, final: true } }
        const decision = decide(one)
        if (decision.kind === 'accept') return
        for (const { rowId: _, firstDueFrom, firstDueTo, ...terms } of one.menu.rows) {
          for (let day = firstDueFrom; day <= firstDueTo; day = addDays(day, 1)) {
            if (day < TODAY || terms.priceBps > 0) continue
            if (planTotal(one.principal, terms).minor < 12n) continue
            const lines = schedule(one.principal, { ...terms, firstDueDate: day })
            const plan = { ...planLike, lines }
            expect(breaches(plan, one)).not.toEqual([])
          }
        }
      }),
      { numRuns: 25 },
    )
  })
})

const planLike: ChosenPlan = {
  rowId: null,
  terms: { instalments: 1, interval: null, priceBps: 0, firstDueDate: TODAY },
  total: { value: '0.00', currency: 'EUR' },
  lines: [],
  outlook: null,
}
