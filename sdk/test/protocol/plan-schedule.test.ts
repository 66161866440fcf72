import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, compareDays } from '../../src/protocol/days.ts'
import { sha256Base64Url } from '../../src/protocol/hash.ts'
import type { Money } from '../../src/protocol/money.ts'
import { parseAmount } from '../../src/protocol/money.ts'
import type { PlanInterval } from '../../src/protocol/plan-days.ts'
import type { PlanTerms } from '../../src/protocol/plan-schedule.ts'
import {
  checkPlanTerms,
  planHash,
  planParts,
  planTotal,
  schedule,
} from '../../src/protocol/plan-schedule.ts'

const principal: Money = { minor: 12_050n, currency: 'EUR' }
const single: PlanTerms = {
  instalments: 1,
  interval: null,
  priceBps: 0,
  firstDueDate: '2026-01-31',
}
const monthly: PlanTerms = { ...single, instalments: 3, interval: 'P1M', priceBps: 150 }

const interval = fc.constantFrom<PlanInterval>('P1W', 'P2W', 'P1M')
const terms = fc.record({
  instalments: fc.integer({ min: 2, max: 60 }),
  interval,
  priceBps: fc.integer({ min: -5000, max: 10_000 }),
  firstDueDate: fc.integer({ min: 0, max: 60_000 }).map((n) => addDays('2000-01-01', n)),
})

describe('schedule', () => {
  it('adds the price, splits equally, pays cents first and keeps the anchor day', () => {
    expect(schedule(principal, monthly)).toEqual([
      { line: 1, dueDate: '2026-01-31', amount: { value: '40.77', currency: 'EUR' } },
      { line: 2, dueDate: '2026-02-28', amount: { value: '40.77', currency: 'EUR' } },
      { line: 3, dueDate: '2026-03-31', amount: { value: '40.77', currency: 'EUR' } },
    ])
    const [first, ...rest] = schedule(principal, { ...monthly, priceBps: 0 })
    expect(first?.amount.value).toBe('40.18')
    expect(rest.map(({ amount }) => amount.value)).toEqual(['40.16', '40.16'])
  })

  it('gives one line on the first due date without an interval', () => {
    expect(schedule(principal, { ...single, priceBps: -200 })).toEqual([
      { line: 1, dueDate: '2026-01-31', amount: { value: '118.09', currency: 'EUR' } },
    ])
  })

  it.each([
    ['P1W', ['2026-01-31', '2026-02-07', '2026-02-14']],
    ['P2W', ['2026-01-31', '2026-02-14', '2026-02-28']],
  ] as const)('counts %s from the first due date', (step, days) => {
    const lines = schedule(principal, { ...monthly, interval: step })
    expect(lines.map(({ dueDate }) => dueDate)).toEqual(days)
  })

  it('sums to the total, in rising days, with every line above zero', () => {
    const amount = fc.bigInt({ min: 1000n, max: 10n ** 12n })
    fc.assert(
      fc.property(amount, fc.constantFrom('EUR', 'JPY', 'KWD'), terms, (minor, currency, plan) => {
        const lines = schedule({ minor, currency }, plan)
        const parts = lines.map((line) => parseAmount(line.amount))
        const sum = parts.reduce((total, part) => total + (part.ok ? part.value.minor : -1n), 0n)
        expect(parts.every((part) => part.ok)).toBe(true)
        expect(sum).toBe(planTotal({ minor, currency }, plan).minor)
        const days = lines.map(({ dueDate }) => dueDate)
        expect(days).toEqual([...new Set(days)].toSorted(compareDays))
        expect(days[0]).toBe(plan.firstDueDate)
      }),
    )
  })
})

