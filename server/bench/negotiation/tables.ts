// The tables of the bench, as text.
import { type Goal, percent } from './goals.ts'
import type { Score } from './score.ts'

type Times = Record<string, { creditor: number; debtor: number }>

const HEAD = [
  ...['', 'agree', 'Nash', 'Pareto', 'RT med', 'p95', 'uC', 'uD', 'money', 'no deal'],
  ...['pay day', 'ms C', 'ms D'],
]

/** One line for each way of settling; times are 95th percentiles. */
export function scoreTable(scores: ReadonlyMap<string, Score>, thinking: Times): string {
  const [some] = scores.values()
  const rows = [...scores].map(([name, score]) => {
    const times = thinking[name]
    const { median, p95 } = score.roundTrips
    return [
      ...[name, percent(score.agreed), percent(score.nash), score.paretoDistance.toFixed(4)],
      ...[trips(median), trips(p95), score.uCreditor.toFixed(3), score.uDebtor.toFixed(3)],
      ...[score.money.toFixed(0), score.noDealTrips.toFixed(2), percent(score.payDayGuessed)],
      ...[times?.creditor.toFixed(1) ?? '', times?.debtor.toFixed(1) ?? ''],
    ]
  })
  const legend = `A deal exists in ${some?.possible ?? 0} scenarios. Nash over all of them; money of the creditor in bps of the principal.`
  return `\n${columns([HEAD, ...rows])}${legend}\n\n`
}

/** Nothing where nobody agreed. */
function trips(count: number): string {
  return Number.isNaN(count) ? '' : String(count)
}

/** One line for each goal. */
export function goalTable(goals: readonly Goal[]): string {
  const verdict = { true: 'PASS', false: 'FAIL', null: '    ' }
  return `${columns(goals.map(({ id, what, seen, met }) => [verdict[`${met}`], id, what, seen]))}\n`
}

/** Columns of text to the left, columns of numbers to the right; the first line may be a head. */
function columns(rows: readonly (readonly string[])[]): string {
  const [head = [], ...others] = rows
  const isNumber = (cell = '') => /^([\d.,]+( %)?)?$/.test(cell)
  const layouts = head.map((_, at) => ({
    width: Math.max(...rows.map((row) => row[at]?.length ?? 0)),
    isRight: others.every((row) => isNumber(row[at])),
  }))
  const lines = rows.map((row) =>
    layouts
      .map(({ width, isRight }, at) => {
        const cell = row[at] ?? ''
        return isRight ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}
