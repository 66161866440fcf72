import { describe, expect, it } from 'vitest'
import { judgeFragility, type LifeSign, signOf } from '../../../src/domain/learning/fragility.ts'

const now = 1_800_000_000
const DAY = 86_400

const sign = (kind: LifeSign['kind'], daysAgo: number, claimId = 'pr_1'): LifeSign => ({
  ...{ id: `${kind}-${daysAgo}`, kind, claimId, at: now - daysAgo * DAY },
})

const judge = (signs: readonly LifeSign[]) => judgeFragility(signs, now)

describe('a fragile customer', () => {
  it.each([
    { why: 'told of hardship', signs: [sign('hardship-told', 300)], key: 'fragile-told' },
    { why: 'asked for help', signs: [sign('help-asked', 80)], key: 'fragile-told' },
    { why: 'has an adviser', signs: [sign('adviser', 100)], key: 'fragile-told' },
    {
      why: 'broke two plans',
      signs: [sign('plan-broken', 600), sign('plan-broken', 30, 'pr_2')],
      key: 'fragile-plans',
    },
  ])('is one who $why', ({ signs, key }) => {
    const { value, basis, sentence } = judge(signs)
    expect(value.isFragile).toBe(true)
    expect(basis).toHaveLength(signs.length)
    expect(sentence.key).toBe(key)
  })

  it.each([
    { why: 'told of it long ago', signs: [sign('hardship-told', 366)] },
    { why: 'asked for help in another season', signs: [sign('help-asked', 91)] },
    { why: 'broke one plan', signs: [sign('plan-broken', 10)] },
    {
      why: 'was found by a person to be well again',
      signs: [sign('hardship-told', 60), sign('hold-released', 10)],
    },
  ])('is not one who $why', ({ signs }) => {
    expect(judge(signs)).toMatchObject({ value: { isFragile: false, reasons: [] }, basis: [] })
  })

  it('stays one when the hold of another bill was released', () => {
    const signs = [sign('hardship-told', 60), sign('hold-released', 10, 'pr_2')]
    expect(judge(signs).value.isFragile).toBe(true)
  })
})

describe('a sign', () => {
  const event = { id: '1', claimId: 'pr_1', at: now }
  it('is what somebody said, or a plan that broke', () => {
    expect(signOf({ ...event, type: 'hold.set', reason: 'moratorium' })?.kind).toBe('adviser')
    expect(signOf({ ...event, type: 'plan.defaulted', reason: null })?.kind).toBe('plan-broken')
  })

  it('is nothing else', () => {
    expect(signOf({ ...event, type: 'hold.set', reason: 'promise' })).toBeUndefined()
    expect(signOf({ ...event, type: 'payment.received', reason: null })).toBeUndefined()
  })
})
