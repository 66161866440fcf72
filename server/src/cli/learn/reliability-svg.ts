// Foretold chances against what came, as SVG: on the diagonal they are true. Beneath each point the
// interval of what came, and how many bills it stands on.
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import type { CalibrationGroup } from '../../domain/learning/calibration.ts'

/** One plot. */
export interface Plot {
  readonly title: string
  readonly groups: readonly CalibrationGroup[]
}

const SIZE = 300
const LEFT = 50
const TOP = 40
const GAP = 70
const BOTTOM = 60
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1]
const STYLE =
  'text{font:12px sans-serif;fill:#222}.grid{stroke:#ccc}.true{stroke:#767676;stroke-dasharray:4 4}' +
  '.bar{stroke:#0b4f8a;stroke-width:1.5}.dot{fill:#0b4f8a}.few{fill:#fff;stroke:#0b4f8a;stroke-width:1.5}'

/** Draws plots side by side; a file of its own, without script, with a title and a description. */
export function reliabilitySvg(plots: readonly Plot[]): string {
  const width = LEFT + plots.length * (SIZE + GAP)
  const height = TOP + SIZE + BOTTOM
  const drawn = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="t d">
<title id="t">Foretold and real payment</title>
<desc id="d">${plots.map(describe).join(' ')}</desc>
<style>${STYLE}</style>
<rect width="${width}" height="${height}" fill="#fff"/>
${plots.map((plot, index) => panel(plot, LEFT + index * (SIZE + GAP)))}</svg>
`
  return drawn.markup
}

function describe({ title, groups }: Plot): string {
  const told = groups.map(({ bills, foretold, came }) => {
    return `${percent(foretold)} foretold, ${percent(came)} came, of ${bills}`
  })
  return `${title}: ${told.join('; ')}.`
}

function panel({ title, groups }: Plot, left: number): SafeHtml {
  const x = (value: number) => round(left + value * SIZE)
  const y = (value: number) => round(TOP + (1 - value) * SIZE)
  return html`<g>
<text x="${left}" y="${TOP - 14}" font-weight="bold">${title}</text>
${TICKS.map((tick) => html`<line class="grid" x1="${x(0)}" x2="${x(1)}" y1="${y(tick)}" y2="${y(tick)}"/><text x="${left - 6}" y="${y(tick) + 4}" text-anchor="end">${percent(tick)}</text><text x="${x(tick)}" y="${TOP + SIZE + 18}" text-anchor="middle">${percent(tick)}</text>`)}
<line class="true" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>
${groups.map(({ foretold, came, low, high, verdict }) => html`<line class="bar" x1="${x(foretold)}" x2="${x(foretold)}" y1="${y(low)}" y2="${y(high)}"/><circle class="${verdict === 'within' ? 'dot' : 'few'}" cx="${x(foretold)}" cy="${y(came)}" r="4.5"/>`)}
<text x="${x(0.5)}" y="${TOP + SIZE + 38}" text-anchor="middle">foretold; upwards: came, with 95 % intervals</text>
</g>
`
}

function percent(value: number): string {
  return `${Math.round(100 * value)} %`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
