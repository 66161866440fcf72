// A model as data: what all customers have in common, and the weights of every trait. Trained per
// creditor, kept with a version, readable by a person.
import { FEATURES, type HistoryScale } from './features.ts'
import type { Hazards } from './lateness-curve.ts'

/** When a bill is judged: as it is issued, or after its due day has passed without payment. */
export const MOMENTS = ['issue', 'after-due'] as const
export type Moment = (typeof MOMENTS)[number]

/**
 * The constant first, then one a trait in the order of `FEATURES`. For self-cure the last one is that of
 * what the curve of dates says, in natural log odds: with 1 there and 0 elsewhere the curve is believed.
 */
export type Weights = readonly number[]

/** The shape of `catalog/learning/learning-model.schema.json`. */
export interface LearningModel {
  readonly id: string
  /** Rises with every training; a fact names the version that it came from. */
  readonly version: number
  /** What it was trained on, in a sentence. */
  readonly source: string
  readonly bills: number
  readonly customers: number
  readonly seed: number
  readonly scale: HistoryScale
  readonly selfCure: Readonly<Record<Moment, FittedWeights>>
  /** Expected lateness in days; the curve then tells around it. */
  readonly lateness: FittedWeights
  readonly hazards: Hazards
}

/** Weights, on how many examples they stand, and how firmly they were held to what was believed. */
export interface FittedWeights {
  readonly weights: Weights
  readonly examples: number
  readonly strength: number
}

/** The names of the weights, in their order. */
export const LATENESS_WEIGHTS: readonly string[] = ['constant', ...FEATURES.map(({ id }) => id)]
export const SELF_CURE_WEIGHTS: readonly string[] = [...LATENESS_WEIGHTS, 'curve']

/** Tells what the schema cannot: a model of other traits. */
export function findModelFaults({ selfCure, lateness }: LearningModel): string[] {
  const counts: [name: string, found: number, expected: number][] = [
    ['lateness', lateness.weights.length, LATENESS_WEIGHTS.length],
    ...MOMENTS.map((moment): [string, number, number] => {
      return [`selfCure.${moment}`, selfCure[moment].weights.length, SELF_CURE_WEIGHTS.length]
    }),
  ]
  return counts.flatMap(([name, found, expected]) => {
    return found === expected ? [] : [`${name} has ${found} weights, not ${expected}`]
  })
}

/** Six decimals: what follows says nothing, a reader need not see it, and machines differ in the last ones. */
export function roundModel(model: LearningModel): LearningModel {
  return JSON.parse(JSON.stringify(model), (_, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 1e6) / 1e6 + 0 : value,
  )
}
