// Lines over time with the bands in which the truth lies, as SVG: a file of its own or part of a page,
// without script or style sheet, told in words to whoever does not see it.
import { html, type SafeHtml } from '../content/safe-html.ts'

export interface ChartPoint {
  readonly x: number
  readonly y: number
  readonly low?: number
  readonly high?: number
}

export interface ChartSeries {
  readonly name: string
  readonly points: readonly ChartPoint[]
}

export interface BandChart {
  readonly title: string
  /** What lies below, and what upwards. */
  readonly axis: string
  readonly series: readonly ChartSeries[]
  /** A level to compare with, such as no difference. */
  readonly level?: number
  readonly xLabel: (x: number) => string
  readonly yLabel: (y: number) => string
}

const WIDTH = 640
const HEIGHT = 320
const LEFT = 70
const RIGHT = 150
const TOP = 40
const BOTTOM = 50
const TICKS = 4
const COLOURS = [
  '#0b4f8a',
  '#a33b00',
  '#1d6b2c',
  '#6a3d9a',
  '#4a4a4a',
  '#8a6d00',
  '#b0005a',
  '#007070',
]
const GRID = '#dddddd'
const LEVEL = '#555555'

/** Draws the chart. */
export function bandChart(chart: BandChart): SafeHtml {
  const { title, axis, series, level } = chart
  const points = series.flatMap((it) => it.points)
  const [x, y] = [
    scale(
      points.map((it) => it.x),
      LEFT,
      WIDTH - RIGHT,
    ),
    scale(
      [
        ...points.flatMap((it) => [it.y, it.low ?? it.y, it.high ?? it.y]),
        ...(level === undefined ? [] : [level]),
      ],
      HEIGHT - BOTTOM,
      TOP,
    ),
  ]
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12" fill="#222" role="img" aria-labelledby="chart-title chart-words">
<title id="chart-title">${title}</title>
<desc id="chart-words">${series.map((it) => describe(it, chart)).join(' ')}</desc>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="${TOP - 16}" font-weight="bold">${title}</text>
${y.ticks.map((tick) => html`<line stroke="${GRID}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text x="${LEFT - 6}" y="${y.at(tick) + 4}" text-anchor="end">${chart.yLabel(tick)}</text>`)}
${x.ticks.map((tick) => html`<text x="${x.at(tick)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${chart.xLabel(tick)}</text>`)}
${level === undefined ? '' : html`<line stroke="${LEVEL}" stroke-dasharray="4 4" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.at(level)}" y2="${y.at(level)}"/>`}
${series.map((it, index) => line(it, index, { x, y }))}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${axis}</text>
</svg>
`
}

interface Scale {
  readonly ticks: readonly number[]
  at(value: number): number
}

function scale(values: readonly number[], from: number, to: number): Scale {
  const finite = values.filter(Number.isFinite)
  const least = finite.length === 0 ? 0 : Math.min(...finite)
  const most = finite.length === 0 ? 1 : Math.max(...finite)
  const span = most > least ? most - least : 1
  return {
    ticks: Array.from({ length: TICKS + 1 }, (_, index) => least + (span * index) / TICKS),
    at: (value) => round(from + ((value - least) / span) * (to - from)),
  }
}

function line(
  { name, points }: ChartSeries,
  index: number,
  { x, y }: { x: Scale; y: Scale },
): SafeHtml {
  const colour = COLOURS[index % COLOURS.length] ?? '#222'
  const path = (at: readonly { x: number; y: number }[]) =>
    at.map((it) => `${x.at(it.x)},${y.at(it.y)}`).join(' ')
  const banded = points.filter((it) => it.low !== undefined && it.high !== undefined)
  const band = [
    ...banded.map((it) => ({ x: it.x, y: it.high ?? it.y })),
    ...banded.map((it) => ({ x: it.x, y: it.low ?? it.y })).toReversed(),
  ]
  const last = points.at(-1)
  return html`<g>${band.length === 0 ? '' : html`<polygon points="${path(band)}" fill="${colour}" fill-opacity="0.15"/>`}<polyline points="${path(points)}" fill="none" stroke="${colour}" stroke-width="2"/>${last === undefined ? '' : html`<circle cx="${x.at(last.x)}" cy="${y.at(last.y)}" r="3.5" fill="${colour}"/><text x="${x.at(last.x) + 8}" y="${y.at(last.y) + 4}">${name}</text>`}</g>
`
}

function describe({ name, points }: ChartSeries, { xLabel, yLabel }: BandChart): string {
  const last = points.at(-1)
  if (last === undefined) return `${name}: nothing yet.`
  const band =
    last.low === undefined || last.high === undefined
      ? ''
      : `, between ${yLabel(last.low)} and ${yLabel(last.high)}`
  return `${name}: ${yLabel(last.y)} at ${xLabel(last.x)}${band}.`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
