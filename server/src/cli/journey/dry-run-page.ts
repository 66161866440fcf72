// A dry run as one page that can be sent around: no script, nothing from elsewhere. Two journeys stand
// side by side, on the same scales.
import { html, type SafeHtml, trustedHtml } from '../../domain/content/safe-html.ts'
import { END_STATES } from '../../domain/dunning/simulate-journey.ts'
import type { PriceList } from '../../domain/dunning/step-costs.ts'
import { groupByDay, groupCosts, type Span, spanOf } from './group-days.ts'
import type { Run } from './simulate-claims.ts'
import { type ChartRow, drawChart, mostOf } from './svg-chart.ts'

const CHANNELS = ['app', 'email', 'sms', 'whatsapp', 'letter', 'registered-letter', 'phone']
const REASONS = ['calendar', 'hours', 'cap']
/** From what is done to what is open. */
const STANDINGS = [...END_STATES, 'reminded', 'waiting']

/** What the run was about. */
export interface PageAbout {
  readonly profile: string
  readonly days: number
  readonly prices: PriceList | null
}

interface Kind {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly layers: readonly string[]
  rowsOf(run: Run, span: Span): readonly ChartRow[]
}

const KINDS: readonly Kind[] = [
  {
    id: 'messages',
    title: 'Messages by day and channel',
    description: 'A bar for each day, week or month: how many messages, by channel.',
    layers: CHANNELS,
    rowsOf: ({ summary }, span) => groupByDay(summary.messagesByDay, span),
  },
  {
    id: 'standings',
    title: 'Where the claims stand by day',
    description:
      'A bar for each day, counted from the due day of each claim: all claims, by state.',
    layers: STANDINGS,
    rowsOf: ({ summary }) =>
      summary.standings.map(({ day, count }) => ({ label: String(day), values: count })),
  },
  {
    id: 'blocks',
    title: 'Days on which a step had to wait',
    description:
      'A bar for each day, week or month: calendar is a holiday or a weekday without contact, hours a weekday on which the step has none, cap too many contacts.',
    layers: REASONS,
    rowsOf: ({ summary }, span) => groupByDay(summary.blocksByDay, span),
  },
  {
    id: 'costs',
    title: 'Money by day',
    description: 'A bar for each day, week or month: what the messages and tasks cost.',
    layers: ['costs'],
    rowsOf: ({ summary: { costs } }, span) => (costs === null ? [] : groupCosts(costs.byDay, span)),
  },
]

/** Returns the whole page. */
export function dryRunPage(runs: readonly Run[], about: PageAbout): string {
  const title = `Dry run: ${runs.map(({ name }) => name).join(' beside ')}`
  const kinds = KINDS.filter(({ id }) => id !== 'costs' || about.prices !== null)
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${trustedHtml(STYLE)}</style></head>
<body><main>
<h1>${title}</h1>
<p>${runs[0]?.summary.claims ?? 0} claims under ${about.profile}, each followed for ${about.days} days after its due day. A payment counts from the day after it. Conditions of which nothing is known are not met. Everybody is reached by the first channel that needs no agreement.</p>
${overview(runs)}
${kinds.map((kind) => section(kind, runs))}
${about.prices === null ? null : sourcesOf(about.prices)}
</main></body>
</html>
`
  return page.markup
}

function section(kind: Kind, runs: readonly Run[]): SafeHtml {
  const { id, title, description, layers } = kind
  const span = spanOfRuns(runs)
  const all = runs.map((run) => (span === null ? [] : kind.rowsOf(run, span)))
  const most = Math.max(...all.map(mostOf))
  const charts = runs.map(({ name }, index) => {
    const chart = { id: `${id}-${index}`, title: `${title}: ${name}`, description, layers, most }
    return html`<div><h3>${name}</h3>${drawChart({ ...chart, rows: all[index] ?? [] })}</div>`
  })
  return html`<section><h2>${title}</h2><p>${description}</p><div class="beside">${charts}</div></section>`
}

/** One axis for both journeys: every day on which a message was sent, wanted or paid for. */
function spanOfRuns(runs: readonly Run[]): Span | null {
  const days = runs.flatMap(({ summary: { messagesByDay, blocksByDay, costs } }) => {
    return [...messagesByDay.keys(), ...blocksByDay.keys(), ...(costs?.byDay.keys() ?? [])]
  })
  return spanOf(days)
}

function overview(runs: readonly Run[]): SafeHtml {
  const states = END_STATES.filter((state) =>
    runs.some(({ summary }) => summary.byState.has(state)),
  )
  const lines: (readonly [string, (run: Run) => string | number])[] = [
    ['Messages', ({ summary }) => summary.messages],
    ['Crossed a payment', ({ summary }) => summary.crossed],
    ['Steps moved', ({ summary }) => summary.movedSteps],
    ...states.map((state) => {
      return [`Claims: ${state}`, ({ summary }: Run) => summary.byState.get(state) ?? 0] as const
    }),
    ...(runs.some(({ summary }) => summary.costs !== null) ? MONEY : []),
  ]
  return html`<table class="overview"><caption>In all</caption><thead><tr><td></td>${runs.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${lines.map(
    ([label, of]) =>
      html`<tr><th scope="row">${label}</th>${runs.map((run) => html`<td>${of(run)}</td>`)}</tr>`,
  )}</tbody></table>`
}

const MONEY: readonly (readonly [string, (run: Run) => string])[] = [
  ['Costs', ({ summary: { costs } }) => (costs === null ? '' : `${costs.total} ${costs.currency}`)],
  [
    'Costs per claim',
    ({ summary: { costs } }) => (costs === null ? '' : `${costs.perClaim} ${costs.currency}`),
  ],
]

function sourcesOf({ currency, prices, sources }: PriceList): SafeHtml {
  const titleOf = (id: string) => sources.find((source) => source.id === id)?.title ?? id
  return html`<section><h2>Prices</h2><table><thead><tr><th scope="col" class="text">For</th><th scope="col">${currency}</th><th scope="col" class="text">Where from</th></tr></thead><tbody>${prices.map(
    (price) =>
      html`<tr><th scope="row">${price.for}</th><td>${price.amount}</td><td class="text">${price.note} ${titleOf(price.source)}</td></tr>`,
  )}</tbody></table></section>`
}

const STYLE = `
:root { color-scheme: light; font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff }
body { margin: 0 } main { max-width: 1500px; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.25rem; margin-top: 2rem } h3 { font-size: 1rem; margin: 0 }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1.5rem }
figure { margin: 0 } figure > svg { width: 100%; height: auto; max-width: 60rem }
svg text { font-size: 12px; fill: #333 } .grid { stroke: #ccc }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: .25rem 0; padding: 0 }
.key { width: .8em; height: .8em; margin-right: .35em }
table { border-collapse: collapse } caption { text-align: left; font-weight: 600 }
th, td { padding: .2rem .7rem; border-bottom: 1px solid #ddd; text-align: right; font-variant-numeric: tabular-nums }
th[scope=row], .text { text-align: left } th[scope=row] { font-weight: 400 }
.scroll { max-height: 20rem; overflow: auto } summary { cursor: pointer; padding: .25rem 0 }
`
