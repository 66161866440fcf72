// What holds for every history: nothing of the future is looked at, order changes nothing, chances are
// chances.
import { addDays, type Day, dayNumberOf, dayOf } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeByBaselines } from '../../../src/domain/learning/baselines.ts'
import { type BillFacts, billOf, groupBills } from '../../../src/domain/learning/bill-history.ts'
import { FEATURES, featuresOf } from '../../../src/domain/learning/features.ts'
import { MOMENTS, type Moment } from '../../../src/domain/learning/learning-model.ts'
import { expectPayment, paidBy, seeBill } from '../../../src/domain/learning/payment-date.ts'
import { instantOf, selfCureChance } from '../../../src/domain/learning/self-cure.ts'
import { trainModel } from '../../../src/domain/learning/train-model.ts'
import { loadPrior } from '../../../src/learning-files.ts'
import { someBills } from '../../support/random-bills.ts'

const model = loadPrior()
const common = { cured: { issue: 0.8, 'after-due': 0.5 }, lateness: 2 }
const picked = fc.record({
  bills: someBills,
  pick: fc.nat(),
  moment: fc.constantFrom<Moment>(...MOMENTS),
})

function pickFrom(bills: readonly BillFacts[], pick: number): BillFacts {
  const facts = bills[pick % bills.length]
  if (facts === undefined) throw new Error('no bill')
  return facts
}

/** Everything that is foretold of a bill from a list of facts. */
function foretell(bills: readonly BillFacts[], { invoice }: BillFacts, moment: Moment) {
  const book = groupBills(bills.map(billOf))
  const bill = [...book.values()].flat().find((it) => it.invoice === invoice)
  if (bill === undefined) throw new Error('no bill')
  const own = book.get(bill.customer) ?? []
  const at = instantOf(bill, moment)
  return {
    features: featuresOf(bill, own, { at, scale: model.scale }),
    cure: selfCureChance(bill, own, { model, moment }),
    payment: expectPayment(bill, own, { model, at }),
    baselines: judgeByBaselines(bill, own, { moment, common }),
  }
}

function since(day: Day | null, at: Day, other: Day | null): Day | null {
  return day !== null && day < at ? day : other !== null && other >= at ? other : null
}

