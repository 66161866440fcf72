// Standings built by hand and at random, and the shipped data that decides on them.
import fc from 'fast-check'
import type { CustomerStanding } from '../../../src/domain/learning/customer-standing.ts'
import { loadNextAction } from '../../../src/next-action-files.ts'

export const { segments: SEGMENTS, values: VALUES } = loadNextAction()

export const UNKNOWN: CustomerStanding = {
  chanceOfSelfCure: null,
  ability: 'unknown',
  willingness: 'unknown',
  contactability: {},
  bestHour: null,
  fragile: false,
  facts: [],
}

export function standing(changes: Partial<CustomerStanding> = {}): CustomerStanding {
  return { ...UNKNOWN, ...changes }
}

const chance = fc.double({ min: 0, max: 1, noNaN: true })

export const anyStanding: fc.Arbitrary<CustomerStanding> = fc.record({
  chanceOfSelfCure: fc.option(chance),
  ability: fc.constantFrom('able', 'strained', 'unknown'),
  willingness: fc.constantFrom('willing', 'unwilling', 'unknown'),
  contactability: fc.record(
    { email: chance, sms: chance, letter: chance, phone: chance },
    { requiredKeys: [] },
  ),
  bestHour: fc.option(fc.integer({ min: 0, max: 23 })),
  fragile: fc.boolean(),
  facts: fc.constant([]),
})
