// Judges a policy by choices that another one made, before anybody lives under it: by inverse
// propensity (Horvitz and Thompson, 1952), self-normalised (Hájek, 1971), and doubly robust (Dudík,
// Langford and Li, 2011), with a model that never saw the customer it speaks of. Intervals at 95 %,
// choices of one customer taken together.
import { NORMAL_97_5 } from '../share-interval.ts'
import type { LoggedChoice } from './logged-choice.ts'
import { fitRewards, type RewardModel } from './reward-model.ts'

/** Says with which probability a policy would choose each action, in their order. */
export type Policy = (choice: LoggedChoice, expected: RewardModel) => readonly number[]

/** A mean reward a choice with its interval. */
export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface PolicyEvaluation {
  readonly choices: number
  readonly customers: number
  readonly inversePropensity: Estimate
  readonly selfNormalised: Estimate
  readonly doublyRobust: Estimate
  /** As many choices as equal weights would be worth. */
  readonly effectiveChoices: number
  readonly largestWeight: number
  /** The share of its choices that were never open to chance: nothing is known of them. */
  readonly unsupported: number
}

const FOLDS = 5

/** Evaluates a policy. The same choices in any order give the same figures. */
export function evaluatePolicy(choices: readonly LoggedChoice[], policy: Policy): PolicyEvaluation {
  const rows = rowsOf(choices, policy)
  const customers = new Set(choices.map(({ customer }) => customer)).size
  const meanWeight = mean(rows.map(({ weight }) => weight))
  const normalised = mean(rows.map(({ weight, reward }) => weight * reward)) / (meanWeight || 1)
  const squares = rows.reduce((sum, { weight }) => sum + weight ** 2, 0)
  return {
    choices: rows.length,
    customers,
    inversePropensity: estimate(rows, ({ weight, reward }) => weight * reward),
    selfNormalised: estimate(rows, ({ weight, reward }) => {
      return normalised + (weight * (reward - normalised)) / (meanWeight || 1)
    }),
    doublyRobust: estimate(rows, ({ direct, weight, reward, foretold }) => {
      return direct + weight * (reward - foretold)
    }),
    effectiveChoices: squares === 0 ? 0 : (rows.length * meanWeight) ** 2 / squares,
    largestWeight: Math.max(0, ...rows.map(({ weight }) => weight)),
    unsupported: mean(rows.map(({ unsupported }) => unsupported)),
  }
}

interface Row {
  readonly customer: string
  readonly reward: number
  readonly weight: number
  /** What the model foretells of the policy's own actions, and of the one that was taken. */
  readonly direct: number
  readonly foretold: number
  readonly unsupported: number
}

function rowsOf(choices: readonly LoggedChoice[], policy: Policy): Row[] {
  const ids = [...new Set(choices.map(({ customer }) => customer))].sort()
  const foldOf = new Map(ids.map((id, index) => [id, index % FOLDS]))
  const models = Array.from({ length: FOLDS }, (_, fold) => {
    return fitRewards(choices.filter(({ customer }) => foldOf.get(customer) !== fold))
  })
  return choices.map((choice) => {
    const model = models[foldOf.get(choice.customer) ?? 0] ?? fitRewards([])
    return rowOf(choice, policy(choice, model), model)
  })
}

function rowOf(choice: LoggedChoice, wished: readonly number[], model: RewardModel): Row {
  const { customer, segment, actions, chosen, reward } = choice
  const taken = actions[chosen]
  const foretold = actions.map(({ arm }) => model(segment, arm))
  const sum = (of: (index: number) => number) =>
    actions.reduce((total, _, index) => total + (wished[index] ?? 0) * of(index), 0)
  return {
    customer,
    reward,
    weight: taken === undefined ? 0 : (wished[chosen] ?? 0) / taken.probability,
    direct: sum((index) => foretold[index] ?? 0),
    foretold: foretold[chosen] ?? 0,
    unsupported: sum((index) => (actions[index]?.probability === 0 ? 1 : 0)),
  }
}

/** The mean of what each row says, with the interval of a mean over customers. */
function estimate(rows: readonly Row[], worth: (row: Row) => number): Estimate {
  const values = rows.map(worth)
  const centre = mean(values)
  const byCustomer = new Map<string, number>()
  for (const [index, { customer }] of rows.entries()) {
    const deviation = (values[index] ?? 0) - centre
    byCustomer.set(customer, (byCustomer.get(customer) ?? 0) + deviation)
  }
  const squares = [...byCustomer.values()].reduce((sum, it) => sum + it ** 2, 0)
  const few = byCustomer.size / Math.max(byCustomer.size - 1, 1)
  const reach = (NORMAL_97_5 * Math.sqrt(squares * few)) / Math.max(rows.length, 1)
  return { mean: centre, low: centre - reach, high: centre + reach }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, it) => sum + it, 0) / Math.max(values.length, 1)
}

/** The policies that can be judged by their names. */
export const POLICIES: Readonly<Record<string, { meaning: string; policy: Policy }>> = {
  logged: {
    meaning: 'the one that made the choices',
    policy: ({ actions }) => actions.map(({ probability }) => probability),
  },
  journey: {
    meaning: 'the journey as it is: the first channel, at once',
    policy: ({ actions }) => actions.map((_, index) => (index === 0 ? 1 : 0)),
  },
  waiting: {
    meaning: 'a day of waiting wherever that is open, else the journey as it is',
    policy: ({ actions }) => {
      const wait = actions.findIndex(({ arm }) => arm === 'wait')
      return actions.map((_, index) => (index === Math.max(wait, 0) ? 1 : 0))
    },
  },
  best: {
    meaning: 'what brought the most with other customers, in this segment',
    policy: ({ segment, actions }, expected) => {
      const values = actions.map(({ arm }) => expected(segment, arm))
      const best = values.indexOf(Math.max(...values))
      return actions.map((_, index) => (index === best ? 1 : 0))
    },
  },
}
