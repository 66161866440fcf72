// Training: bills in, a model out. Nothing is left to a hand: how firmly the weights are held to what was
// believed before is chosen by leaving out customers, within the bills that are given.
import type { DayNumber } from '@parley/sdk/protocol'
import { type Bill, type BillBook, groupBills } from './bill-history.ts'
import { dealCustomers } from './customer-folds.ts'
import { FEATURES, type HistoryScale, heldLateness } from './features.ts'
import { type Example, fitLine, fitLogistic, scoreOf, sigmoid } from './fit-weights.ts'
import { measureScale } from './history-scale.ts'
import { fitHazards, type Hazards, type Lifetime, timeOfShare } from './lateness-curve.ts'
import {
  type FittedWeights,
  LATENESS_WEIGHTS,
  type LearningModel,
  type Moment,
  type Weights,
} from './learning-model.ts'
import { type DateModel, DISPUTED, ELECTRONIC, seeBill } from './payment-date.ts'
import { cureVector, hasCured, instantOf } from './self-cure.ts'

/** What to train on, and from where. */
export interface Training {
  /** Bills that may teach. */
  readonly bills: readonly Bill[]
  /** Nothing of this day or later is known. */
  readonly until: DayNumber
  /** What is believed before: the model that the server ships, or the former one. */
  readonly prior: LearningModel
  readonly id: string
  readonly version: number
  readonly source: string
  readonly seed: number
}

const STRENGTHS = [1, 3, 10, 30, 100, 300, 1000, 3000]
const FOLDS = 5
/** With fewer examples the strength is not chosen; the prior stays close. */
const LEAST_EXAMPLES = 40
const CAREFUL_STRENGTH = 30
const ROUNDS = 3
const DIRECTIONS = [0, ...FEATURES.map(({ direction }) => direction), 1]
const FREE = LATENESS_WEIGHTS.map(() => 0)

/** An example with its customer, by whom the folds are dealt. */
interface OwnExample extends Example {
  readonly customer: string
}

/** Trains a model; the same bills, prior and seed give the same model, whatever their order. */
export function trainModel(training: Training): LearningModel {
  const { bills, until, prior, seed } = training
  const book = groupBills(bills)
  const scale = measureScale(book, { until, believed: prior.scale })
  const all = [...book.values()].flat()
  const seen = { book, all, scale, until }
  const dates = { scale, ...fitDates(seen, { prior, seed }) }
  const fitChance = (moment: Moment) => {
    const examples = chanceExamples(seen, { model: dates, moment })
    return fitChosen(examples, { believed: prior.selfCure[moment].weights, seed, kind: CHANCE })
  }
  return {
    id: training.id,
    version: training.version,
    source: training.source,
    bills: all.length,
    customers: book.size,
    seed,
    ...dates,
    selfCure: { issue: fitChance('issue'), 'after-due': fitChance('after-due') },
  }
}

interface Seen {
  readonly book: BillBook
  readonly all: readonly Bill[]
  readonly scale: HistoryScale
  readonly until: DayNumber
}

function chanceExamples(
  { book, all, until }: Seen,
  { model, moment }: { model: DateModel; moment: Moment },
): OwnExample[] {
  return all.flatMap((bill) => {
    const cured = hasCured(bill, moment, until)
    if (cured === null) return []
    const own = book.get(bill.customer) ?? []
    const at = instantOf(bill, moment)
    const x = cureVector(seeBill(bill, own, { at, scale: model.scale }), model)
    return [{ x, y: cured ? 1 : 0, customer: bill.customer }]
  })
}

/** What tells a logistic regression from a line: how it is fitted, and what a miss costs. */
interface Kind {
  readonly directions: readonly number[]
  readonly fit: typeof fitLogistic
  loss(example: Example, score: number): number
}

const CHANCE: Kind = {
  directions: DIRECTIONS,
  fit: fitLogistic,
  loss: ({ y }, score) => -Math.log(Math.max(1e-12, y === 1 ? sigmoid(score) : sigmoid(-score))),
}

const LINE: Kind = {
  directions: FREE,
  fit: fitLine,
  loss: ({ y, weight = 1 }, score) => weight * (y - score) ** 2,
}

/** What a choice is made for. */
interface Choice {
  readonly believed: Weights
  readonly seed: number
  readonly kind: Kind
}

function fitChosen(examples: readonly OwnExample[], choice: Choice): FittedWeights {
  const { believed, kind } = choice
  const strength = strengthFor(examples, choice)
  const weights = kind.fit(examples, { weights: believed, strength, directions: kind.directions })
  return { weights, examples: examples.length, strength }
}

