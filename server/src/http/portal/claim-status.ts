// The heart of the claim page: what is owed and how to settle it, or that nothing is left to do.

import { compareDays } from '@parley/sdk/protocol'
import { itemRows } from '../../domain/content/fact-rows.ts'
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { oneLine } from '../../domain/content/safe-text.ts'
import {
  formatAmountForPeople,
  formatDayForPeople,
  formatMoneyForPeople,
} from '../../domain/wording/format-for-people.ts'
import type { Wording } from '../../domain/wording/wording.ts'
import { renderChoices, renderProblem } from './choices-form.ts'
import { CHECK_MARK, renderAgreedLines } from './lines-table.ts'
import type { Say } from './page-frame.ts'
import type { AgreedPlan, ClaimPageModel, PortalPage } from './page-model.ts'
import { renderPaySection } from './pay-section.ts'

/** How the section speaks. */
export interface Voice {
  readonly say: Say
  readonly wording: Wording
}

/** Renders the state of the claim and what can be done about it, from top to bottom. */
export function renderStatus(
  page: ClaimPageModel,
  title: string,
  { say, wording }: Voice,
): (SafeHtml | null)[] {
  const { status } = page
  switch (status.kind) {
    case 'open': {
      const { offer, transfer } = status
      const form = offer === null ? null : { page, offer, say, wording }
      return [
        form && renderProblem(form),
        renderOpenSummary(page, title, { say, wording }, form !== null),
        renderPaySection(page, transfer, { say, isPlanned: false }),
        form && renderChoices(form),
      ]
    }
    case 'agreed': {
      const { plan, transfer, offer } = status
      const form = offer === undefined ? null : { page, offer, say, wording }
      return [
        form && renderProblem(form),
        renderAgreed(page, plan, title, say),
        form && renderReplan(page, plan, say),
        renderPaySection(page, transfer, { say, isPlanned: true }),
        form && renderChoices(form),
        renderPayoff(page, plan, say),
      ]
    }
    default:
      return [renderClosed(page, title, { kind: status.kind, say })]
  }
}

function renderOpenSummary(
  page: PortalPage,
  title: string,
  { say, wording }: Voice,
  hasChoices: boolean,
): SafeHtml {
  const { claim, language, today } = page
  const overdue = compareDays(claim.dueDate, today) < 0 ? 'yes' : 'no'
  const due = say('portal.due', { overdue, day: formatDayForPeople(claim.dueDate, language) })
  return html`<section class="card">
<h1>${title}</h1>
<div>
<p class="amount">${formatMoneyForPeople(claim.outstanding, language)}</p>
<p class="quiet">${due}</p>
</div>
${renderCovered(page, say)}${renderParts(page, wording)}${renderOrigin(page, say)}<ul class="links">
${hasChoices && html`<li><a href="#choices">${say('choices.heading')}</a></li>\n`}<li><a href="#acts">${say('acts.link')}</a></li>
</ul>
</section>
`
}

/** What a credit of the person leaves to pay. */
function renderCovered({ claim, language }: PortalPage, say: Say): SafeHtml | null {
  const { outstanding, covered } = claim
  if (covered === null) return null
  const net = { minor: outstanding.minor - covered.minor, currency: outstanding.currency }
  const text = say('credit.covers', {
    whole: net.minor === 0n ? 'yes' : 'no',
    amount: formatMoneyForPeople(covered, language),
    net: formatMoneyForPeople(net, language),
  })
  return html`<p><strong>${text}</strong></p>\n`
}

/** What the amount consists of, where that is more than the bill. */
function renderParts({ claim, language }: PortalPage, wording: Wording): SafeHtml | null {
  if (claim.items.length < 2) return null
  return html`<dl class="facts wide">
${itemRows(claim.items, language, wording).map(
  ({ label, value, detail }) =>
    html`<div><dt>${label}${detail !== undefined && html`<br><small>${detail}</small>`}</dt><dd>${value}</dd></div>\n`,
)}</dl>
`
}

function renderOrigin({ claim }: PortalPage, say: Say): SafeHtml | null {
  const { invoiceNumber, subject } = claim
  if (invoiceNumber === undefined && subject === undefined) return null
  return html`<dl class="facts wide">
${subject !== undefined && html`<div><dt>${say('label.subject')}</dt><dd><bdi>${oneLine(subject)}</bdi></dd></div>\n`}${invoiceNumber !== undefined && html`<div><dt>${say('label.invoice-number')}</dt><dd><bdi>${oneLine(invoiceNumber)}</bdi></dd></div>\n`}</dl>
`
}

function renderAgreed(page: PortalPage, plan: AgreedPlan, title: string, say: Say): SafeHtml {
  const next = plan.lines.find(({ isPaid }) => !isPaid)
  const nextText =
    next &&
    say('agreed.next', {
      amount: formatAmountForPeople(next.amount, page.language),
      day: formatDayForPeople(next.dueDate, page.language),
    })
  return html`<section class="card">
<h1>${title}</h1>
<p>${say('agreed.intro', { count: plan.lines.length })}</p>
${nextText !== undefined && html`<p><strong>${nextText}</strong></p>\n`}${renderAgreedLines(plan, page.language, say)}${renderLateTerms(plan, say)}${renderOrigin(page, say)}</section>
`
}

/** What follows when a payment is late, told before it is. */
export function renderLateTerms(
  { lateTerms }: Pick<AgreedPlan, 'lateTerms'>,
  say: Say,
): SafeHtml | null {
  if (lateTerms === undefined) return null
  const { graceDays: days, replans, answerDays: answer } = lateTerms
  const key = replans > 0 ? 'agreed.late-terms' : 'agreed.late-terms-plain'
  return html`<p class="small quiet">${say(key, { days, answer })}</p>
`
}

function renderReplan(page: PortalPage, { replanUntil }: AgreedPlan, say: Say): SafeHtml | null {
  if (replanUntil === null || replanUntil === undefined) return null
  const day = formatDayForPeople(replanUntil, page.language)
  return html`<section class="card" aria-labelledby="replan">
<h2 id="replan">${say('replan.heading')}</h2>
<p>${say('replan.intro', { day })}</p>
<p><a href="#choices">${say('choices.heading')}</a></p>
</section>
`
}

function renderPayoff(page: PortalPage, { payoff }: AgreedPlan, say: Say): SafeHtml | null {
  if (payoff === null || payoff === undefined) return null
  const { language } = page
  const amount = formatMoneyForPeople(payoff.amount, language)
  const day = formatDayForPeople(payoff.lastDay, language)
  const saved = formatMoneyForPeople(payoff.saved, language)
  return html`<section class="card" aria-labelledby="payoff">
<h2 id="payoff">${say('payoff.heading')}</h2>
<p>${say('payoff.body', { amount, day })}</p>
${
  payoff.saved.minor > 0n &&
  html`<p>${say('payoff.saved', { amount: saved })}</p>
`
}</section>
`
}

type ClosedKind = Exclude<ClaimPageModel['status']['kind'], 'open' | 'agreed'>

function renderClosed(
  page: ClaimPageModel,
  title: string,
  { kind, say }: { kind: ClosedKind; say: Say },
): SafeHtml {
  return html`<section class="card">
${kind === 'settled' && html`<p class="tick">${CHECK_MARK}</p>\n`}<h1>${title}</h1>
<p>${say(`${kind}.body`)}</p>
${kind === 'handed-over' && renderOrigin(page, say)}</section>
`
}
