import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  creditLines,
  decideDispute,
  decideResolution,
  isUndisputed,
} from '../../../src/domain/claim/dispute.ts'

const CLAIM = {
  currency: 'EUR',
  state: 'open' as const,
  principal: 12_000n,
  price: 0n,
  credit: 0n,
  paid: 2_000n,
  disputed: 0n,
}
const eur = (value: string) => ({ value, currency: 'EUR' })
const line = (number: number, amount: bigint, paid = 0n) => ({
  line: number,
  amount,
  paid,
  credited: 0n,
})

describe('[DIS-01] decideDispute', () => {
  it.each(['0.00', '0.01', '100.00'])('takes %s of 100.00 that is owed', (value) => {
    expect(decideDispute(CLAIM, eur(value))).toMatchObject({ ok: true })
  })

  it.each([
    ['amount-invalid', CLAIM, eur('100.01')],
    ['amount-invalid', CLAIM, eur('1.0')],
    ['currency-mismatch', CLAIM, { value: '1.00', currency: 'USD' }],
    ['claim-settled', { ...CLAIM, state: 'settled' as const }, eur('1.00')],
    ['claim-not-open', { ...CLAIM, state: 'cancelled' as const }, eur('1.00')],
  ])('refuses with %s', (code, claim, amount) => {
    expect(decideDispute(claim, amount)).toMatchObject({ ok: false, error: { code } })
  })
})

describe('[DIS-02] decideResolution', () => {
  const disputed = { ...CLAIM, disputed: 4_000n }

  it('forgives what was named, all that is disputed without it, and nothing when it rejects', () => {
    const credit = eur('15.00')
    expect(decideResolution(disputed, { outcome: 'upheld', credit })).toMatchObject({
      value: 1_500n,
    })
    expect(decideResolution(disputed, { outcome: 'upheld' })).toMatchObject({ value: 4_000n })
    expect(decideResolution(disputed, { outcome: 'rejected' })).toMatchObject({ value: 0n })
  })

  it('forgives no more than is still owed when money came in since', () => {
    const claim = { ...disputed, paid: 9_000n }
    expect(decideResolution(claim, { outcome: 'upheld' })).toMatchObject({ value: 3_000n })
  })

  it.each([
    ['amount-invalid', disputed, { outcome: 'upheld' as const, credit: eur('40.01') }],
    ['amount-invalid', disputed, { outcome: 'upheld' as const, credit: eur('0.00') }],
    ['amount-invalid', disputed, { outcome: 'rejected' as const, credit: eur('1.00') }],
    ['claim-settled', { ...disputed, state: 'settled' as const }, { outcome: 'upheld' as const }],
  ])('refuses with %s', (code, claim, decision) => {
    expect(decideResolution(claim, decision)).toMatchObject({ ok: false, error: { code } })
  })
})

describe('creditLines', () => {
  it('takes a credit off the lines that fall due last', () => {
    const lines = [line(1, 4_000n, 2_000n), line(2, 4_000n), line(3, 4_000n)]
    expect(creditLines(lines, 5_000n)).toEqual([
      { line: 3, credited: 4_000n },
      { line: 2, credited: 1_000n },
    ])
  })

  it('spreads all of it, and no line bears more than is open', () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 500n }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(amounts, fc.bigInt({ min: 0n, max: 100n }), (all, percent) => {
        const lines = all.map((amount, i) => line(i + 1, amount))
        const total = all.reduce((sum, amount) => sum + amount, 0n)
        const credit = (total * percent) / 100n
        const credited = creditLines(lines, credit)
        expect(credited.reduce((sum, it) => sum + it.credited, 0n)).toBe(credit)
        for (const it of credited) expect(it.credited <= (all[it.line - 1] ?? 0n)).toBe(true)
      }),
    )
  })
})

describe('[PAY-07] isUndisputed', () => {
  const lines = [line(1, 4_000n), line(2, 4_000n), line(3, 4_000n)]
  const claim = (disputed: bigint) => ({ ...CLAIM, paid: 0n, disputed })

  it.each([
    [0n, [true, true, true]],
    [1n, [true, true, false]],
    [4_000n, [true, true, false]],
    [4_001n, [true, false, false]],
    [12_000n, [false, false, false]],
  ])('with %s in dispute leaves %j of three lines payable', (disputed, payable) => {
    expect([1, 2, 3].map((number) => isUndisputed(claim(disputed), lines, number))).toEqual(payable)
  })
})
