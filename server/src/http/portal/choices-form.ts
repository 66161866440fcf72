// The rows of the menu as a form of radio buttons, each with its own first day. Works without
// script; where the browser knows `:has`, the details of a row open when it is chosen.

import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { describePlan, describeRhythm, sumOfPayments } from '../../domain/wording/describe-plan.ts'
import { formatDayForPeople, formatMoneyForPeople } from '../../domain/wording/format-for-people.ts'
import type { TextValues } from '../../domain/wording/text-catalog.ts'
import type { Wording } from '../../domain/wording/wording.ts'
import { type ChoiceGroup, groupChoices } from './group-choices.ts'
import { renderLines } from './lines-table.ts'
import { inLanguage, type Say } from './page-frame.ts'
import type { PlanChoice, PlanOffer, PortalPage } from './page-model.ts'
import { FIRST_DAY_FIELD, ROW_FIELD } from './read-choice-form.ts'

/** What the parts of the form share. */
interface FormContext {
  readonly page: PortalPage
  readonly offer: PlanOffer
  readonly say: Say
  readonly wording: Wording
}

/** Renders the section "pay later or in parts". */
export function renderChoices(context: FormContext): SafeHtml {
  const { page, offer, say } = context
  return html`<section class="card" aria-labelledby="choices">
<h2 id="choices">${say('choices.heading')}</h2>
<p>${say('choices.intro')}</p>
<form method="post" action="${inLanguage(offer.chooseUrl, page.language)}" novalidate>
${renderHiddenFields(offer.hiddenFields)}<fieldset>
<legend class="small quiet">${say('choices.legend')}</legend>
<div class="choices">
${groupChoices(offer.choices).map((group) => renderGroup(group, context))}</div>
</fieldset>
<p class="actions"><button type="submit">${say('choices.submit')}</button></p>
</form>
</section>
`
}

/** Renders the box above the form that says what is wrong and leads to it. */
export function renderProblem(context: FormContext): SafeHtml | null {
  const { offer, say } = context
  if (offer.problem === undefined) return null
  const index = offer.choices.findIndex(({ rowId }) => rowId === offer.entered?.rowId)
  const isAboutDay = offer.problem.code.startsWith('first-day')
  const [first] = groupChoices(offer.choices)
  const inSight = first === undefined ? 0 : offer.choices.indexOf(first.lead)
  const target = isAboutDay ? firstDayId(index) : radioId(inSight)
  return html`<div class="alert" role="alert" id="problem">
<h2>${say('error.summary')}</h2>
<p><a href="#${target}">${problemText(context, offer.choices[index])}</a></p>
</div>
`
}

/** Renders values that go back with a form unchanged. */
export function renderHiddenFields(fields: Readonly<Record<string, string>>): SafeHtml[] {
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`,
  )
}

/** The first row of a group in sight, the others behind a line that tells how many there are. */
function renderGroup(group: ChoiceGroup, context: FormContext): SafeHtml {
  const { lead, others } = group
  const { offer, say } = context
  const isOpen = others.some(({ rowId }) => rowId === offer.entered?.rowId)
  const summary = say('choices.more', moreOf(group))
  const more =
    others.length > 0 &&
    html`<details class="others"${isOpen && html` open`}><summary>${summary}</summary>
<div class="choices">
${others.map((choice) => renderChoice(choice, context))}</div>
</details>
`
  return html`${renderChoice(lead, context)}${more}`
}

function moreOf({ fewest, most, others }: ChoiceGroup): TextValues {
  const parts = most === 1 ? 'once' : fewest === most ? 'some' : 'range'
  return { more: others.length, parts, from: fewest, to: most }
}

function renderChoice(choice: PlanChoice, context: FormContext): SafeHtml {
  const { offer } = context
  const index = offer.choices.indexOf(choice)
  const isChosen = offer.entered?.rowId === choice.rowId
  return html`<div class="choice">
<label for="${radioId(index)}"><input type="radio" id="${radioId(index)}" name="${ROW_FIELD}" value="${choice.rowId}" required${isChosen && html` checked`}> <span class="title">${choiceTitle(choice, context)}</span> <span class="quiet small">${costText(choice, context)}</span></label>
<div class="more">
${renderFirstDay(choice, index, context)}${choice.lines.length > 1 && renderPreview(choice, context)}</div>
</div>
`
}

function renderFirstDay(choice: PlanChoice, index: number, context: FormContext): SafeHtml {
  const { page, offer, say } = context
  const { rowId, firstDueFrom, firstDueTo, startsOn, lines } = choice
  const [id, name] = [firstDayId(index), `${FIRST_DAY_FIELD}${rowId}`]
  const label = say('choices.first-day', { count: lines.length })
  if (firstDueFrom === firstDueTo) {
    const day = formatDayForPeople(firstDueFrom, page.language)
    return html`<p id="${id}"><strong>${label}</strong><br>${day}<input type="hidden" name="${name}" value="${firstDueFrom}"></p>\n`
  }
  const isWrong =
    offer.entered?.rowId === rowId && (offer.problem?.code.startsWith('first-day') ?? false)
  const range = say('choices.first-day-range', rangeOf(choice, page))
  return html`<div>
<label for="${id}">${label}</label>
<p class="quiet small" id="${id}-hint">${range}</p>
${isWrong && html`<p class="wrong" id="${id}-wrong">${problemText(context, choice)}</p>\n`}<input type="date" id="${id}" name="${name}" min="${firstDueFrom}" max="${firstDueTo}" value="${offer.entered?.firstDays[rowId] ?? startsOn}" aria-describedby="${id}-hint${isWrong && ` ${id}-wrong`}"${isWrong && html` aria-invalid="true"`}>
</div>
`
}

function renderPreview(choice: PlanChoice, { page, say }: FormContext): SafeHtml {
  const day = formatDayForPeople(choice.startsOn, page.language)
  return html`<details><summary>${say('choices.preview', { day })}</summary>
${renderLines(choice.lines, page.language, say)}</details>\n`
}

function choiceTitle(choice: PlanChoice, { page, say, wording }: FormContext): string {
  if (choice.firstDueFrom === choice.firstDueTo) return describePlan(choice, page.language, wording)
  const rhythm = describeRhythm(choice, page.language, wording)
  return choice.lines.length === 1 ? say('choices.single', { amount: rhythm }) : rhythm
}

function costText(choice: PlanChoice, { page, say }: FormContext): string {
  const total = sumOfPayments(choice.lines)
  const extra = total.minor - page.claim.outstanding.minor
  const effect = extra === 0n ? 'none' : extra > 0n ? 'more' : 'less'
  const size = { minor: extra < 0n ? -extra : extra, currency: total.currency }
  const difference = formatMoneyForPeople(size, page.language)
  const cost = say('choices.cost', { effect, difference })
  if (choice.lines.length === 1) return cost
  return say('choices.total', { cost, total: formatMoneyForPeople(total, page.language) })
}

function problemText({ page, offer, say }: FormContext, choice: PlanChoice | undefined): string {
  const code = offer.problem?.code ?? 'choose-row'
  return say(`error.${code}`, choice === undefined ? {} : rangeOf(choice, page))
}

function rangeOf({ firstDueFrom, firstDueTo }: PlanChoice, { language }: PortalPage) {
  return {
    from: formatDayForPeople(firstDueFrom, language),
    to: formatDayForPeople(firstDueTo, language),
  }
}

function radioId(index: number): string {
  return `choice-${index + 1}`
}

function firstDayId(index: number): string {
  return `first-day-${index + 1}`
}
