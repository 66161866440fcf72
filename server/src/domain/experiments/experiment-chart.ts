// An experiment as a picture: by how much more comes in time with the policy, day by day.
import type { SafeHtml } from '../content/safe-html.ts'
import { bandChart } from './band-chart.ts'
import type { DayOfTest } from './experiment-result.ts'

/** Draws the difference with the interval that holds on all days at once. */
export function experimentChart(days: readonly DayOfTest[]): SafeHtml {
  const points = days.map(({ day, difference, low, high }) => {
    return { x: day, y: 100 * difference, low: 100 * low, high: 100 * high }
  })
  return bandChart({
    title: 'The policy less the journey as it is',
    axis: 'days since the begin; upwards: points of what is owed that come in time',
    series: [{ name: 'policy', points }],
    level: 0,
    xLabel: (x) => String(Math.round(x)),
    yLabel: (y) => y.toFixed(1),
  })
}
