// Makes the prior that the server ships (`catalog/learning/prior.json`) from generated histories alone.
// From them come how much customers and bills differ, and the shape of the curve. The weights are assumed,
// not trained: a customer pays as usual, and a chance is what the curve says, until bills show otherwise.
import { dayNumberOf } from '@parley/sdk/protocol'
import { billOf } from './bill-history.ts'
import { GENERATED_UNTIL, generateHistories } from './generated-histories.ts'
import { normalHazards } from './lateness-curve.ts'
import {
  type FittedWeights,
  LATENESS_WEIGHTS,
  type LearningModel,
  roundModel,
  SELF_CURE_WEIGHTS,
} from './learning-model.ts'
import { trainModel } from './train-model.ts'

const CUSTOMERS = 300
export const PRIOR_SEED = 7

/** Returns the shipped prior: the same on every machine. */
export function makePrior(seed: number = PRIOR_SEED): LearningModel {
  const made = trainModel({
    bills: generateHistories({ customers: CUSTOMERS, seed }).map(billOf),
    until: dayNumberOf(GENERATED_UNTIL),
    prior: PLAIN,
    id: 'prior',
    version: 1,
    source: 'generated histories: nobody’s data',
    seed,
  })
  const { selfCure, lateness } = PLAIN
  return roundModel({ ...made, selfCure, lateness })
}

/** Before anything: a customer pays as usual, normally spread, and the curve is believed. */
const PLAIN: LearningModel = {
  id: 'plain',
  version: 1,
  source: 'plain assumptions',
  bills: 0,
  customers: 0,
  seed: 0,
  scale: {
    mean: 0,
    within: 50,
    between: 50,
    disputeDays: 0,
    electronicDays: 0,
    onTime: { mean: 0.5, weight: 4 },
    cured: { mean: 0.5, weight: 4 },
    disputed: { mean: 0.05, weight: 10 },
  },
  selfCure: {
    issue: only(SELF_CURE_WEIGHTS, { curve: 1 }),
    'after-due': only(SELF_CURE_WEIGHTS, { curve: 1 }),
  },
  // The trait is in tens of days.
  lateness: only(LATENESS_WEIGHTS, { 'usual-lateness': 10 }),
  hazards: normalHazards(),
}

function only(ids: readonly string[], values: Readonly<Record<string, number>>): FittedWeights {
  const weights = ids.map((id) => values[id] ?? 0)
  return { weights, examples: 0, strength: 1 }
}
