// Bars as SVG: drawn by the server, read by screen readers as a picture with a title; the table beside it
// says the same in numbers. Presentation by classes alone, for the policy allows no style attribute.
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'

export interface Bar {
  readonly label: string
  /** What is written beside the bar. */
  readonly text: string
  /** Its length, from 0 to 1. */
  readonly share: number
}

const WIDTH = 320
const ROW = 46
const BAR_TOP = 20
const BAR_HEIGHT = 16

/** Renders bars below each other, each on a track of the full width. */
export function renderBars(id: string, title: string, bars: readonly Bar[]): SafeHtml {
  const height = bars.length * ROW
  const says = bars.map(({ label, text }) => `${label} ${text}`.trim()).join('; ')
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${says}</desc>
${bars.map((bar, index) => renderBar(bar, index * ROW))}</svg>
`
}

function renderBar({ label, text, share }: Bar, top: number): SafeHtml {
  const length = Math.round(Math.min(1, Math.max(0, share)) * WIDTH)
  const y = top + BAR_TOP
  return html`<text x="0" y="${top + 14}">${label}</text>
<text class="value" x="${WIDTH}" y="${top + 14}" text-anchor="end">${text}</text>
<rect class="track" x="0" y="${y}" width="${WIDTH}" height="${BAR_HEIGHT}" rx="4"/>
${length === 0 ? null : html`<rect class="bar" x="0" y="${y}" width="${length}" height="${BAR_HEIGHT}" rx="4"/>\n`}`
}
