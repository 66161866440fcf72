// Trains and judges on past bills: the model beside what anybody could say, on the same bills.
import type { DayNumber } from '@parley/sdk/protocol'
import {
  BASELINES,
  type Baseline,
  type CommonPast,
  commonPast,
  expectByBaselines,
  judgeByBaselines,
} from './baselines.ts'
import type { BillBook } from './bill-history.ts'
import { type CalibrationGroup, calibrate } from './calibration.ts'
import { bootstrapIntervals, type Draws, type Interval } from './cluster-bootstrap.ts'
import { type LearningModel, MOMENTS, type Moment } from './learning-model.ts'
import { expectPayment } from './payment-date.ts'
import { brierScore, type ChanceScores, chanceScorer, type Judged } from './score-chances.ts'
import { hasCured, instantOf, selfCureChance } from './self-cure.ts'
import type { Round } from './split-bills.ts'
import { trainModel } from './train-model.ts'

export type Judge = 'model' | Baseline
export const JUDGES: readonly Judge[] = ['model', ...BASELINES]

/** A figure with its interval at 95 %, and that of its lead over the model's. */
export interface Figure {
  readonly value: number | null
  readonly interval: Interval | null
  /** Model minus this judge; for the model itself null. */
  readonly lead: Interval | null
}

export type ChanceFigure = keyof ChanceScores

export interface ChanceResult {
  readonly moment: Moment
  readonly bills: number
  readonly customers: number
  readonly cured: number
  /** Bills of which nobody can know whether they would have cured: reminded, ended, not over yet. */
  readonly unknown: number
  readonly judges: Readonly<Record<Judge, Readonly<Record<ChanceFigure, Figure>>>>
  readonly brier: number | null
  readonly calibration: readonly CalibrationGroup[]
}

/** When a date is foretold: at issue; at issue with disputes told; after the due day passed unpaid. */
export const DATE_MOMENTS = ['issue', 'issue-dispute-told', 'after-due'] as const
export type DateMoment = (typeof DATE_MOMENTS)[number]

export interface DateResult {
  readonly moment: DateMoment
  readonly bills: number
  /** Mean of the absolute distance in days. */
  readonly judges: Readonly<Record<Judge, Figure>>
  /** The share of payments within the interval of the model. */
  readonly covered: number | null
}

export interface Evaluation {
  readonly train: number
  readonly test: number
  readonly customers: number
  readonly chances: readonly ChanceResult[]
  readonly dates: readonly DateResult[]
}

export interface EvaluationInput {
  readonly book: BillBook
  readonly rounds: readonly Round[]
  /** The first day of which nothing is known. */
  readonly until: DayNumber
  readonly prior: LearningModel
  readonly seed: number
  readonly draws: Draws
}

/** Trains a model for each round and judges the bills of all rounds together. */
export function evaluateModel(input: EvaluationInput): Evaluation {
  const trained = input.rounds.map((round): Trained => {
    const { until, prior, seed } = input
    const of = { until, prior, seed, id: 'evaluated', version: 1, source: 'training bills' }
    return {
      ...round,
      model: trainModel({ bills: round.train, ...of }),
      common: commonPast(round.train, until),
    }
  })
  const test = input.rounds.flatMap((round) => round.test)
  return {
    train: input.rounds.reduce((sum, round) => Math.max(sum, round.train.length), 0),
    test: test.length,
    customers: new Set(test.map(({ customer }) => customer)).size,
    chances: MOMENTS.map((moment) => judgeChances(input, trained, moment)),
    dates: DATE_MOMENTS.map((moment) => judgeDates(input, trained, moment)),
  }
}

interface Trained extends Round {
  readonly model: LearningModel
  readonly common: CommonPast
}

function judgeChances(
  { book, until, draws }: EvaluationInput,
  trained: readonly Trained[],
  moment: Moment,
): ChanceResult {
  const byJudge = Object.fromEntries(JUDGES.map((judge) => [judge, [] as Judged[]])) as Record<
    Judge,
    Judged[]
  >
  let unknown = 0
  for (const { test, model, common } of trained) {
    for (const bill of test) {
      if (bill.settled < instantOf(bill, moment)) continue
      const came = hasCured(bill, moment, until)
      if (came === null) unknown += 1
      if (came === null) continue
      const { invoice, customer } = bill
      const own = book.get(customer) ?? []
      const { chance } = selfCureChance(bill, own, { model, moment })
      const said = judgeByBaselines(bill, own, { moment, common })
      byJudge.model.push({ invoice, customer, came, score: chance, says: chance >= 0.5 })
      for (const judge of BASELINES)
        byJudge[judge].push({ invoice, customer, came, ...said[judge] })
    }
  }
  const judged = byJudge.model
  return {
    moment,
    bills: judged.length,
    customers: new Set(judged.map(({ customer }) => customer)).size,
    cured: judged.filter(({ came }) => came).length,
    unknown,
    judges: chanceFigures(byJudge, draws),
    brier: brierScore(judged),
    calibration: calibrate(judged),
  }
}

