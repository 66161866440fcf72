import { describe, expect, it } from 'vitest'
import {
  askedAgent,
  isAskedAgent,
  stepIdOf,
  stepKey,
} from '../../../src/domain/dunning/step-key.ts'

describe('the name of a step', () => {
  it('has its round, but in the first', () => {
    expect([stepKey('reminder', 1), stepKey('reminder', 12)]).toEqual(['reminder', 'reminder~12'])
  })

  it('leads back to its id, in every round', () => {
    for (const round of [1, 2, 12]) expect(stepIdOf(stepKey('reminder', round))).toBe('reminder')
  })

  it('leads back to its id as well where the agent was asked, in every round', () => {
    for (const round of [1, 2, 12]) {
      const key = askedAgent(stepKey('reminder', round))
      expect(stepIdOf(key)).toBe(askedAgent('reminder'))
      expect(isAskedAgent(key)).toBe(true)
    }
  })
})
