// The policy on a small world whose truth it does not see. Seeded: it may fail only when the code changes.
import { beforeAll, describe, expect, it } from 'vitest'
import {
  createYears,
  type Figures,
  figuresOf,
  mean,
  OPEN_JOURNEY,
} from '../../bench/next-action/compare.ts'
import type { Chooser } from '../../bench/next-action/simulate.ts'

const SEEDS = [1, 2, 3]
const PEOPLE = 200

describe('the policy among people whom it does not know', () => {
  const found = new Map<Chooser, Figures[]>()
  const live = createYears()
  beforeAll(() => {
    const choosers = [
      'journey',
      'by-chance',
      'not-learning',
      'learning',
      'knows-the-truth',
    ] as const
    for (const chooser of choosers) {
      const years = SEEDS.map((seed) => live({ journey: OPEN_JOURNEY, chooser }, PEOPLE, seed))
      found.set(chooser, years.map(figuresOf))
    }
  }, 120_000)
  const figure = (chooser: Chooser, name: keyof Figures) =>
    mean((found.get(chooser) ?? []).map((it) => it[name]))

  it('regrets less than chance and than the journey as it is, and less the longer it learns', () => {
    expect(figure('learning', 'regret')).toBeLessThan(0.6 * figure('by-chance', 'regret'))
    expect(figure('learning', 'regret')).toBeLessThan(0.9 * figure('journey', 'regret'))
    expect(figure('learning', 'regretAtLast')).toBeLessThan(
      0.9 * figure('learning', 'regretAtFirst'),
    )
    expect(figure('learning', 'regret')).toBeLessThan(figure('not-learning', 'regret'))
    expect(figure('knows-the-truth', 'regret')).toBeCloseTo(0, 9)
  })

  it('brings no less than the journey, with no more messages and no more opt-outs', () => {
    expect(figure('learning', 'recovered')).toBeGreaterThan(figure('journey', 'recovered'))
    expect(figure('learning', 'contacts')).toBeLessThan(figure('journey', 'contacts'))
    expect(figure('learning', 'optOuts')).toBeLessThanOrEqual(figure('journey', 'optOuts'))
  })

  it('lives through the same year from the same seed', () => {
    const way = { journey: OPEN_JOURNEY, chooser: 'learning' } as const
    expect(live(way, 60, 5)).toEqual(live(way, 60, 5))
  })
})
