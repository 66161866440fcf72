import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocatePayment } from '../../../src/domain/matching/allocate-payment.ts'

const lines = [
  { line: 2, dueDate: '2026-04-27', amount: 4000n, paid: 0n },
  { line: 1, dueDate: '2026-03-27', amount: 4000n, paid: 1000n },
  { line: 3, dueDate: '2026-05-27', amount: 4000n, paid: 0n },
]

describe('a payment', () => {
  it('of a claim without a plan goes to the claim', () => {
    expect(allocatePayment({ paidMinor: 5000n, outstandingMinor: 12050n, lines: [] })).toEqual({
      allocations: [{ line: null, minor: 5000n }],
      overpaidMinor: 0n,
      outstandingAfter: 7050n,
      settled: false,
    })
  })

  it('settles the claim to the cent', () => {
    const exact = { outstandingMinor: 12050n, lines: [] }
    expect(allocatePayment({ ...exact, paidMinor: 12050n }).settled).toBe(true)
    expect(allocatePayment({ ...exact, paidMinor: 12049n }).settled).toBe(false)
  })

  it('fills the lines of a plan by due day', () => {
    expect(allocatePayment({ paidMinor: 7500n, outstandingMinor: 11000n, lines })).toEqual({
      allocations: [
        { line: 1, minor: 3000n },
        { line: 2, minor: 4000n },
        { line: 3, minor: 500n },
      ],
      overpaidMinor: 0n,
      outstandingAfter: 3500n,
      settled: false,
    })
  })

  it('fills lines of the same day by their number', () => {
    const sameDay = lines.map((line) => ({ ...line, dueDate: '2026-03-27' }))
    const { allocations } = allocatePayment({
      paidMinor: 3500n,
      outstandingMinor: 11000n,
      lines: sameDay,
    })
    expect(allocations.map(({ line }) => line)).toEqual([1, 2])
  })

  it('pays what is owed outside of the plan last', () => {
    expect(allocatePayment({ paidMinor: 11500n, outstandingMinor: 12000n, lines })).toMatchObject({
      allocations: [{ line: 1 }, { line: 2 }, { line: 3 }, { line: null, minor: 500n }],
      outstandingAfter: 500n,
    })
  })

  it('of more than is owed is over-paid', () => {
    expect(allocatePayment({ paidMinor: 11001n, outstandingMinor: 11000n, lines })).toMatchObject({
      overpaidMinor: 1n,
      outstandingAfter: 0n,
      settled: true,
    })
  })

  it('of a claim that is settled already is over-paid as a whole', () => {
    expect(allocatePayment({ paidMinor: 12050n, outstandingMinor: 0n, lines: [] })).toEqual({
      allocations: [],
      overpaidMinor: 12050n,
      outstandingAfter: 0n,
      settled: true,
    })
  })

  it('of a cancelled claim is over-paid as a whole, and does not settle it', () => {
    const payment = { paidMinor: 500n, outstandingMinor: 11000n, lines } as const
    expect(allocatePayment({ ...payment, state: 'cancelled' })).toEqual({
      allocations: [],
      overpaidMinor: 500n,
      outstandingAfter: 0n,
      settled: false,
    })
  })

  it.each(['handed-over', 'written-off'] as const)('of a %s claim is credited', (state) => {
    const payment = { paidMinor: 500n, outstandingMinor: 11000n, lines, state }
    expect(allocatePayment(payment)).toMatchObject({ overpaidMinor: 0n, outstandingAfter: 10500n })
  })

  it('of nothing changes nothing', () => {
    expect(allocatePayment({ paidMinor: 0n, outstandingMinor: 11000n, lines })).toEqual({
      allocations: [],
      overpaidMinor: 0n,
      outstandingAfter: 11000n,
      settled: false,
    })
  })

  it('below zero is a bug; an over-paid claim owes nothing', () => {
    expect(() => allocatePayment({ paidMinor: -1n, outstandingMinor: 1n, lines })).toThrow(
      RangeError,
    )
    expect(allocatePayment({ paidMinor: 5n, outstandingMinor: -3n, lines })).toMatchObject({
      overpaidMinor: 5n,
      outstandingAfter: 0n,
    })
  })

  it('is allocated or over-paid to the last minor unit, in any number of parts', () => {
    const minor = fc.bigInt({ min: 0n, max: 10n ** 9n })
    const line = fc.record({
      line: fc.nat(50),
      dueDate: fc.constantFrom('2026-03-27', '2026-04-27', '2026-05-27'),
      amount: minor,
      paid: minor,
    })
    fc.assert(
      fc.property(minor, minor, fc.array(line, { maxLength: 6 }), (paid, outstanding, plan) => {
        const result = allocatePayment({
          paidMinor: paid,
          outstandingMinor: outstanding,
          lines: plan,
        })
        const allocated = result.allocations.reduce((sum, part) => sum + part.minor, 0n)
        expect(allocated + result.overpaidMinor).toBe(paid)
        expect(allocated + result.outstandingAfter).toBe(outstanding)
        expect(result.allocations.every((part) => part.minor > 0n)).toBe(true)
        expect(result.overpaidMinor === 0n || result.outstandingAfter === 0n).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})
