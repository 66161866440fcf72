// An evaluation as text: each figure with its definition, its interval, and the same of every baseline.
import { BASELINE_MEANINGS, BASELINES } from '../../domain/learning/baselines.ts'
import { billsNeeded, type CalibrationGroup } from '../../domain/learning/calibration.ts'
import type { Interval } from '../../domain/learning/cluster-bootstrap.ts'
import {
  type ChanceFigure,
  type ChanceResult,
  type DateMoment,
  type DateResult,
  type Evaluation,
  type Figure,
  JUDGES,
} from '../../domain/learning/evaluate-model.ts'
import type { Moment } from '../../domain/learning/learning-model.ts'

export const CHANCE_TITLES: Readonly<Record<Moment, string>> = {
  issue: 'Self-cure, foretold at issue',
  'after-due': 'Self-cure, foretold on the day after the due day',
}

const DATE_TITLES: Readonly<Record<DateMoment, string>> = {
  issue: 'at issue, as known then',
  'issue-dispute-told': 'at issue, if disputes were told by then',
  'after-due': 'on the day after the due day, if still open',
}

export const DEFINITIONS: readonly string[] = [
  'self-cure at issue: of all bills, paid by the 7th day after the due day, nobody having acted',
  'self-cure after due: of the bills open when the day after the due day begins, the same',
  'known: what happened before the day began; an undated dispute counts from the end of the due day',
  'accuracy: the share of bills of which yes or no (a chance of one half or more) was right',
  'balanced: the mean of the shares right among those that cured and among those that did not',
  'AUC: the chance that a bill that cured was given more than one that did not; ties count half',
  'Brier: the mean squared distance of the chance to what came; 0 is best',
  'days off: the mean absolute distance of the expected payment day, in days',
  '[low, high]: 95 %, by drawing customers again and again (cluster bootstrap)',
  'lead: the model minus the baseline, from the same draws',
]

const FIGURES: readonly ChanceFigure[] = ['accuracy', 'balanced', 'auc']

/** The definitions that a reader needs for all that follows. */
export function printDefinitions(): string {
  const baselines = BASELINES.map((name) => `${name}: ${BASELINE_MEANINGS[name]}`)
  const lines = [...DEFINITIONS, ...baselines].map((line) => `  ${line}`)
  return `What the figures are\n${lines.join('\n')}\n`
}

/** One evaluation under its title. */
export function printEvaluation(title: string, evaluation: Evaluation): string {
  const { train, test, customers, chances, dates } = evaluation
  const head = `${title}\n  ${train} bills to train on, ${test} judged, of ${customers} customers\n`
  return [head, ...chances.map(printChances), printDates(dates)].join('\n')
}

function printChances(result: ChanceResult): string {
  const { moment, bills, cured, unknown, judges, brier, calibration } = result
  const title = `  ${CHANCE_TITLES[moment]}: ${bills} bills, ${cured} cured`
  const rest = unknown === 0 ? '' : `; ${unknown} more of which nobody can know`
  if (bills === 0) return `${title}${rest}\n`
  const head = row('', ['accuracy', 'balanced', 'AUC', 'lead in AUC'])
  const rows = JUDGES.map((judge) => {
    const cells = FIGURES.map((name) => cell(judges[judge][name], 3))
    return row(judge, [...cells, lead(judges[judge].auc, 3)])
  })
  const groups = calibration.map(printGroup)
  const few = calibration.filter(({ verdict }) => verdict === 'too-few').length
  const off = calibration.filter(({ verdict }) => verdict === 'off').length
  return [
    `${title}${rest}`,
    ...[head, ...rows],
    `    Brier ${fixed(brier, 4)}`,
    '    Calibration by tenths: foretold, came [95 %], bills, and how many would be needed to tell',
    ...groups,
    `    ${calibration.length - few - off} within 5 points, ${few} further off by no more than chance, ${off} off\n`,
  ].join('\n')
}

function printGroup({ bills, foretold, came, low, high, verdict }: CalibrationGroup): string {
  const between = `[${percent(low)}, ${percent(high)}]`
  const needed = `of ${billsNeeded(foretold)} needed`
  return `      ${percent(foretold).padStart(6)}  ${percent(came).padStart(6)} ${between.padEnd(16)} ${String(bills).padStart(5)} ${needed.padEnd(16)} ${verdict}`
}

function printDates(dates: readonly DateResult[]): string {
  const head = row('', [...dates.map(({ moment }) => moment)])
  const rows = JUDGES.map((judge) =>
    row(
      judge,
      dates.map(({ judges }) => cell(judges[judge], 2)),
    ),
  )
  const notes = dates.map(({ moment, bills, covered }) => {
    const share = covered === null ? '' : `, ${percent(covered)} within the model's 80 % interval`
    return `    ${moment}: ${DATE_TITLES[moment]}; ${bills} bills${share}`
  })
  return ['  Expected payment day: days off', head, ...rows, ...notes, ''].join('\n')
}

function row(name: string, cells: readonly string[]): string {
  return `    ${name.padEnd(16)}${cells.map((it) => it.padEnd(23)).join('')}`.trimEnd()
}

function cell({ value, interval }: Figure, decimals: number): string {
  return value === null ? '-' : `${fixed(value, decimals)} ${between(interval, decimals)}`
}

function lead({ lead: of }: Figure, decimals: number): string {
  return of === null ? '' : between(of, decimals)
}

function between(interval: Interval | null, decimals: number): string {
  if (interval === null) return ''
  return `[${fixed(interval.low, decimals)}, ${fixed(interval.high, decimals)}]`
}

function fixed(value: number | null, decimals: number): string {
  return value === null ? '-' : value.toFixed(decimals)
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`
}
