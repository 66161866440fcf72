import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dividePayment, owedByPart } from '../../../src/domain/matching/divide-payment.ts'

const LAW = ['costs', 'interest', 'principal'] as const
const HOUSE = ['principal', 'interest', 'costs'] as const
const owed = { costs: 4000n, interest: 150n, principal: 10_000n }

describe('a payment of a claim with costs and interest', () => {
  it('pays costs, interest and principal in the order of art. 6:44 BW and § 367 BGB', () => {
    const parts = (minor: bigint) => dividePayment(minor, owed, LAW)
    expect(parts(3000n)).toEqual({ costs: 3000n, interest: 0n, principal: 0n })
    expect(parts(4100n)).toEqual({ costs: 4000n, interest: 100n, principal: 0n })
    expect(parts(14_150n)).toEqual(owed)
  })

  it('pays the principal first where the house decides', () => {
    expect(dividePayment(10_100n, owed, HOUSE)).toEqual({
      costs: 0n,
      interest: 100n,
      principal: 10_000n,
    })
  })

  it('knows what former payments have paid of each part', () => {
    const divided = [null, { costs: 3000n, interest: 0n, principal: 0n }]
    const parts = owedByPart({ outstanding: 11_150n, costs: 4000n, interest: 150n, divided })
    expect(parts).toEqual({ costs: 1000n, interest: 150n, principal: 10_000n })
  })

  it('takes no more for costs than is owed in all', () => {
    const parts = owedByPart({ outstanding: 100n, costs: 4000n, interest: 150n, divided: [] })
    expect(parts).toEqual({ costs: 0n, interest: 100n, principal: 0n })
  })

  it('never loses or makes a cent', () => {
    const minor = fc.bigInt(0n, 10n ** 9n)
    fc.assert(
      fc.property(minor, minor, minor, minor, (outstanding, costs, interest, paid) => {
        const parts = owedByPart({ outstanding, costs, interest, divided: [] })
        const sum = parts.costs + parts.interest + parts.principal
        expect(sum).toBe(outstanding)
        const divided = dividePayment(paid, parts, LAW)
        const told = divided.costs + divided.interest + divided.principal
        expect(told).toBe(paid < outstanding ? paid : outstanding)
      }),
    )
  })
})
