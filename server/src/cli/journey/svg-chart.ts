// Stacked bars as SVG that stands in a page: no script, a title and a description for those who do not
// see it, and a table with the same numbers beneath.
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'

/** What is drawn: a bar for each row, a layer for each name that any row has. */
export interface Chart {
  readonly id: string
  readonly title: string
  /** One sentence: what the bars and the axis are. */
  readonly description: string
  readonly rows: readonly ChartRow[]
  /** The order of the layers, from below. */
  readonly layers: readonly string[]
  /** The top of the axis, so that two charts compare; else that of the rows. */
  readonly most?: number
}

export interface ChartRow {
  readonly label: string
  readonly values: ReadonlyMap<string, number>
}

const WIDTH = 720
const HEIGHT = 260
const LEFT = 56
const BOTTOM = 36
const TOP = 10
const AXIS_LABELS = 8
/** About half the width of a letter of the axis: a label ends before the edge. */
const HALF_LETTER = 3.6

/** Each has a contrast of 3:1 or more to white. */
const COLOURS = [
  '#0b4f8a',
  '#c2571a',
  '#2e7d5b',
  '#6a3d9a',
  '#8a6d00',
  '#b0306a',
  '#4d4d4d',
  '#1b8aa0',
  '#7a4a2b',
  '#808080',
]

/** The colour of a layer: the same for a name in every chart of a page. */
export function colourOf(name: string, names: readonly string[]): string {
  return COLOURS[Math.max(names.indexOf(name), 0) % COLOURS.length] ?? '#4d4d4d'
}

/** Returns the highest bar. */
export function mostOf(rows: readonly ChartRow[]): number {
  return Math.max(0, ...rows.map(totalOf))
}

/** Draws a chart with its legend and its table. */
export function drawChart(chart: Chart): SafeHtml {
  const { id, title, description, rows } = chart
  const layers = chart.layers.filter((name) =>
    rows.some(({ values }) => (values.get(name) ?? 0) > 0),
  )
  if (layers.length === 0) return html`<p>${title}: nothing.</p>`
  const drawn = { ...chart, most: niceTop(chart.most ?? mostOf(rows)) }
  return html`<figure>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" shape-rendering="crispEdges" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>
${axis(drawn)}${rows.map((row, index) => bar(drawn, row, index))}${labels(rows)}</svg>
<figcaption><ul class="legend">${layers.map((name) => legend(name, chart.layers))}</ul></figcaption>
<details><summary>The numbers of “${title}”</summary>${table(title, layers, rows)}</details>
</figure>`
}

type Drawn = Chart & { readonly most: number }

function totalOf({ values }: ChartRow): number {
  return [...values.values()].reduce((sum, value) => sum + value, 0)
}

/** The next round number, one whose quarters are easily read. */
function niceTop(most: number): number {
  if (most <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  return power * ([1, 2, 4, 5, 8, 10].find((step) => step * power >= most) ?? 10)
}

function yOf(value: number, { most }: Drawn): number {
  return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most)
}

function axis(drawn: Drawn): SafeHtml[] {
  return [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const value = drawn.most * part
    const y = round(yOf(value, drawn))
    const text = Number.isInteger(value) ? String(value) : value.toFixed(2)
    return html`<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${text}</text>`
  })
}

function bar(drawn: Drawn, row: ChartRow, index: number): SafeHtml {
  const step = (WIDTH - LEFT) / drawn.rows.length
  const gap = step > 6 ? 2 : 0
  let below = 0
  const parts = drawn.layers.map((name) => {
    const value = row.values.get(name) ?? 0
    if (value === 0) return null
    const [bottom, top] = [yOf(below, drawn), yOf(below + value, drawn)]
    below += value
    return html`<rect x="${round(LEFT + index * step)}" y="${round(top)}" width="${round(step - gap)}" height="${round(bottom - top)}" fill="${colourOf(name, drawn.layers)}"/>`
  })
  return html`${parts}`
}

function labels(rows: readonly ChartRow[]): (SafeHtml | null)[] {
  const step = (WIDTH - LEFT) / rows.length
  const every = Math.ceil(rows.length / AXIS_LABELS)
  return rows.map(({ label }, index) => {
    if (index % every !== 0) return null
    const x = round(Math.min(LEFT + (index + 0.5) * step, WIDTH - label.length * HALF_LETTER))
    return html`<text x="${x}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${label}</text>`
  })
}

function legend(name: string, names: readonly string[]): SafeHtml {
  return html`<li><svg class="key" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" fill="${colourOf(name, names)}"/></svg>${name}</li>`
}

function table(title: string, layers: readonly string[], rows: readonly ChartRow[]): SafeHtml {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr><td></td>${layers.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map(
    ({ label, values }) =>
      html`<tr><th scope="row">${label}</th>${layers.map((name) => html`<td>${values.get(name) ?? 0}</td>`)}</tr>`,
  )}</tbody></table></div>`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