const CHANCE_FIGURES = ['accuracy', 'balanced', 'auc'] as const satisfies readonly ChanceFigure[]

function chanceFigures(byJudge: Readonly<Record<Judge, readonly Judged[]>>, draws: Draws) {
  const scorers = JUDGES.map((judge) => [judge, chanceScorer(byJudge[judge])] as const)
  const measure = (weightOf: (customer: string) => number) => {
    const values = scorers.flatMap(([judge, score]) => {
      const scores = score(weightOf)
      return CHANCE_FIGURES.map((figure) => [`${judge} ${figure}`, scores[figure]] as const)
    })
    return Object.fromEntries(values)
  }
  const figures = figuresOf(
    byJudge.model.map(({ customer }) => customer),
    { measure, draws },
  )
  const rows = JUDGES.map((judge) => [
    judge,
    Object.fromEntries(CHANCE_FIGURES.map((name) => [name, figures(judge, ` ${name}`)])),
  ])
  return Object.fromEntries(rows) as ChanceResult['judges']
}

interface Missed {
  readonly customer: string
  readonly missed: Readonly<Record<Judge, number>>
  readonly isCovered: boolean
}

function judgeDates(
  { book, until, draws }: EvaluationInput,
  trained: readonly Trained[],
  moment: DateMoment,
): DateResult {
  const rows = trained.flatMap(({ test, model, common }) =>
    test.flatMap((bill): Missed[] => {
      const at = moment === 'after-due' ? bill.due + 1 : bill.issued
      if (bill.settled < at || bill.settled >= until) return []
      const own = book.get(bill.customer) ?? []
      const isDisputeTold = moment !== 'issue'
      const told = isDisputeTold && Number.isFinite(bill.disputed) ? at - 1 : bill.disputed
      const asked = { ...bill, disputed: told }
      const { expected, low, high } = expectPayment(asked, own, { model, at, isDisputeTold })
      const days = { model: expected, ...expectByBaselines(bill, own, { at, common }) }
      const missed = JUDGES.map((judge) => [judge, Math.abs(days[judge] - bill.settled)])
      return [
        {
          customer: bill.customer,
          missed: Object.fromEntries(missed) as Missed['missed'],
          isCovered: bill.settled >= low && bill.settled <= high,
        },
      ]
    }),
  )
  const measure = (weightOf: (customer: string) => number) => {
    const all = rows.reduce((sum, { customer }) => sum + weightOf(customer), 0)
    const values = JUDGES.map((judge) => {
      const sum = rows.reduce((days, row) => days + weightOf(row.customer) * row.missed[judge], 0)
      return [judge, all > 0 ? sum / all : null] as const
    })
    return Object.fromEntries(values)
  }
  const figures = figuresOf(
    rows.map(({ customer }) => customer),
    { measure, draws },
  )
  return {
    moment,
    bills: rows.length,
    judges: Object.fromEntries(
      JUDGES.map((judge) => [judge, figures(judge, '')]),
    ) as DateResult['judges'],
    covered: rows.length === 0 ? null : rows.filter((row) => row.isCovered).length / rows.length,
  }
}

type Measured = Readonly<Record<string, number | null>>

/** Values, intervals, and leads of the model: all from the same draws. */
function figuresOf(
  customers: readonly string[],
  {
    measure,
    draws,
  }: { measure: (weightOf: (customer: string) => number) => Measured; draws: Draws },
): (judge: Judge, suffix: string) => Figure {
  const values = measure(() => 1)
  const withLeads = (weightOf: (customer: string) => number): Measured => {
    const measured = measure(weightOf)
    const leads = Object.entries(measured).map(([name, value]) => {
      const model = measured[name.replace(/^[a-z-]+/, 'model')] ?? null
      return [`${name} lead`, model === null || value === null ? null : model - value] as const
    })
    return { ...measured, ...Object.fromEntries(leads) }
  }
  const intervals = bootstrapIntervals(customers, withLeads, draws)
  return (judge, suffix) => ({
    value: values[`${judge}${suffix}`] ?? null,
    interval: intervals[`${judge}${suffix}`] ?? null,
    lead: judge === 'model' ? null : (intervals[`${judge}${suffix} lead`] ?? null),
  })
}