describe('the parts of a plan', () => {
  const shape = fc.record({
    instalments: fc.integer({ min: 2, max: 60 }),
    priceBps: fc.integer({ min: -5000, max: 10_000 }),
  })
  const share = fc.option(fc.integer({ min: 1, max: 9999 }), { nil: undefined })
  const minor = fc.bigInt({ min: 1n, max: 10n ** 12n })

  it('[MON-06] sum to the total, all but the first alike, with less left over than there are', () => {
    fc.assert(
      fc.property(minor, shape, share, (amount, { instalments, priceBps }, downPaymentBps) => {
        const money = { minor: amount, currency: 'EUR' }
        const down = downPaymentBps === undefined ? {} : { downPaymentBps }
        const { total, first, other } = planParts(money, { instalments, priceBps, ...down })
        const others = BigInt(instalments - 1)
        expect(total).toBe(planTotal(money, { priceBps }).minor)
        expect(first + others * other).toBe(total)
        const asked = downPaymentBps === undefined ? other : nearest(total, BigInt(downPaymentBps))
        const leftOver = first - asked
        expect(leftOver >= 0n && leftOver <= others).toBe(true)
        if (downPaymentBps !== undefined) expect(leftOver < others).toBe(true)
      }),
    )
  })

  /** Half to even, by the remainder. */
  function nearest(total: bigint, bps: bigint): bigint {
    const [whole, rest] = [(total * bps) / 10_000n, (total * bps) % 10_000n]
    if (rest !== 5000n) return rest > 5000n ? whole + 1n : whole
    return whole + (whole % 2n)
  }
})

describe('checkPlanTerms', () => {
  it.each([
    ['plan-instalments', { instalments: 0 }],
    ['plan-instalments', { instalments: 61 }],
    ['plan-instalments', { instalments: 2.5 }],
    ['plan-interval', { interval: null }],
    ['plan-interval', { instalments: 1 }],
    ['plan-price', { priceBps: 10_001 }],
    ['plan-price', { priceBps: 0.5 }],
    ['plan-price', { priceBps: Number.NaN }],
    ['plan-down-payment', { downPaymentBps: 0 }],
    ['plan-down-payment', { downPaymentBps: 10_000 }],
    ['plan-down-payment', { downPaymentBps: 0.5 }],
    ['plan-pay-day', { payDay: 0 }],
    ['plan-pay-day', { payDay: 32 }],
    ['plan-pay-day', { payDay: 25, interval: 'P2W' as const }],
    ['plan-date', { firstDueDate: '2026-02-30' }],
    ['plan-amount', { priceBps: -10_000 }],
  ])('refuses as %s %j, and schedule throws', (code, change) => {
    expect(checkPlanTerms(principal, monthly).ok).toBe(true)
    const wrong = { ...monthly, ...change }
    expect(checkPlanTerms(principal, wrong)).toEqual({ ok: false, error: { code } })
    expect(() => schedule(principal, wrong)).toThrow(RangeError)
  })

  it('refuses a plan with less than one minor unit a line', () => {
    const cents = { minor: 2n, currency: 'EUR' }
    expect(checkPlanTerms(cents, { ...monthly, instalments: 2 }).ok).toBe(true)
    expect(checkPlanTerms(cents, monthly)).toEqual({ ok: false, error: { code: 'plan-amount' } })
  })
})

describe('planHash', () => {
  it('hashes the stated canonical text', async () => {
    const text = [
      'parley-plan-1',
      'EUR',
      '1|2026-01-31|40.77',
      '2|2026-02-28|40.77',
      '3|2026-03-31|40.77',
      '',
    ].join('\n')
    expect(await planHash(principal, monthly)).toBe(await sha256Base64Url(text))
  })

  it('changes with the amount, the currency, a day and the number of lines', async () => {
    const hashes = await Promise.all([
      planHash(principal, monthly),
      planHash({ ...principal, minor: 12_051n }, monthly),
      planHash({ ...principal, currency: 'USD' }, monthly),
      planHash(principal, { ...monthly, firstDueDate: '2026-01-30' }),
      planHash(principal, { ...monthly, instalments: 4 }),
      planHash(principal, { ...monthly, interval: 'P2W' }),
      planHash(principal, { ...monthly, downPaymentBps: 5000 }),
      planHash(principal, { ...monthly, payDay: 25 }),
    ])
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})
