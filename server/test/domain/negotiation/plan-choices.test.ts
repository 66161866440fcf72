import { type PlanTerms, parseAmount, planTotal, schedule } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  offersChoice,
  payableLines,
  suggestedFirstDay,
} from '../../../src/domain/negotiation/plan-choices.ts'

const THREE: PlanTerms = {
  instalments: 3,
  interval: 'P1M',
  priceBps: 0,
  firstDueDate: '2026-03-27',
}
const EUR = (minor: bigint) => ({ minor, currency: 'EUR' })

const ROW = {
  rowId: '1',
  instalments: 1,
  interval: null,
  priceBps: 0,
  firstDueFrom: '2026-03-10',
  firstDueTo: '2026-04-26',
} as const

const menuOf = (...rows: (typeof ROW)[]) => ({
  menuId: 'v1-0',
  tier: 0,
  final: true,
  policyVersion: 1,
  policyHash: '',
  rows,
})

describe('payableLines', () => {
  it('are the whole plan when nothing came in', () => {
    expect(payableLines(EUR(12_001n), THREE, 0n)).toEqual(schedule(EUR(12_001n), THREE))
  })

  it('leave out what is paid and keep the rest of a line that is paid in part', () => {
    const lines = payableLines(EUR(12_000n), THREE, 5_000n)
    expect(lines).toEqual([
      { line: 2, dueDate: '2026-04-27', amount: { value: '30.00', currency: 'EUR' } },
      { line: 3, dueDate: '2026-05-27', amount: { value: '40.00', currency: 'EUR' } },
    ])
  })

  it('ignore a negative receipt, as after money that went back', () => {
    expect(payableLines(EUR(12_000n), THREE, -1n)).toEqual(schedule(EUR(12_000n), THREE))
  })

  it('sum to the total less what was received, to the cent', () => {
    const plans = fc.record({
      instalments: fc.integer({ min: 2, max: 24 }),
      interval: fc.constantFrom('P1W' as const, 'P2W' as const, 'P1M' as const),
      priceBps: fc.integer({ min: -500, max: 500 }),
    })
    const amounts = fc.bigInt({ min: 1_000n, max: 10n ** 12n })
    fc.assert(
      fc.property(plans, amounts, fc.integer({ min: 0, max: 100 }), (terms, minor, percent) => {
        const plan = { ...terms, firstDueDate: '2026-01-31' }
        const total = planTotal(EUR(minor), plan).minor
        const received = (total * BigInt(percent)) / 100n
        const open = payableLines(EUR(minor), plan, received).map(({ amount }) => {
          const parsed = parseAmount(amount)
          return parsed.ok ? parsed.value.minor : -1n
        })
        expect(open.every((part) => part > 0n)).toBe(true)
        expect(open.reduce((sum, part) => sum + part, 0n)).toBe(total - received)
      }),
    )
  })
})

describe('offersChoice', () => {
  it('is true for another day or for instalments', () => {
    expect(offersChoice(menuOf(ROW))).toBe(true)
    const parts = { ...ROW, instalments: 2, interval: 'P1M', firstDueTo: ROW.firstDueFrom }
    expect(offersChoice(menuOf(parts as never))).toBe(true)
  })

  it('is false when all there is is to pay the whole on one day', () => {
    expect(offersChoice(menuOf({ ...ROW, firstDueTo: ROW.firstDueFrom } as never))).toBe(false)
    expect(offersChoice(menuOf())).toBe(false)
  })
})

describe('suggestedFirstDay', () => {
  it.each([
    ['2026-03-27', '2026-03-27'],
    ['2026-03-01', '2026-03-10'],
    ['2026-05-30', '2026-04-26'],
  ])('for a claim due on %s is %s', (dueDate, day) => {
    expect(suggestedFirstDay(ROW, dueDate)).toBe(day)
  })
})
