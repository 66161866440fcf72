import { describe, expect, it } from 'vitest'
import type { CaseFacts } from '../../../src/domain/compliance/case-facts.ts'
import {
  type ChargeItem,
  owedFor,
  postCharges,
  waiveItem,
} from '../../../src/domain/compliance/charge-items.ts'
import { caseOf, notice, quoteOf, shipped } from './support-law.ts'

const DK = shipped('dk-b2c')
const FACTS = caseOf({ currency: 'DKK', notices: [notice('2026-03-20')] })

function post(items: readonly ChargeItem[], facts: CaseFacts = FACTS) {
  const { lines } = quoteOf(DK, facts)
  return postCharges(items, lines, { claimId: facts.claimId, day: facts.asOf })
}

const FEE = { claimId: 'cl_1', rule: 'reminder-fee', period: 'notice:2026-03-20' }

describe('postCharges', () => {
  it('books one item for a rule and period, once', () => {
    const first = post([])
    expect(first.items).toEqual([
      {
        ...FEE,
        minor: 10_000n,
        formula: '100.00',
        state: 'charged',
        reason: null,
        changedOn: '2026-06-01',
      },
    ])
    expect(first.changes).toMatchObject([{ kind: 'charged', before: 0n, after: 10_000n }])
    expect(post(first.items)).toEqual({ items: first.items, changes: [] })
  })

  it('takes a fee back when the payment that the reminder crossed becomes known', () => {
    const before = post([])
    const paid = { ...FACTS, payments: [{ day: '2026-03-19', minor: 100_000n }] }
    const { items, changes } = post(before.items, paid)
    expect(items).toMatchObject([{ ...FEE, state: 'reversed', reason: 'crossed-payment' }])
    expect(changes).toMatchObject([{ kind: 'reversed', before: 10_000n, after: 0n }])
    expect(items.map(owedFor)).toEqual([0n])
    // The payment was returned by the bank.
    expect(post(items).changes).toMatchObject([{ kind: 'charged', before: 0n, after: 10_000n }])
  })

  it('recomputes interest when a part payment becomes known, and grows it with the days', () => {
    const law = shipped('eu-b2b')
    const at = (items: readonly ChargeItem[], facts: CaseFacts) =>
      postCharges(items, quoteOf(law, facts).lines, { claimId: 'cl_1', day: facts.asOf })
    const first = at([], caseOf())
    const part = caseOf({ payments: [{ day: '2026-04-01', minor: 50_000n }] })
    const less = at(first.items, part)
    expect(less.changes).toMatchObject([
      {
        kind: 'recomputed',
        item: { rule: 'interest', period: '2026-H1' },
        before: 2_558n,
        after: 1_710n,
      },
    ])
    const later = at(less.items, { ...part, asOf: '2026-06-30' })
    expect(later.items).toHaveLength(2)
    expect(later.changes).toMatchObject([{ kind: 'recomputed', before: 1_710n }])
  })

  it('leaves the items of another claim alone', () => {
    const other = post([], { ...FACTS, claimId: 'cl_2' }).items
    const { items } = post(other, { ...FACTS, notices: [] })
    expect(items).toEqual(other)
  })
})

describe('waiveItem', () => {
  const { items } = post([])
  const why = { reason: 'Goodwill', day: '2026-06-02' }

  it('waives with a reason, and for good', () => {
    const waived = waiveItem(items, FEE, why)
    if (!waived.ok) throw new Error(waived.error.code)
    expect(waived.value).toMatchObject([
      { state: 'waived', reason: 'Goodwill', changedOn: '2026-06-02' },
    ])
    expect(waived.value.map(owedFor)).toEqual([0n])
    expect(post(waived.value)).toEqual({ items: waived.value, changes: [] })
    expect(waiveItem(waived.value, FEE, why)).toEqual({
      ok: false,
      error: { code: 'item-not-charged' },
    })
  })

  it.each([
    ['item-unknown', { ...FEE, period: 'notice:other' }, why],
    ['item-unknown', { ...FEE, claimId: 'cl_2' }, why],
    ['reason-missing', FEE, { ...why, reason: ' ' }],
  ])('refuses %s', (code, key, given) => {
    expect(waiveItem(items, key, given)).toEqual({ ok: false, error: { code } })
  })
})
