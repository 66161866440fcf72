import { type Day, dayNumberOf } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { scoreAbility, scoreWillingness } from '../../../src/domain/learning/behaviour-scores.ts'
import { type BillFacts, billOf } from '../../../src/domain/learning/bill-history.ts'
import {
  learnExpectedPayment,
  learnSelfCure,
  learnUsualDelay,
} from '../../../src/domain/learning/payment-facts.ts'
import { hasCured } from '../../../src/domain/learning/self-cure.ts'
import { loadPrior } from '../../../src/learning-files.ts'

const model = loadPrior()
const FAR = '2026-01-01'

function bill(invoice: string, over: Partial<BillFacts> = {}) {
  return billOf({
    ...{ invoice, customer: 'a', currency: 'EUR', minor: 5000n, isElectronic: null },
    ...{ issuedOn: '2025-03-01', dueOn: '2025-03-31', settledOn: null },
    ...{ disputedOn: null, contactedOn: null, endedOn: null },
    ...over,
  })
}

describe('self-cure', () => {
  const cases: [
    what: string,
    over: Partial<BillFacts>,
    issue: boolean | null,
    after: boolean | null,
  ][] = [
    ['paid before its due day', { settledOn: '2025-03-20' }, true, null],
    ['paid on its due day', { settledOn: '2025-03-31' }, true, null],
    ['paid on the day after', { settledOn: '2025-04-01' }, true, true],
    ['paid on the seventh day', { settledOn: '2025-04-07' }, true, true],
    ['paid on the eighth day', { settledOn: '2025-04-08' }, false, false],
    ['never paid', {}, false, false],
    ['reminded, then paid', { contactedOn: '2025-04-03', settledOn: '2025-04-05' }, null, null],
    ['paid, then reminded', { contactedOn: '2025-04-05', settledOn: '2025-04-05' }, true, true],
    ['reminded and not paid', { contactedOn: '2025-04-03' }, null, null],
    ['reminded later', { contactedOn: '2025-04-08' }, false, false],
    ['cancelled', { endedOn: '2025-04-03' }, null, null],
  ]
  it.each(cases)('of a bill %s', (_, over, issue, after) => {
    const until = dayNumberOf(FAR)
    expect(hasCured(bill('x', over), 'issue', until)).toBe(issue)
    expect(hasCured(bill('x', over), 'after-due', until)).toBe(after)
  })

  it('is not known while the seven days run', () => {
    const open = bill('x')
    expect(hasCured(open, 'after-due', dayNumberOf('2025-04-07'))).toBeNull()
    expect(hasCured(open, 'after-due', dayNumberOf('2025-04-08'))).toBe(false)
    const paid = bill('x', { settledOn: '2025-04-05' })
    expect(hasCured(paid, 'after-due', dayNumberOf('2025-04-05'))).toBeNull()
    expect(hasCured(paid, 'after-due', dayNumberOf('2025-04-06'))).toBe(true)
  })
})

describe('facts from bills', () => {
  const past = (['2024-09', '2024-10', '2024-11', '2024-12'] as const).map((month, at) =>
    bill(`p${at}`, {
      ...{ issuedOn: `${month}-01`, dueOn: `${month}-20`, settledOn: `${month}-2${4 + at}` as Day },
    }),
  )
  const now = bill('now')
  const own = [...past, now]

  it('name the usual delay and the bills it stands on', () => {
    expect(learnUsualDelay({ own, model, on: '2025-04-01' })).toMatchObject({
      value: { days: 6 },
      basis: ['p0', 'p1', 'p2', 'p3'],
      sentence: { key: 'usual-delay', values: { days: 6, bills: 4 } },
    })
    const early = past.map((it) => ({ ...it, settled: it.due - 3 }))
    expect(learnUsualDelay({ own: early, model, on: '2025-04-01' })?.sentence).toEqual({
      key: 'usual-delay-early',
      values: { days: 3, bills: 4 },
    })
    expect(learnUsualDelay({ own: [now], model, on: '2025-04-01' })).toBeNull()
  })

  it('expect a payment near the usual delay, surer with more bills', () => {
    const fact = learnExpectedPayment(now, { own, model, on: '2025-03-01' })
    expect(fact.value.day >= '2025-04-02' && fact.value.day <= '2025-04-08').toBe(true)
    expect(fact.value.earliest < fact.value.day && fact.value.day < fact.value.latest).toBe(true)
    const alone = learnExpectedPayment(now, { own: [now], model, on: '2025-03-01' })
    expect(alone.confidence).toBe(0)
    expect(alone.basis).toEqual([])
    expect(fact.confidence).toBeGreaterThan(0.8)
  })

  it('say why a bill may cure itself', () => {
    const late = past.map((it) => ({ ...it, settled: it.due + 40 }))
    const [good, bad] = [own, [...late, now]].map((bills) =>
      learnSelfCure(now, { own: bills, model, moment: 'after-due' }),
    )
    expect(good?.value.chance).toBeGreaterThan(0.5)
    expect(bad?.value.chance).toBeLessThan(0.1)
    expect(bad?.value.reasons[0]).toMatchObject({ feature: 'usual-lateness' })
    expect(bad?.value.reasons[0]?.move).toBeLessThan(0)
  })
})

describe('ability and willingness', () => {
  it('are apart: a person in hardship who proposes a plan is willing', () => {
    const deeds = [
      { kind: 'hardship-told', event: 'e1' },
      { kind: 'plan-proposed', event: 'e2' },
      { kind: 'promise-kept', event: 'e3' },
      { kind: 'message-unanswered', event: 'e4' },
    ] as const
    const [ability, willingness] = [scoreAbility(deeds), scoreWillingness(deeds)]
    expect(ability.value).toEqual({
      score: 0.2,
      reasons: [{ kind: 'hardship-told', speaks: 'against', count: 1 }],
    })
    expect(ability.basis).toEqual(['e1'])
    expect(willingness.value.score).toBeGreaterThan(0.7)
    expect(willingness.basis).toEqual(['e2', 'e3', 'e4'])
    expect(willingness.value.reasons.map(({ kind }) => kind)).toEqual([
      ...['promise-kept', 'plan-proposed', 'message-unanswered'],
    ])
  })

  it('are unknown, not bad, of somebody of whom nothing is known', () => {
    expect(scoreWillingness([])).toEqual({
      value: { score: 0.5, reasons: [] },
      confidence: 0,
      basis: [],
      sentence: { key: 'willingness-unknown', values: { percent: 50, events: 0 } },
    })
    expect(scoreAbility([]).sentence.key).toBe('ability-unknown')
  })
})
