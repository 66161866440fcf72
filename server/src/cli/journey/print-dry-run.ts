// A dry run as text: a table with a column for each journey, so that two stand side by side.
import type { SimulationSummary } from '../../domain/dunning/summarize-simulation.ts'
import type { Run } from './simulate-claims.ts'

type Table = ReadonlyMap<string, string>

/** Returns the text of one or two runs, with a newline at its end. */
export function printRuns(runs: readonly Run[], days: number): string {
  const [first] = runs
  const claims = first?.summary.claims ?? 0
  const all = (of: (summary: SimulationSummary) => Table) => runs.map((run) => of(run.summary))
  return [
    `${claims} claim(s), each followed for ${days} days after its due day`,
    ...section('Journey', [...runs.map(({ name }) => new Map([['', name]]))]),
    ...section('In all', all(totals)),
    ...section(
      'Where the claims stand',
      all(({ byState }) => texts(byState)),
    ),
    ...section(
      'Steps by what they cost',
      all(({ byCostClass }) => texts(byCostClass)),
    ),
    ...section('Money', all(money)),
    ...section(
      'Messages by day',
      all(({ messagesByDay }) => byDay(messagesByDay)),
    ),
    ...section(
      'Not on its day, and why',
      all(({ blocksByDay }) => byDay(blocksByDay)),
    ),
    '',
  ].join('\n')
}

function totals({ messages, crossed, movedSteps }: SimulationSummary): Table {
  return texts(
    new Map([
      ['messages', messages],
      ['crossed a payment', crossed],
      ['steps moved', movedSteps],
    ]),
  )
}

function money({ costs }: SimulationSummary): Table {
  if (costs === null) return new Map()
  const { currency, total, perClaim, byPart, unpriced } = costs
  return new Map([
    ...[...byPart].map(([part, { count, amount }]) => [part, `${amount} (${count})`] as const),
    ['in all', `${total} ${currency}`],
    ['per claim', `${perClaim} ${currency}`],
    ...(unpriced.length === 0 ? [] : [['without a price', unpriced.join(', ')] as const]),
  ])
}

function texts(counts: ReadonlyMap<string, number>): Table {
  return new Map([...counts].map(([name, n]) => [name, String(n)]))
}

/** A day and what was on it, such as `2 email, 1 letter`. */
function byDay(days: ReadonlyMap<string, ReadonlyMap<string, number>>): Table {
  return new Map(
    [...days].map(([day, counts]) => {
      return [day, [...counts].map(([name, n]) => `${n} ${name}`).join(', ')]
    }),
  )
}

const NAME_WIDTH = 22
const COLUMN_WIDTH = 28

/** A line for each name of any column, in order; nothing where no column has any. */
function section(title: string, columns: readonly Table[]): string[] {
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))]
  const isByDay = names.every((name) => /^\d{4}-/.test(name))
  if (names.length === 0) return []
  const lines = (isByDay ? names.sort() : names).map((name) => {
    const cells = columns.map((column) => (column.get(name) ?? '-').padEnd(COLUMN_WIDTH))
    return `  ${name.padEnd(NAME_WIDTH)}${cells.join('  ')}`.trimEnd()
  })
  return ['', title, ...lines]
}
