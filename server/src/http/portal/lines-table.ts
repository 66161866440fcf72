// The payments of a plan as a table that a screen reader can walk through.

import type { PlanLine } from '@parley/sdk/protocol'
import { html, type SafeHtml, trustedHtml } from '../../domain/content/safe-html.ts'
import { sumOfPayments } from '../../domain/wording/describe-plan.ts'
import {
  formatAmountForPeople,
  formatDayForPeople,
  formatMoneyForPeople,
} from '../../domain/wording/format-for-people.ts'
import type { Language } from '../../domain/wording/language.ts'
import type { Say } from './page-frame.ts'
import type { AgreedPlan, AgreedPlanLine } from './page-model.ts'

/** A check mark; says nothing to a screen reader. */
export const CHECK_MARK = trustedHtml(
  '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="M5 13l5 5L19 7"/></svg>',
)

/** Renders the payments of a plan that is not agreed yet, with their sum. */
export function renderLines(lines: readonly PlanLine[], language: Language, say: Say): SafeHtml {
  const total = formatMoneyForPeople(sumOfPayments(lines), language)
  const foot =
    lines.length > 1 &&
    html`<tfoot><tr><th scope="row">${say('label.total')}</th><td class="number">${total}</td></tr></tfoot>\n`
  return html`<table>
<caption>${say('lines.caption', { count: lines.length })}</caption>
<thead><tr>${renderHeads(say)}</tr></thead>
<tbody>
${lines.map((line) => html`<tr>${renderCells(line, language)}</tr>\n`)}</tbody>
${foot}</table>\n`
}

/** Renders the payments of an agreed plan and which of them have arrived. */
export function renderAgreedLines(plan: AgreedPlan, language: Language, say: Say): SafeHtml {
  return html`<table>
<caption>${say('lines.caption', { count: plan.lines.length })}</caption>
<thead><tr>${renderHeads(say)}<th scope="col" class="end">${say('lines.state')}</th></tr></thead>
<tbody>
${plan.lines.map(
  (line) =>
    html`<tr>${renderCells(line, language)}<td class="end">${renderState(line, language, say)}</td></tr>\n`,
)}</tbody>
</table>\n`
}

function renderHeads(say: Say): SafeHtml {
  return html`<th scope="col">${say('lines.day')}</th><th scope="col" class="number">${say('lines.amount')}</th>`
}

function renderCells({ dueDate, amount }: PlanLine, language: Language): SafeHtml {
  return html`<th scope="row">${formatDayForPeople(dueDate, language)}</th><td class="number">${formatAmountForPeople(amount, language)}</td>`
}

function renderState(line: AgreedPlanLine, language: Language, say: Say): SafeHtml {
  const { isPaid, state, graceUntil } = line
  if (!isPaid) {
    const isTold = state === 'due' || state === 'late' || state === 'missed'
    const day = graceUntil === undefined ? '' : formatDayForPeople(graceUntil, language)
    const text = isTold ? say(`lines.state.${state}`, { day }) : say('lines.open')
    return html`<span class="quiet">${text}</span>`
  }
  return html`<span class="state">${CHECK_MARK}${say('lines.paid')}</span>`
}
