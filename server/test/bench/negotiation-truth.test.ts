// The scorer of the negotiation bench: it judges the engines, so it is judged here by hand.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alternateOffers } from '../../bench/negotiation/alternating-offers.ts'
import { BASELINES } from '../../bench/negotiation/baselines.ts'
import { generateScenarios } from '../../bench/negotiation/generate-scenarios.ts'
import { outcomesOf } from '../../bench/negotiation/outcome-space.ts'
import { createTally } from '../../bench/negotiation/score.ts'
import { agreementOf, truthOf } from '../../bench/negotiation/truth.ts'
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'

const FILE = join(import.meta.dirname, '../cli/fixtures/scenarios.json')
const { scenarios } = JSON.parse(readFileSync(FILE, 'utf8')) as { scenarios: Scenario[] }

function named(id: string): Scenario {
  const scenario = scenarios.find((one) => one.id === id)
  if (scenario === undefined) throw new Error(`there is no scenario ${id}`)
  return scenario
}

describe('the truth of the negotiation bench', () => {
  it('keeps the day of the month, whole cents and half-even prices', () => {
    const plan = outcomesOf({
      ...named('spreads-it-out'),
      request: { currency: 'EUR', principalCents: 10_100 },
      domain: { ...named('rebate-or-fee').domain, minNoticeDays: 0, priceLevelsBps: [0, 50] },
    }).filter(({ firstIn, instalments, interval }) => {
      return firstIn === 0 && instalments === 3 && interval === 3
    })
    // 2027-01-31, then 28 February and 31 March.
    expect(plan.map(({ dueIn }) => dueIn)).toEqual([
      [0, 28, 59],
      [0, 28, 59],
    ])
    expect(plan.map(({ total, first, other }) => [total, first, other])).toEqual([
      [10_100, 3_368, 3_366],
      [10_150, 3_384, 3_383],
    ])
  })

  it('sees that there is no deal, and where there is one has the best on the frontier', () => {
    expect(truthOf(named('cannot-pay'))).toMatchObject({ deals: [], frontier: [], nash: null })
    expect(truthOf(named('nothing-to-offer'))).toMatchObject({ deals: [], nash: null })
    for (const id of ['pays-after-pay-day', 'spreads-it-out', 'rebate-or-fee']) {
      const { deals, frontier, nash } = truthOf(named(id))
      expect(frontier).toContain(nash)
      const isDominated = frontier.some((one) =>
        deals.some((two) => two.uCreditor > one.uCreditor && two.uDebtor > one.uDebtor),
      )
      expect(isDominated).toBe(false)
    }
  })

  it('scores the Nash point 1 and a plan that the debtor cannot pay as invalid', () => {
    const scenario = named('spreads-it-out')
    const truth = truthOf(scenario)
    const result = { id: scenario.id, messages: 4, debtorOffers: 0 }
    const best = createTally()
    if (truth.nash === null) throw new Error('there is a deal')
    const agreement = agreementOf(scenario, truth.nash.outcome)
    best.add(scenario, truth, { ...result, agreement })
    expect(best.score()).toMatchObject({
      ...{ possible: 1, agreed: 1, invalid: 0, nash: 1, paretoDistance: 0 },
      roundTrips: { median: 2, most: 2 },
    })
    const worse = createTally()
    const atOnce = { ...agreement, installments: 1, interval: null }
    worse.add(scenario, truth, { ...result, agreement: atOnce })
    expect(worse.score()).toMatchObject({ agreed: 0, invalid: 1, nash: 0 })
    expect(worse.score().money).toBeCloseTo(8_500, 6)
  })

  it('plays rivals that agree on nothing that one side refuses', () => {
    const made = generateScenarios(6, 7)
    expect(generateScenarios(6, 7)).toEqual(made)
    for (const scenario of [...scenarios, ...made]) {
      const truth = truthOf(scenario)
      const tally = createTally()
      for (const { play } of BASELINES) tally.add(scenario, truth, play(scenario, truth))
      expect(tally.score().invalid).toBe(0)
    }
  })

  it('ends alternating offers at the last round', () => {
    const scenario = named('cannot-pay')
    const cents = { uCreditor: 1, uDebtor: null, value: 1 }
    const [one, two] = outcomesOf(scenario)
    if (one === undefined || two === undefined) throw new Error('the domain has plans')
    const apart = {
      ...truthOf(scenario),
      plans: [
        { ...cents, outcome: one },
        { ...cents, outcome: two, uCreditor: null, uDebtor: 1 },
      ],
    }
    const options = { rounds: 3, envelopeKnown: false }
    expect(alternateOffers(scenario, apart, options)).toMatchObject({
      ...{ agreement: null, messages: 6, debtorOffers: 3 },
    })
  })
})
