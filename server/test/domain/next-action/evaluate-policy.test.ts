import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Estimate,
  evaluatePolicy,
  POLICIES,
  type Policy,
} from '../../../src/domain/next-action/evaluate-policy.ts'
import { faultOfChoice, type LoggedChoice } from '../../../src/domain/next-action/logged-choice.ts'
import { bestIn, loggedChoices, trueMean } from './support-logged.ts'

const TARGETS: readonly [string, Policy, number][] = [
  [
    'text messages alone',
    ({ actions }) => actions.map((_, i) => (i === 1 ? 1 : 0)),
    trueMean(() => [0, 1, 0]),
  ],
  [
    'half and half',
    ({ actions }) => actions.map((_, i) => (i === 1 ? 0 : 0.5)),
    trueMean(() => [0.5, 0, 0.5]),
  ],
  ['the best of each segment', ({ segment }) => bestIn(segment), trueMean(bestIn)],
]
const KINDS = ['inversePropensity', 'selfNormalised', 'doublyRobust'] as const
const SEEDS = Array.from({ length: 120 }, (_, seed) => seed + 1)

const policyOf = (name: string): Policy => {
  const found = POLICIES[name]
  if (found === undefined) throw new Error(name)
  return found.policy
}

describe('a policy that was never lived under', () => {
  it.each(TARGETS)('%s: its intervals hold the truth about 95 times in 100', (_, policy, truth) => {
    const covered = { inversePropensity: 0, selfNormalised: 0, doublyRobust: 0 }
    const widths = { inversePropensity: 0, selfNormalised: 0, doublyRobust: 0 }
    const sums = { inversePropensity: 0, selfNormalised: 0, doublyRobust: 0 }
    for (const seed of SEEDS) {
      const found = evaluatePolicy(loggedChoices(400, seed), policy)
      for (const kind of KINDS) {
        const { mean, low, high } = found[kind]
        covered[kind] += low <= truth && truth <= high ? 1 : 0
        widths[kind] += (high - low) / SEEDS.length
        sums[kind] += (mean - truth) / SEEDS.length
      }
    }
    for (const kind of KINDS) {
      expect(Math.abs(sums[kind]), `bias ${kind}`).toBeLessThan(0.04)
      expect(covered[kind] / SEEDS.length, `coverage ${kind}`).toBeGreaterThan(0.88)
    }
    expect(widths.doublyRobust).toBeLessThan(widths.inversePropensity)
  })

  it('looks worse than it is when weights are left out: plain means are fooled here', () => {
    const choices = loggedChoices(2000, 3)
    const text = choices.filter(({ chosen }) => chosen === 1)
    const plain = text.reduce((sum, { reward }) => sum + reward, 0) / text.length
    const [, policy, truth] = TARGETS[0] ?? []
    if (policy === undefined || truth === undefined) throw new Error('no target')
    const { doublyRobust } = evaluatePolicy(choices, policy)
    expect(Math.abs(doublyRobust.mean - truth)).toBeLessThan(Math.abs(plain - truth))
  })

  it('that made the choices itself is worth their mean', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const choices = loggedChoices(40, seed)
        const plain = choices.reduce((sum, { reward }) => sum + reward, 0) / choices.length
        const found = evaluatePolicy(choices, policyOf('logged'))
        expect(found.inversePropensity.mean).toBeCloseTo(plain, 9)
        expect(found.selfNormalised.mean).toBeCloseTo(plain, 9)
        expect(found.effectiveChoices).toBeCloseTo(choices.length, 6)
        expect(found.largestWeight).toBeCloseTo(1, 9)
      }),
      { numRuns: 30 },
    )
  })

  it('is told apart from the journey when it is better', () => {
    const choices = loggedChoices(3000, 9)
    const best = evaluatePolicy(choices, policyOf('best')).doublyRobust
    const journey = evaluatePolicy(choices, policyOf('journey')).doublyRobust
    expect(best.low).toBeGreaterThan(journey.high)
    const near = ({ low, high }: Estimate, truth: number) => low <= truth && truth <= high
    expect(
      near(
        journey,
        trueMean(() => [1, 0, 0]),
      ),
    ).toBe(true)
  })

  it('counts choices of one customer together: repeating them makes nothing surer', () => {
    const choices = loggedChoices(200, 4)
    const thrice = [...choices, ...choices, ...choices]
    const width = (all: LoggedChoice[]) => {
      const { low, high } = evaluatePolicy(all, policyOf('journey')).inversePropensity
      return high - low
    }
    expect(width(thrice)).toBeCloseTo(width(choices), 9)
  })

  it('says of which of its choices nothing is known', () => {
    const closed = loggedChoices(50, 2).map(
      (choice): LoggedChoice => ({
        ...choice,
        chosen: 0,
        actions: choice.actions.map(({ arm }, index) => ({
          arm,
          probability: index === 0 ? 1 : 0,
        })),
      }),
    )
    expect(evaluatePolicy(closed, policyOf('waiting')).unsupported).toBe(1)
    expect(evaluatePolicy(closed, policyOf('journey')).unsupported).toBe(0)
  })
})

describe('a logged choice', () => {
  const [sound] = loggedChoices(1, 1)
  it.each([
    ['not an object', null],
    ['customer is missing', { ...sound, customer: '' }],
    ['segment is missing', { ...sound, segment: 1 }],
    ['reward is no number', { ...sound, reward: null }],
    ['actions are no list of arm and probability', { ...sound, actions: [] }],
    ['actions are no list of arm and probability', { ...sound, actions: [{ arm: 'wait' }] }],
    [
      'the probabilities sum to 0.5, not to 1',
      { ...sound, actions: [{ arm: 'a', probability: 0.5 }] },
    ],
    ['chosen names none of the actions', { ...sound, chosen: 9 }],
    [
      'what was chosen had no probability',
      {
        ...sound,
        chosen: 0,
        actions: [
          { arm: 'a', probability: 0 },
          { arm: 'b', probability: 1 },
        ],
      },
    ],
  ])('is refused: %s', (fault, value) => {
    expect(faultOfChoice(value)).toBe(fault)
    expect(faultOfChoice(sound)).toBe(null)
  })
})
