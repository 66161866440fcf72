// What else a person may say or do on the page: already paid, something is wrong, help, wishes. What
// was told before stands in place of its form.

import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { formatDayForPeople, formatMoneyForPeople } from '../../domain/wording/format-for-people.ts'
import {
  type FoldedContext,
  fieldId,
  fieldOf,
  isOwed,
  problemText,
  renderActForm,
  renderTextArea,
  renderTextField,
  renderTick,
} from './act-form.ts'
import type { Voice } from './claim-status.ts'
import { renderDispute } from './dispute-form.ts'
import { CHECK_MARK } from './lines-table.ts'
import type { Say } from './page-frame.ts'
import type { ActName, ClaimPageModel } from './page-model.ts'
import { renderPreferences } from './preferences-form.ts'

/** Renders the section "something else?". */
export function renderActs(page: ClaimPageModel, { say, wording }: Voice): SafeHtml {
  const context = (act: FoldedContext['act']): FoldedContext => ({ act, page, say, wording })
  const isDue = isOwed(page)
  return html`<section class="card" aria-labelledby="acts">
<h2 id="acts">${say('acts.heading')}</h2>
<div class="acts">
${isDue && renderPaid(context('paid'))}${isDue && renderDisputeOrTold(context('dispute'))}${renderHelp(context('help'))}${renderPreferences(context('preferences'))}</div>
</section>
`
}

/** Renders the word of thanks after an act; null when there is none to thank for. */
export function renderDone(page: ClaimPageModel, say: Say): SafeHtml | null {
  const { done, told } = page.acts
  if (done === undefined) return null
  const hasNoWord = done === 'preferences' || done === 'credit'
  const isTold = !hasNoWord && told[done] !== null
  const text = say(done === 'preferences' ? 'preferences.saved' : 'acts.done')
  return html`<div class="done" role="status" id="done">
<p><span class="state">${CHECK_MARK}${text}</span></p>
${isTold && html`<p>${toldText(done, page, say)}</p>\n`}</div>
`
}

/** Renders the box above the page that says what is wrong with a form and leads to it. */
export function renderActProblem(page: ClaimPageModel, say: Say): SafeHtml | null {
  const { problem } = page.acts
  if (problem === undefined) return null
  const name = fieldOf(problem.code)
  const isList = name === 'reason' || name === 'choice'
  const target = isList ? `${fieldId(problem.act, name)}-1` : fieldId(problem.act, name)
  return html`<div class="alert" role="alert" id="problem">
<h2>${say('error.summary')}</h2>
<p><a href="#${target}">${problemText(page, say)}</a></p>
</div>
`
}

function renderPaid(context: FoldedContext): SafeHtml {
  const { page, say } = context
  const { paid, promise } = page.acts.told
  const promised =
    promise !== null &&
    renderTold(
      'promised',
      say('paid.promised', { day: formatDayForPeople(promise, page.language) }),
    )
  if (paid?.state === 'looking') {
    return html`${promised}${renderTold('paid', toldText('paid', page, say))}`
  }
  const missing = paid !== null && html`<p class="told">${toldText('paid', page, say)}</p>\n`
  const day = renderTextField(context, {
    name: 'day',
    type: 'date',
    label: 'paid.day',
    more: html` max="${page.today}"`,
  })
  return html`${promised}${missing}${renderActForm(context, { fields: day, submit: 'paid.submit' })}`
}

function renderDisputeOrTold(context: FoldedContext): SafeHtml {
  const { page, say } = context
  if (page.acts.told.dispute === null) return renderDispute(context)
  return renderTold('dispute', toldText('dispute', page, say))
}

function renderHelp(context: FoldedContext): SafeHtml {
  const { page, say } = context
  if (page.acts.told.help !== null) return renderTold('help', toldText('help', page, say))
  const phone = { name: 'phone', type: 'tel', label: 'help.phone' } as const
  const fields = [
    renderTick(context, 'hardship', 'help.hardship'),
    renderTextField(context, { ...phone, more: html` autocomplete="tel" maxlength="40"` }),
    renderTextArea(context, 'text', 'help.text'),
  ]
  return renderActForm(context, { fields, submit: 'help.submit' })
}

function renderTold(id: string, text: string): SafeHtml {
  return html`<p class="told" id="${id}">${text}</p>\n`
}

function toldText(
  act: Exclude<ActName, 'preferences' | 'credit'>,
  page: ClaimPageModel,
  say: Say,
): string {
  const { paid, dispute, help } = page.acts.told
  const dayText = (day: string) => formatDayForPeople(day, page.language)
  if (act === 'paid' && paid !== null) {
    if (paid.state === 'missing') return say('paid.missing', { day: dayText(paid.on) })
    const end = {
      hasEnd: paid.until === null ? 'no' : 'yes',
      until: dayText(paid.until ?? paid.on),
    }
    return say('paid.told', { day: dayText(paid.on), ...end })
  }
  if (act === 'dispute' && dispute !== null) {
    const amount = formatMoneyForPeople(dispute.amount, page.language)
    const whole = dispute.isWhole ? 'yes' : 'no'
    return say('dispute.told', { day: dayText(dispute.on), amount, whole })
  }
  return help === null ? say('acts.done') : say('help.told', { day: dayText(help) })
}
