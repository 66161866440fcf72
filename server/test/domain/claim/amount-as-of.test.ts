import { parseAmountOrZero } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountAsOf, type QuotedClaim } from '../../../src/domain/claim/amount-as-of.ts'

const CLAIM: QuotedClaim = {
  claimId: 'pr_1',
  revision: 2,
  currency: 'EUR',
  state: 'open',
  principal: 12_000n,
  charges: 0n,
  price: 0n,
  credit: 0n,
  paid: 0n,
}
const DAYS = { asOf: '2026-04-01', today: '2026-03-10' }

const minorOf = (amount: unknown) => {
  const money = parseAmountOrZero(amount)
  if (!money.ok) throw new Error(money.error.code)
  return money.value.minor
}

function quoteOf(change: Partial<QuotedClaim>) {
  const quote = amountAsOf({ ...CLAIM, ...change }, DAYS)
  if (!quote.ok) throw new Error(quote.error.code)
  return quote.value
}

describe('[STA-02] amountAsOf', () => {
  it('leaves out parts that are nothing, but never the principal', () => {
    expect(quoteOf({}).parts.map(({ kind }) => kind)).toEqual(['principal'])
  })

  it('shows a fee as the price of the plan and a rebate as a credit', () => {
    expect(quoteOf({ price: 150n }).parts[1]).toMatchObject({ kind: 'plan-price' })
    expect(quoteOf({ price: -150n, credit: 50n }).parts[1]).toEqual({
      kind: 'credit',
      amount: { value: '2.00', currency: 'EUR' },
    })
  })

  it('has parts that make the total, whatever was paid, credited or withdrawn', () => {
    const part = fc.bigInt({ min: 0n, max: 4_000n })
    const price = fc.bigInt({ min: -4_000n, max: 4_000n })
    const state = fc.constantFrom('open' as const, 'cancelled' as const)
    fc.assert(
      fc.property(part, part, price, state, (credit, paid, changed, as) => {
        const { total, parts } = quoteOf({ credit, paid, price: changed, state: as })
        const sum = parts.reduce((left, { kind, amount }) => {
          const minor = minorOf(amount)
          return kind === 'paid' || kind === 'credit' ? left - minor : left + minor
        }, 0n)
        expect(sum).toBe(minorOf(total))
      }),
    )
  })
})
