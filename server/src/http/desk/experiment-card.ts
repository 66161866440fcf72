// The newest experiment on the page of the figures: what it has shown, how kind it was, and the chart.
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { experimentChart } from '../../domain/experiments/experiment-chart.ts'
import type { ArmFigures, Range } from '../../domain/experiments/experiment-result.ts'
import type { ExperimentReport } from '../../use-cases/manage-experiments.ts'

/** Renders an experiment, also one that has ended. */
export function renderExperiment({ experiment, result }: ExperimentReport): SafeHtml {
  const { name, followDays, endedBecause } = experiment
  const state = endedBecause === null ? 'runs' : ENDED[endedBecause]
  return html`<section class="card wide" aria-labelledby="experiment">
<h2 id="experiment">Experiment: <bdi>${name}</bdi></h2>
<p>It ${state}. ${result.sentence}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Difference day by day">${experimentChart(result.days)}</div>
<div class="scroll" tabindex="0" role="region" aria-label="The experiment in numbers"><table>
<thead><tr><th scope="col">Figure</th>${result.arms.map(({ arm }) => html`<th scope="col" class="number">${ARMS[arm]}</th>`)}</tr></thead>
<tbody>
<tr><th scope="row">People, followed to the end</th>${result.arms.map(({ people, followed }) => html`<td class="number">${people}, ${followed}</td>`)}</tr>
${ROWS.map(
  ([
    figure,
    title,
    unit,
  ]) => html`<tr><th scope="row">${title}</th>${result.arms.map((arm) => html`<td class="number">${rangeText(arm[figure], unit)}</td>`)}</tr>
`,
)}</tbody></table></div>
<p class="quiet small">Each person is drawn once and stays; the bill with which they came in is followed for ${followDays} days. The band of the chart holds on all days at once; the ranges of the table are for a day that you chose before.</p>
</section>
`
}

const ENDED = {
  stopped: 'was stopped by a person',
  'guard-rail': 'was stopped by a guard-rail',
  worse: 'was stopped, for it brought less',
} as const

const ARMS: Readonly<Record<ArmFigures['arm'], string>> = {
  champion: 'Journey as it is',
  challenger: 'Policy',
  'hold-out': 'Held out',
}

type Unit = 'percent' | 'number' | 'money'

const ROWS: readonly (readonly [
  Exclude<keyof ArmFigures, 'arm' | 'people' | 'followed'>,
  string,
  Unit,
])[] = [
  ['recoveredShare', 'Share of what is owed that came in time', 'percent'],
  ['costPerRecovered', 'Cost for each 1 that came', 'money'],
  ['contacts', 'Messages a person', 'number'],
  ['complaints', 'People with a dispute or a call for help', 'percent'],
  ['brokenPromises', 'People with a broken promise', 'percent'],
  ['optOuts', 'People who closed a channel', 'percent'],
  ['feeBurden', 'Charges, as a share of what is owed', 'percent'],
]

function rangeText(range: Range | null, unit: Unit): string {
  if (range === null) return '–'
  const text = (value: number) => {
    if (unit === 'percent') return `${(100 * value).toFixed(1)} %`
    return unit === 'money' ? value.toFixed(4) : value.toFixed(2)
  }
  return `${text(range.mean)} (${text(range.low)} to ${text(range.high)})`
}
