// The menus against every plan there is, tried one by one with a calendar, a rounding, a law and a value
// of the test's own.
import { addDays, compareDays, envelopeWindows, type MenuRow, planOf } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildMenu, buildOffer, policyAllows } from '../../../src/domain/negotiation/build-menu.ts'
import { type PolicyTerms, policyBounds } from '../../../src/domain/negotiation/policy.ts'
import { everyPlan, nameOf, type TriedPlan } from '../../support/every-plan.ts'
import { claims, policyOf, type SampleClaim, soundTerms } from '../../support/policy-samples.ts'

const RUNS = { numRuns: 150 }

function factsOf(terms: PolicyTerms, { amount, ...claim }: SampleClaim) {
  return { policy: policyOf(terms), outstanding: amount, ...claim }
}

/** Every plan of rows, by name. */
function plansOf(rows: readonly MenuRow[]): Set<string> {
  const names = new Set<string>()
  for (const row of rows) {
    for (let day = row.firstDueFrom; compareDays(day, row.firstDueTo) <= 0; day = addDays(day, 1)) {
      names.add(nameOf(planOf(row, day)))
    }
  }
  return names
}

/** The least worth of a tier: a share of the range that begins a tenth below the worst plan. */
function leastWorth(plans: readonly TriedPlan[], shareBps: number): number {
  const worths = plans.map(({ worth }) => worth)
  const [best, worst] = [Math.max(...worths), Math.min(...worths)]
  const floor = worst - 0.1 * Math.max(1, best - worst)
  return floor + (shareBps / 10_000) * (best - floor)
}

/** Plans this close to a threshold may fall on either side: the two sums round differently. */
const HAIR = 1e-6

describe('the menus of any policy for any claim', () => {
  it('end with exactly the plans that policy and law allow', () => {
    fc.assert(
      fc.property(soundTerms(), claims(), (terms, claim) => {
        const last = buildOffer(factsOf(terms, claim)).tiers.at(-1) ?? []
        const allowed = everyPlan(terms, claim).map(nameOf)
        expect(plansOf(last)).toEqual(new Set(allowed))
      }),
      RUNS,
    )
  })

  it('hold in each tier exactly the plans that are worth its share', () => {
    fc.assert(
      fc.property(soundTerms(), claims(), (terms, claim) => {
        const { envelope, tiers } = buildOffer(factsOf(terms, claim))
        const allowed = everyPlan(terms, claim)
        for (const share of terms.tiers.slice(0, -1)) {
          // A tier that shows nothing more than the next is not sent.
          const sent = envelope.tiers.findIndex((kept) => kept <= share)
          const shown = plansOf(tiers[sent] ?? [])
          const least = leastWorth(allowed, share)
          const wrong = allowed.filter((plan) => {
            const isClose = Math.abs(plan.worth - least) <= HAIR * Math.max(1, Math.abs(least))
            return !isClose && plan.worth >= least !== shown.has(nameOf(plan))
          })
          expect(wrong).toEqual([])
        }
      }),
      RUNS,
    )
  })

  it('[NEG-03] never take back a plan, and add one each time', () => {
    fc.assert(
      fc.property(soundTerms(), claims(), (terms, claim) => {
        const sets = buildOffer(factsOf(terms, claim)).tiers.map(plansOf)
        for (const [index, set] of sets.entries()) {
          expect(set.size).toBeGreaterThan(0)
          const next = sets[index + 1]
          if (next === undefined) continue
          expect([...set].filter((plan) => !next.has(plan))).toEqual([])
          expect(next.size).toBeGreaterThan(set.size)
        }
      }),
      RUNS,
    )
  })

  it('are never empty, even where only the best plan is good enough', () => {
    fc.assert(
      fc.property(soundTerms(), claims(), (terms, claim) => {
        const { tiers } = buildOffer(factsOf({ ...terms, tiers: [10_000, 0] }, claim))
        expect(tiers.filter((rows) => rows.length === 0)).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })

  it('have rows with a window and an id of their own, and name one final menu', () => {
    fc.assert(
      fc.property(soundTerms(), claims(), (terms, claim) => {
        const facts = factsOf(terms, claim)
        const { tiers, envelope } = buildOffer(facts)
        const menus = tiers.map((_, tier) => buildMenu(facts, tier))
        for (const { rows } of menus) {
          expect(new Set(rows.map(({ rowId }) => rowId)).size).toBe(rows.length)
          expect(rows.filter((row) => compareDays(row.firstDueFrom, row.firstDueTo) > 0)).toEqual(
            [],
          )
        }
        expect(menus.map(({ final }) => final)).toEqual(tiers.map((_, i) => i === tiers.length - 1))
        expect(new Set(menus.map(({ menuId }) => menuId)).size).toBe(tiers.length)
        expect(envelope.tiers).toHaveLength(tiers.length)
        expect(envelope.tiers.at(-1)).toBe(0)
      }),
      RUNS,
    )
  })

  it('allow as a counter what the last menu holds, and a day more of it not', () => {
    fc.assert(
      fc.property(soundTerms(), claims(), (terms, claim) => {
        const facts = factsOf(terms, claim)
        const rows = buildOffer(facts).tiers.at(-1) ?? []
        const allowed = new Set(everyPlan(terms, claim).map(nameOf))
        for (const row of rows.slice(0, 5)) {
          expect(policyAllows(facts, planOf(row, row.firstDueTo))).toBe(true)
          const after = planOf(row, addDays(row.firstDueTo, 1))
          expect(policyAllows(facts, after)).toBe(allowed.has(nameOf(after)))
          expect(
            policyAllows(facts, { ...after, firstDueDate: row.firstDueFrom, priceBps: -4_999 }),
          ).toBe(false)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('have 240 rows at most, whatever the dates', () => {
    const wide = {
      maxDeferralDays: 365,
      maxInstalments: 60,
      maxDurationDays: 1_825,
      maxPrices: 15,
      maxDownPayments: 4,
    }
    const anyLead = claims({ min: -3_650, max: 3_650 })
    fc.assert(
      fc.property(soundTerms(wide), anyLead, (terms, { amount: _, ...claim }) => {
        expect(envelopeWindows(policyBounds(terms, claim)).length).toBeLessThanOrEqual(240)
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})
