// The truth of the negotiation bench, against the truth that a given set of scenarios states of itself.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { productOf, truthOf } from '../../bench/negotiation/truth.ts'
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'

interface Stated {
  zopaSize: number
  paretoSize: number
  creditorAcceptable: number
  debtorAcceptable: number
  nash: { product: number } | null
}

const root = resolve(import.meta.dirname, '../../..')
const file = join(
  resolve(root, process.env['PARLEY_CORPUS'] ?? '../shared/data'),
  'negotiation/scenarios-dev.json',
)
const given: (Scenario & { truth: Stated })[] = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8')).scenarios
  : []

describe.skipIf(given.length === 0)('the truth of given scenarios', () => {
  it('has as many plans for each side, as many deals and the same Nash product', () => {
    expect(given.length).toBeGreaterThan(0)
    for (const scenario of given) {
      const { plans, deals, frontier, nash } = truthOf(scenario)
      const { truth: stated, id } = scenario
      const found = {
        id,
        creditorAcceptable: plans.filter(({ uCreditor }) => uCreditor !== null).length,
        debtorAcceptable: plans.filter(({ uDebtor }) => uDebtor !== null).length,
        zopaSize: deals.length,
      }
      const { creditorAcceptable, debtorAcceptable, zopaSize } = stated
      expect(found).toEqual({ id, creditorAcceptable, debtorAcceptable, zopaSize })
      if (zopaSize > 0) expect([id, frontier.length]).toEqual([id, stated.paretoSize])
      expect(nash === null ? 0 : productOf(nash)).toBeCloseTo(stated.nash?.product ?? 0, 5)
    }
  })
})