function strengthFor(examples: readonly OwnExample[], choice: Choice): number {
  return examples.length < LEAST_EXAMPLES ? CAREFUL_STRENGTH : chooseStrength(examples, choice)
}

/**
 * The most careful strength of which customers left out are foretold as well as by the best one, but for
 * one standard error of the difference between customers (Breiman and others, 1984).
 */
function chooseStrength(examples: readonly OwnExample[], { believed, seed, kind }: Choice): number {
  const foldOf = dealCustomers(
    examples.map(({ customer }) => customer),
    { folds: FOLDS, seed },
  )
  const folds = Array.from({ length: FOLDS }, (_, fold) => {
    const isOut = ({ customer }: OwnExample) => foldOf.get(customer) === fold
    return { rest: examples.filter((it) => !isOut(it)), out: examples.filter(isOut) }
  })
  const tried = STRENGTHS.map((strength) => {
    const losses = new Map<string, number>()
    for (const { rest, out } of folds) {
      const weights = kind.fit(rest, { weights: believed, strength, directions: kind.directions })
      for (const example of out) {
        const before = losses.get(example.customer) ?? 0
        losses.set(example.customer, before + kind.loss(example, scoreOf(example.x, weights)))
      }
    }
    return { strength, losses }
  })
  const best = tried.reduce((a, b) => (total(b.losses) < total(a.losses) ? b : a))
  const good = tried.filter(({ losses }) => isAsGood(losses, best.losses))
  return good.at(-1)?.strength ?? best.strength
}

function isAsGood(losses: ReadonlyMap<string, number>, best: ReadonlyMap<string, number>): boolean {
  const more = [...losses].map(([customer, loss]) => loss - (best.get(customer) ?? 0))
  const mean = more.reduce((sum, value) => sum + value, 0) / more.length
  const squares = more.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return mean <= Math.sqrt(squares) / more.length
}

function total(losses: ReadonlyMap<string, number>): number {
  return [...losses.values()].reduce((sum, loss) => sum + loss, 0)
}

/**
 * Lateness by a line, and the curve around it. A bill that is not paid yet takes the lateness that the
 * curve expects of one that has been open for so long (Buckley and James, 1979).
 */
function fitDates(
  { book, all, scale, until }: Seen,
  { prior, seed }: { prior: LearningModel; seed: number },
): { lateness: FittedWeights; hazards: Hazards } {
  const seen = all.flatMap((bill) => {
    const ends = Math.min(bill.settled, bill.ended, until)
    if (bill.issued >= until || ends < bill.issued) return []
    const own = book.get(bill.customer) ?? []
    const { x: known, unit: spread } = seeBill(bill, own, { at: bill.issued, scale })
    const x = known.with(DISPUTED, bill.disputed < until ? 1 : 0)
    const isPaid = bill.settled < until && bill.settled <= bill.ended
    return [{ customer: bill.customer, x, spread, isPaid, late: heldLateness(ends - bill.due) }]
  })
  const unit = Math.sqrt(scale.within)
  // What disputes and the way of sending do was measured within customers, which is surer.
  const start: Weights = prior.lateness.weights
    .with(DISPUTED, scale.disputeDays)
    .with(ELECTRONIC, scale.electronicDays)
  const believed = start.map((weight) => weight / unit)
  let weights = start
  let hazards = prior.hazards
  let strength: number | null = null
  for (let round = 0; round < ROUNDS; round++) {
    const examples = seen.map(({ customer, x, spread, isPaid, late }): OwnExample => {
      const centre = scoreOf(x, weights)
      const from = (late - centre) / spread
      const time = isPaid ? from : timeOfShare(hazards, { share: 0.5, from })
      const weight = scale.within / spread ** 2
      return { customer, x, y: (centre + spread * time) / unit, weight }
    })
    strength ??= strengthFor(examples, { believed, seed, kind: LINE })
    const line = fitLine(examples, { weights: believed, strength, directions: FREE })
    weights = line.map((weight) => weight * unit)
    const lifetimes = seen.map(({ x, spread, isPaid, late }): Lifetime => {
      return { at: (late - scoreOf(x, weights)) / spread, isPaid }
    })
    hazards = fitHazards(lifetimes, prior.hazards)
  }
  const lateness = { weights, examples: seen.length, strength: strength ?? CAREFUL_STRENGTH }
  return { lateness, hazards }
}
