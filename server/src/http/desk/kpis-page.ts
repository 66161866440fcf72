// The figures of a period: each with its value, its formula in words and the numbers that it was made of.
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { MATCH_PAYMENT } from '../../domain/desk/booking-tasks.ts'
import type { Kpi, KpiValue } from '../../domain/kpi/compute-kpis.ts'
import type { KpiUnit } from '../../domain/kpi/definitions.ts'
import type { DeskSession } from '../../use-cases/desk-session.ts'
import type { UnmatchedMoney } from '../../use-cases/list-bank-transactions.ts'
import type { ExperimentReport } from '../../use-cases/manage-experiments.ts'
import { type Bar, renderBars } from './bar-chart.ts'
import { renderDeskPage } from './desk-frame.ts'
import { renderExperiment } from './experiment-card.ts'
import { dayText, moneyText } from './format-for-staff.ts'

export interface KpisPage {
  readonly nonce: string
  readonly session: DeskSession
  readonly from: string
  readonly to: string
  readonly segment: string
  readonly kpis: readonly Kpi[]
  /** Money that waits now, whatever the period. */
  readonly unmatched: readonly UnmatchedMoney[]
  /** The newest one, whatever the period. */
  readonly experiment: ExperimentReport | undefined
  readonly problem: string | null
}

const NOTHING = 'Nothing to count'

/** Renders the figures, or why there are none. */
export function renderKpis(page: KpisPage): string {
  const { session, nonce, kpis, problem, from, to, experiment } = page
  const alert =
    problem === null ? null : html`<div class="alert" role="alert"><p>${problem}</p></div>\n`
  const period = problem === null ? html`<p>${dayText(from)} to ${dayText(to)}</p>\n` : null
  const main = html`<h1>Figures</h1>
${renderUnmatched(page)}${alert}${period}${renderPeriodForm(page)}<div class="figures">
${kpis.map(renderKpi)}${experiment === undefined ? null : renderExperiment(experiment)}</div>
`
  const title = problem === null ? 'Figures' : 'Figures: something is wrong'
  return renderDeskPage({ title, nonce, session, here: '/desk/kpis', main })
}

function renderUnmatched({ unmatched }: KpisPage): SafeHtml | null {
  if (unmatched.length === 0) return null
  return html`<section class="card" aria-labelledby="unmatched">
<h2 id="unmatched">Money that nobody has placed</h2>
<ul>${unmatched.map(({ currency, count, sum, oldest }) => {
    const payments = count === 1 ? '1 payment' : `${count} payments`
    const since = oldest === null ? '' : `, the oldest of ${dayText(oldest)}`
    return html`<li>${moneyText(sum, currency)} in ${payments}${since}</li>`
  })}</ul>
<p><a href="/desk?kind=${MATCH_PAYMENT}">Place it</a></p>
</section>
`
}

function renderPeriodForm({ from, to, segment }: KpisPage): SafeHtml {
  return html`<section class="card" aria-labelledby="period">
<h2 id="period">Period</h2>
<form method="get" action="/desk/kpis">
<div class="row"><div class="field"><label for="from">From</label><input type="date" id="from" name="from" value="${from}" required></div>
<div class="field"><label for="to">To</label><input type="date" id="to" name="to" value="${to}" required></div>
<div class="field"><label for="segment">Segment (all when empty)</label><input type="text" id="segment" name="segment" value="${segment}" maxlength="40" pattern="[a-z0-9][a-z0-9\\-]*"></div>
<button type="submit">Show</button></div>
</form>
</section>
`
}

function renderKpi({ definition, values }: Kpi): SafeHtml {
  const { id, name, formula, unit } = definition
  const isWide = values.length > 2
  const shown = values.filter(({ value }) => value !== null)
  return html`<section class="card${isWide ? ' wide' : ''}" aria-labelledby="${id}">
<h2 id="${id}">${name}</h2>
${unit === 'count' ? null : renderBigValues(values, unit)}${shown.length === 0 || unit === 'ratio' || unit === 'days' ? null : renderBars(`${id}-chart`, name, barsOf(values, unit))}<p class="quiet small">${formula}</p>
${values.length === 0 ? html`<p>${NOTHING}</p>\n` : renderTable({ definition, values })}</section>
`
}

function renderBigValues(values: readonly KpiValue[], unit: KpiUnit): SafeHtml {
  return html`${values.map((one) =>
    one.value === null
      ? html`<p>${one.currency === null ? '' : `${one.currency}: `}${NOTHING}</p>\n`
      : html`<p class="figure-value">${valueText(one, unit)}</p>\n`,
  )}`
}

function valueText({ value, currency }: KpiValue, unit: KpiUnit): string {
  if (value === null) return '–'
  const of = currency === null ? '' : ` (${currency})`
  if (unit === 'percent') return `${value} %${of}`
  if (unit === 'days') return `${value} days${of}`
  return unit === 'ratio' ? `${value} ${currency ?? ''} for 1 ${currency ?? ''}` : value
}

function barsOf(values: readonly KpiValue[], unit: KpiUnit): Bar[] {
  const most = Math.max(1, ...values.map(({ value }) => Number(value)))
  return values
    .filter(({ value }) => value !== null)
    .map((one) => ({
      label: one.label ?? one.currency ?? '',
      text: unit === 'percent' ? `${one.value} %` : (one.value ?? ''),
      share: Number(one.value) / (unit === 'percent' ? 100 : most),
    }))
}

function renderTable({ definition, values }: Kpi): SafeHtml {
  const { unit } = definition
  const rows = values.map((one) => {
    const of = one.currency === null ? '' : ` ${one.currency}`
    return html`<tr><th scope="row">${one.label ?? one.currency ?? 'all'}</th><td class="number">${one.value === null ? NOTHING : valueText(one, unit)}</td><td class="number">${one.numerator} of ${one.denominator}${of}</td></tr>
`
  })
  return html`<details><summary>In numbers</summary><div class="scroll" tabindex="0" role="region" aria-label="${definition.name} in numbers"><table>
<thead><tr><th scope="col">What</th><th scope="col" class="number">Value</th><th scope="col" class="number">Made of</th></tr></thead>
<tbody>
${rows}</tbody></table></div></details>
`
}
