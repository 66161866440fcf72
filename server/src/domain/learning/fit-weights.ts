// Fits weights to examples by penalised maximum likelihood, exactly: logistic regression by Newton's
// method (iteratively reweighted least squares) and linear regression in one step of the same. The penalty
// draws the weights to those that were believed before; signs that are stated are kept.

/** One example: a vector with the constant 1 in front, and what came of it. */
export interface Example {
  readonly x: readonly number[]
  /** 0 or 1 for chances; days for lines. */
  readonly y: number
  readonly weight?: number
}

/** What is believed before the data, and how firmly. */
export interface Belief {
  readonly weights: readonly number[]
  /** The penalty: the more, the nearer the result stays to `weights`. */
  readonly strength: number
  /** By weight: -1 never above zero, 1 never below, 0 free. */
  readonly directions: readonly number[]
}

const MOST_STEPS = 50
const CLOSE = 1e-10
/** The constant is drawn to what was believed as by one example, whatever the strength. */
const CONSTANT_STRENGTH = 1

/** Returns the weights of a logistic regression. */
export function fitLogistic(examples: readonly Example[], belief: Belief): number[] {
  return withSigns(belief, (free) => newton(examples, { belief, free, isLogistic: true }))
}

/** Returns the weights of a linear regression. */
export function fitLine(examples: readonly Example[], belief: Belief): number[] {
  return withSigns(belief, (free) => newton(examples, { belief, free, isLogistic: false }))
}

export function sigmoid(score: number): number {
  return score >= 0 ? 1 / (1 + Math.exp(-score)) : Math.exp(score) / (1 + Math.exp(score))
}

/** The product of a vector and its weights. */
export function scoreOf(x: readonly number[], weights: readonly number[]): number {
  let score = 0
  for (let at = 0; at < x.length; at++) score += (x[at] ?? 0) * (weights[at] ?? 0)
  return score
}

/** Weights with a sign against their direction are set to zero, and the others are fitted again. */
function withSigns(
  { directions }: Belief,
  fitFree: (free: readonly boolean[]) => number[],
): number[] {
  const free = directions.map(() => true)
  for (;;) {
    const weights = fitFree(free)
    const wrong = weights.findIndex((weight, at) => weight * (directions[at] ?? 0) < 0)
    if (wrong < 0) return weights
    weights.forEach((weight, at) => {
      if (weight * (directions[at] ?? 0) < 0) free[at] = false
    })
  }
}

interface Fit {
  readonly belief: Belief
  readonly free: readonly boolean[]
  readonly isLogistic: boolean
}

function newton(examples: readonly Example[], fit: Fit): number[] {
  const { belief, free, isLogistic } = fit
  const size = belief.weights.length
  const weights = belief.weights.map((weight, at) => (free[at] === true ? weight : 0))
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = new Float64Array(size)
    const curvature = new Float64Array(size * size)
    for (const { x, y, weight = 1 } of examples) {
      const score = scoreOf(x, weights)
      const expected = isLogistic ? sigmoid(score) : score
      const bend = weight * (isLogistic ? Math.max(expected * (1 - expected), 1e-9) : 1)
      for (let i = 0; i < size; i++) {
        const value = x[i] ?? 0
        gradient[i] = (gradient[i] ?? 0) + weight * (y - expected) * value
        for (let j = 0; j <= i; j++) {
          const at = i * size + j
          curvature[at] = (curvature[at] ?? 0) + bend * value * (x[j] ?? 0)
        }
      }
    }
    penalise({ gradient, curvature, weights }, fit)
    const change = solve(curvature, gradient)
    const largest = Math.max(...change.map(Math.abs))
    // A long step may overshoot where chances are near 0 or 1.
    const part = isLogistic ? Math.min(1, 5 / Math.max(largest, 1e-12)) : 1
    for (let i = 0; i < size; i++) weights[i] = (weights[i] ?? 0) + part * (change[i] ?? 0)
    if (largest < CLOSE) break
  }
  return weights
}

interface Step {
  readonly gradient: Float64Array
  readonly curvature: Float64Array
  readonly weights: readonly number[]
}

function penalise({ gradient, curvature, weights }: Step, { belief, free }: Fit): void {
  const size = weights.length
  for (let i = 0; i < size; i++) {
    const strength = i === 0 ? CONSTANT_STRENGTH : belief.strength
    const diagonal = i * size + i
    gradient[i] = (gradient[i] ?? 0) - strength * ((weights[i] ?? 0) - (belief.weights[i] ?? 0))
    curvature[diagonal] = (curvature[diagonal] ?? 0) + strength
    if (free[i] === true) continue
    gradient[i] = 0
    for (let j = 0; j < size; j++) {
      if (j <= i) curvature[i * size + j] = 0
      else curvature[j * size + i] = 0
    }
    curvature[diagonal] = 1
  }
}

/** Solves a symmetric positive definite system by Cholesky's method; the lower half is given. */
function solve(matrix: Float64Array, right: Float64Array): number[] {
  const size = right.length
  const lower = Float64Array.from(matrix)
  const cell = (i: number, j: number) => lower[i * size + j] ?? 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let value = cell(i, j)
      for (let k = 0; k < j; k++) value -= cell(i, k) * cell(j, k)
      lower[i * size + j] = i === j ? Math.sqrt(Math.max(value, 1e-12)) : value / cell(j, j)
    }
  }
  const result: number[] = [...right]
  for (let i = 0; i < size; i++) {
    let value = result[i] ?? 0
    for (let k = 0; k < i; k++) value -= cell(i, k) * (result[k] ?? 0)
    result[i] = value / cell(i, i)
  }
  for (let i = size - 1; i >= 0; i--) {
    let value = result[i] ?? 0
    for (let k = i + 1; k < size; k++) value -= cell(k, i) * (result[k] ?? 0)
    result[i] = value / cell(i, i)
  }
  return result
}
