// `parley learn evaluate`: reads a payment history, trains and judges, and prints what came of it.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { minorUnits } from '@parley/sdk/protocol'
import type { DecimalMark } from '../../domain/import/csv-amount.ts'
import type { DayOrder } from '../../domain/import/csv-day.ts'
import type { ColumnChoice } from '../../domain/import/match-columns.ts'
import { type Bill, type BillBook, groupBills } from '../../domain/learning/bill-history.ts'
import { type Evaluation, evaluateModel } from '../../domain/learning/evaluate-model.ts'
import {
  lastOfEach,
  leaveCustomersOut,
  namedForTest,
  type Round,
} from '../../domain/learning/split-bills.ts'
import { loadPrior } from '../../learning-files.ts'
import { CliError } from '../cli-error.ts'
import type { CliHost } from '../cli-host.ts'
import type { CsvEncoding } from '../import/inspect-file.ts'
import {
  CHANCE_TITLES,
  DEFINITIONS,
  printDefinitions,
  printEvaluation,
} from './print-evaluation.ts'
import { type History, readHistory } from './read-history.ts'
import { readSplit } from './read-split.ts'
import { reliabilitySvg } from './reliability-svg.ts'

export interface EvaluateOptions {
  readonly data: string
  readonly map?: ColumnChoice[]
  readonly split?: string
  readonly folds?: 'customers'
  readonly seed: number
  readonly draws: number
  readonly currency: string
  readonly dates?: DayOrder
  readonly decimal?: DecimalMark
  readonly encoding: CsvEncoding
  readonly leaveOutFaulty?: true
  readonly svg?: string
  readonly json?: true
}

const FOLDS = 5
const LAST_PERCENT = 40
const LEAST_BILLS = 30

interface Judged {
  readonly split: string
  readonly title: string
  readonly evaluation: Evaluation
}

/** Runs the command. @throws {CliError} for files, lines and options that cannot be used. */
export async function runEvaluate(options: EvaluateOptions, host: CliHost): Promise<void> {
  const history = await read(options)
  const { bills } = history
  const book = groupBills(bills)
  if (bills.length < LEAST_BILLS || book.size < 2) {
    const found = `${bills.length} bill(s) of ${book.size} customer(s)`
    throw new CliError(`${found}: at least ${LEAST_BILLS} bills of two customers are needed.`)
  }
  const input = { book, until: endOf(bills), prior: loadPrior(), seed: options.seed }
  const draws = { count: options.draws, seed: options.seed }
  const judged = splitsOf(options, book).map(({ rounds, ...about }): Judged => {
    return { ...about, evaluation: evaluateModel({ ...input, rounds, draws }) }
  })
  if (options.svg !== undefined) writeFileSync(resolve(options.svg), plotsOf(judged))
  const notes = notesOf(history, options)
  host.out(options.json === true ? asJson(judged, notes, options) : asText(judged, notes))
}

function read(options: EvaluateOptions): Promise<History> {
  const currency = options.currency.toUpperCase()
  if (minorUnits(currency) === undefined) {
    throw new CliError(`--currency: "${options.currency}" is no currency of ISO 4217 such as EUR.`)
  }
  return readHistory({
    ...{ file: options.data, encoding: options.encoding, currency },
    choices: options.map ?? [],
    dayOrder: options.dates,
    decimalMark: options.decimal,
    mayLeaveOut: options.leaveOutFaulty === true,
  })
}

/** The first day of which nothing is known: the day after the last that the history tells of. */
function endOf(bills: readonly Bill[]): number {
  const last = (bill: Bill) =>
    [bill.issued, bill.settled, bill.contacted, bill.ended].filter(Number.isFinite)
  return bills.reduce((end, bill) => Math.max(end, ...last(bill)), 0) + 1
}

interface Split {
  readonly split: string
  readonly title: string
  readonly rounds: readonly Round[]
}

function splitsOf({ split, folds, seed }: EvaluateOptions, book: BillBook): Split[] {
  const splits: Split[] = []
  if (split === 'last40' || (split === undefined && folds === undefined)) {
    const title = `The last ${LAST_PERCENT} % of the bills of each customer, in time`
    splits.push({ split: 'last40', title, rounds: [lastOfEach(book, LAST_PERCENT)] })
  } else if (split !== undefined) {
    const known = new Set([...book.values()].flat().map(({ invoice }) => invoice))
    const rounds = [namedForTest(book, readSplit(split, known))]
    splits.push({ split: 'file', title: `The bills that ${split} names`, rounds })
  }
  if (folds === 'customers') {
    const count = Math.min(FOLDS, book.size)
    const title = `Customers left out, ${count} folds`
    splits.push({
      split: 'customers',
      title,
      rounds: leaveCustomersOut(book, { folds: count, seed }),
    })
  }
  return splits
}

function notesOf({ bills, fields, leftOut }: History, { seed, draws }: EvaluateOptions): string[] {
  const missing = (['disputed', 'sentBy', 'contactedOn'] as const).filter(
    (it) => !fields.includes(it),
  )
  const contacts = fields.includes('contactedOn')
    ? 'Bills that were reminded before they were paid tell nothing about self-cure.'
    : 'The history tells of no reminders: payments count as made without anybody acting.'
  return [
    `${bills.length} bills read; seed ${seed}, ${draws} draws.`,
    ...(missing.length === 0 ? [] : [`Not in the file: ${missing.join(', ')}.`]),
    contacts,
    ...leftOut.map((fault) => `Left out: ${fault}.`),
  ]
}

function plotsOf(judged: readonly Judged[]): string {
  const plots = judged.flatMap(({ split, evaluation }) =>
    evaluation.chances.map(({ moment, calibration: groups }) => {
      return { title: `${CHANCE_TITLES[moment]} (${split})`, groups }
    }),
  )
  return reliabilitySvg(plots)
}

function asText(judged: readonly Judged[], notes: readonly string[]): string {
  const parts = judged.map(({ title, evaluation }) => printEvaluation(title, evaluation))
  return [`${notes.join('\n')}\n`, ...parts, printDefinitions()].join('\n')
}

function asJson(
  judged: readonly Judged[],
  notes: readonly string[],
  { seed, draws }: EvaluateOptions,
): string {
  return `${JSON.stringify({ seed, draws, notes, definitions: DEFINITIONS, splits: judged }, null, 2)}\n`
}
