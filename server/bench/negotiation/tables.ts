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
      ...[String(median), String(p95), score.uCreditor.toFixed(3), score.uDebtor.toFixed(3)],
      ...[score.money.toFixed(0), score.noDealTrips.toFixed(2), percent(score.payDayGuessed)],
      ...[times?.creditor.toFixed(1) ?? '', times?.debtor.toFixed(1) ?? ''],
    ]
  })
  const legend = `A deal exists in ${some?.possible ?? 0} scenarios. Nash over all of them; money of the creditor in bps of the principal.`
  return `\n${columns([HEAD, ...rows])}${legend}\n\n`
}

/** One line for each goal. */
export function goalTable(goals: readonly Goal[]): string {
  const verdict = { true: 'PASS', false: 'FAIL', null: '    ' }
  return `${columns(goals.map(({ id, what, seen, met }) => [verdict[`${met}`], id, what, seen]))}\n`
}

/** Text left, numbers right. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  )
  const isNumber = (cell: string) => /^[\d.,]+( %)?$/.test(cell)
  const lines = rows.map((row, index) =>
    row
      .map((cell, at) => {
        const width = widths[at] ?? 0
        const isRight = isNumber(index === 0 ? (rows[1]?.[at] ?? '') : cell)
        return isRight ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}
