// `npm run bench:next-action [-- --people n] [--seeds n] [--out folder]`: the policy against the
// fixed journeys of the catalog on people whose truth it does not see. Prints regret and kindness with
// their standard errors, and draws the curve of the regret.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { bandChart, type ChartSeries } from '../../src/domain/experiments/band-chart.ts'
import { CHOSEN, createYears, FIXED, type Figures, figuresOf, mean, type Way } from './compare.ts'

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '800' },
    seeds: { type: 'string', default: '20' },
    out: { type: 'string', default: join(import.meta.dirname, 'out') },
  },
})
/** Of a curve. */
const POINTS = 40
const people = Number(values.people)
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1)
const live = createYears()
const curves: ChartSeries[] = []
const rows: Record<string, string>[] = []
for (const way of [...FIXED, ...CHOSEN]) {
  const years = seeds.map((seed) => live(way, people, seed))
  rows.push(rowOf(way, years.map(figuresOf)))
  if (CHOSEN.includes(way))
    curves.push(
      curveOf(
        way.chooser,
        years.map((it) => it.regrets),
      ),
    )
}
process.stdout.write(
  `${people} people a year, ${seeds.length} years (seeds 1 to ${seeds.length})\n`,
)
console.table(rows)
await mkdir(values.out, { recursive: true })
const chart = bandChart({
  title: 'Regret: what the best action was worth more',
  axis: 'choices; upwards: sum of the regret in euro',
  series: curves,
  xLabel: (x) => String(Math.round(x)),
  yLabel: (y) => y.toFixed(0),
})
await writeFile(join(values.out, 'regret.svg'), chart.markup)

function rowOf({ journey, chooser }: Way, figures: readonly Figures[]): Record<string, string> {
  const told = (name: keyof Figures, digits: number) => {
    const each = figures.map((it) => it[name])
    const centre = mean(each)
    const variance = mean(each.map((it) => (it - centre) ** 2))
    const error = Math.sqrt(variance / Math.max(each.length - 1, 1))
    return `${centre.toFixed(digits)} ±${error.toFixed(digits)}`
  }
  return {
    journey: chooser === 'journey' ? journey : `${journey}: ${chooser}`,
    'recovered %': told('recovered', 3),
    'cost/€': told('costPerEuro', 4),
    contacts: told('contacts', 2),
    annoyance: told('annoyance', 2),
    fees: told('fees', 2),
    'promises broken': told('promisesBroken', 3),
    'opt-outs': told('optOuts', 3),
    regret: told('regret', 3),
    'first quarter': told('regretAtFirst', 3),
    'last quarter': told('regretAtLast', 3),
  }
}

/** The mean sum of the regret after so many choices, as far as every year had as many. */
function curveOf(name: string, regrets: readonly (readonly number[])[]): ChartSeries {
  const length = Math.min(...regrets.map((it) => it.length))
  const sums = regrets.map((each) => {
    let sum = 0
    return each.map((it) => {
      sum += it
      return sum
    })
  })
  const points = Array.from({ length: POINTS }, (_, index) => {
    const x = Math.round(((index + 1) * length) / POINTS)
    const at = sums.map((each) => each[x - 1] ?? 0).sort((a, b) => a - b)
    return { x, y: mean(at), low: at[0] ?? 0, high: at.at(-1) ?? 0 }
  })
  return { name, points }
}