describe('what is foretold of a bill', () => {
  it('never changes when its future, or that of any other bill, changes', () => {
    fc.assert(
      fc.property(
        picked,
        fc.nat(400),
        fc.boolean(),
        ({ bills, pick, moment }, later, isDisputed) => {
          const facts = pickFrom(bills, pick)
          const at = dayOf(instantOf(billOf(facts), moment))
          const other = addDays(at, later)
          const changed = bills
            // Bills of the future may be gone, or be others.
            .filter((it) => it.issuedOn < at || it === facts || isDisputed)
            .map((it): BillFacts => {
              const told = it.disputedOn === 'undated' ? it.dueOn : it.disputedOn
              return {
                ...it,
                settledOn: since(it.settledOn, at, other),
                disputedOn: since(told, at, isDisputed ? other : null),
                contactedOn: since(it.contactedOn, at, other),
                endedOn: since(it.endedOn, at, isDisputed ? null : other),
              }
            })
          expect(foretell(changed, facts, moment)).toEqual(foretell(bills, facts, moment))
        },
      ),
    )
  })

  it('changes with the past: the control', () => {
    const bill = (invoice: string, issuedOn: Day, settledOn: Day | null): BillFacts => ({
      ...{ invoice, customer: 'a', currency: 'EUR', minor: 100n, isElectronic: null },
      ...{ issuedOn, dueOn: addDays(issuedOn, 30), settledOn },
      ...{ disputedOn: null, contactedOn: null, endedOn: null },
    })
    const now = bill('now', '2024-06-01', null)
    const early = foretell([bill('old', '2024-01-01', '2024-01-05'), now], now, 'issue')
    const late = foretell([bill('old', '2024-01-01', '2024-04-05'), now], now, 'issue')
    expect(early.cure.chance).toBeGreaterThan(late.cure.chance)
    expect(early.payment.expected).toBeLessThan(late.payment.expected)
  })

  it('does not depend on the order of the bills', () => {
    fc.assert(
      fc.property(picked, ({ bills, pick, moment }) => {
        const facts = pickFrom(bills, pick)
        expect(foretell(bills.toReversed(), facts, moment)).toEqual(foretell(bills, facts, moment))
      }),
    )
  })

  it('is a chance, in days that come, and finite', () => {
    fc.assert(
      fc.property(picked, ({ bills, pick, moment }) => {
        const facts = pickFrom(bills, pick)
        const { features, cure, payment } = foretell(bills, facts, moment)
        expect(features).toHaveLength(FEATURES.length)
        expect(features.every(Number.isFinite)).toBe(true)
        expect(cure.chance).toBeGreaterThanOrEqual(0)
        expect(cure.chance).toBeLessThanOrEqual(1)
        expect(payment.low).toBeGreaterThanOrEqual(instantOf(billOf(facts), moment))
        expect(payment.expected).toBeGreaterThanOrEqual(payment.low)
        expect(payment.high).toBeGreaterThanOrEqual(payment.expected)
      }),
    )
  })

  it('is never a better chance when the bill is disputed, nor an earlier day', () => {
    fc.assert(
      fc.property(someBills, fc.nat(), (bills, pick) => {
        const facts = pickFrom(bills, pick)
        const as = (disputedOn: BillFacts['disputedOn']) =>
          foretell(
            bills.map((it) => (it === facts ? { ...it, disputedOn } : it)),
            facts,
            'after-due',
          )
        const [plain, disputed] = [as(null), as('undated')]
        expect(disputed.cure.chance).toBeLessThanOrEqual(plain.cure.chance)
        expect(disputed.payment.expected).toBeGreaterThanOrEqual(plain.payment.expected)
      }),
    )
  })

  it('is the surer the longer one waits', () => {
    fc.assert(
      fc.property(someBills, fc.nat(), (bills, pick) => {
        const facts = pickFrom(bills, pick)
        const bill = billOf(facts)
        const own = groupBills(bills.map(billOf)).get(bill.customer) ?? []
        const at = bill.due + 1
        const chances = [0, 1, 7, 30, 365].map((days) =>
          paidBy(seeBill(bill, own, { at, scale: model.scale }), { model, by: at + days }),
        )
        expect(chances).toEqual(chances.toSorted((a, b) => a - b))
        for (const chance of chances) expect(chance >= 0 && chance <= 1).toBe(true)
      }),
    )
  })
})

describe('training', () => {
  const training = { prior: model, id: 'own', version: 1, source: 'test', seed: 3 }
  const until = dayNumberOf('2025-03-01')

  it('gives the same model for the same bills in any order', () => {
    fc.assert(
      fc.property(someBills, (bills) => {
        const all = bills.map(billOf)
        const [one, other] = [all, all.toReversed()].map((it) =>
          trainModel({ ...training, bills: it, until }),
        )
        expect(other).toEqual(one)
      }),
      { numRuns: 20 },
    )
  })

  it('learns nothing from what comes after', () => {
    fc.assert(
      fc.property(someBills, (bills) => {
        const early = dayNumberOf('2024-06-01')
        const known = bills.filter(({ issuedOn }) => issuedOn < '2024-06-01')
        const changed = known.map((it): BillFacts => {
          const told = it.disputedOn === 'undated' ? it.dueOn : it.disputedOn
          const at = '2024-06-01'
          return {
            ...it,
            settledOn: since(it.settledOn, at, '2024-12-24'),
            disputedOn: since(told, at, null),
            contactedOn: since(it.contactedOn, at, null),
            endedOn: since(it.endedOn, at, null),
          }
        })
        const [one, other] = [known, changed].map((it) =>
          trainModel({ ...training, bills: it.map(billOf), until: early }),
        )
        expect(other).toEqual(one)
      }),
      { numRuns: 20 },
    )
  })

  it('of no bills is the prior', () => {
    const none = trainModel({ ...training, bills: [], until })
    expect(none.selfCure.issue.weights).toEqual(model.selfCure.issue.weights)
    expect(none.scale.mean).toBeCloseTo(model.scale.mean, 9)
    for (const [at, hazard] of none.hazards.entries()) {
      expect(hazard).toBeCloseTo(model.hazards[at] ?? 0, 9)
    }
  })
})
