import { describe, expect, it } from 'vitest'
import {
  type Example,
  fitLine,
  fitLogistic,
  sigmoid,
} from '../../../src/domain/learning/fit-weights.ts'
import { drawNormal, seededRandom } from '../../../src/domain/learning/seeded-random.ts'

const FREE = { weights: [0, 0], strength: 1e-9, directions: [0, 0] }

function draw(count: number, yOf: (x: number, random: () => number) => number): Example[] {
  const random = seededRandom(11)
  return Array.from({ length: count }, () => {
    const x = drawNormal(random)
    return { x: [1, x], y: yOf(x, random) }
  })
}

describe('a logistic regression', () => {
  const examples = draw(4000, (x, random) => (random() < sigmoid(0.5 + 1.5 * x) ? 1 : 0))

  it('finds the weights that made the examples', () => {
    const [constant, slope] = fitLogistic(examples, FREE)
    expect(constant).toBeCloseTo(0.5, 0)
    expect(slope).toBeGreaterThan(1.35)
    expect(slope).toBeLessThan(1.65)
  })

  it('stands where the penalised gradient is zero', () => {
    const belief = { weights: [0, 1], strength: 10, directions: [0, 0] }
    const weights = fitLogistic(examples, belief)
    const gradient = [0, 1].map((at) => {
      const data = examples.reduce((sum, { x, y }) => {
        return (
          sum + (x[at] ?? 0) * (y - sigmoid((weights[0] ?? 0) + (weights[1] ?? 0) * (x[1] ?? 0)))
        )
      }, 0)
      return data - (at === 0 ? 1 : 10) * ((weights[at] ?? 0) - (belief.weights[at] ?? 0))
    })
    for (const slope of gradient) expect(Math.abs(slope)).toBeLessThan(1e-6)
  })

  it('stays with what was believed where the strength is great', () => {
    const [, slope] = fitLogistic(examples, { weights: [0, -2], strength: 1e9, directions: [0, 0] })
    expect(slope).toBeCloseTo(-2, 4)
  })

  it('keeps a stated sign: zero, and never against it', () => {
    expect(fitLogistic(examples, { ...FREE, directions: [0, -1] })[1]).toBe(0)
    expect(fitLogistic(examples, { ...FREE, directions: [0, 1] })[1]).toBeGreaterThan(1)
  })

  it('ends for examples that a line divides', () => {
    const divided = [-2, -1, 1, 2].map((x) => ({ x: [1, x], y: x > 0 ? 1 : 0 }))
    const weights = fitLogistic(divided, { weights: [0, 0], strength: 0.1, directions: [0, 0] })
    expect(weights.every(Number.isFinite)).toBe(true)
  })
})

describe('a line', () => {
  it('finds the weights that made the examples', () => {
    const line = fitLine(
      draw(50, (x) => 3 - 2 * x),
      { ...FREE, weights: [3, 0] },
    )
    expect(line[0]).toBeCloseTo(3, 6)
    expect(line[1]).toBeCloseTo(-2, 6)
  })
})
