// What the forms of the other acts share: a line that opens to a form, its fields, and the field that
// is shown again after a problem. Works without script: the line is a `details` element.

import { type HtmlValue, html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { formatMoneyForPeople } from '../../domain/wording/format-for-people.ts'
import type { TextKey } from '../../domain/wording/text-catalog.ts'
import type { Wording } from '../../domain/wording/wording.ts'
import { inLanguage, type Say } from './page-frame.ts'
import type { ActName, ClaimPageModel } from './page-model.ts'

/** The field that names the form. */
export const FORM_FIELD = 'form'

/** One form of the section. */
export interface ActContext {
  readonly act: ActName
  readonly page: ClaimPageModel
  readonly say: Say
  readonly wording: Wording
}

/** A form that a line opens to; that of a credit is always open. */
export interface FoldedContext extends ActContext {
  readonly act: Exclude<ActName, 'credit'>
}

/** Renders a line that opens to a form; open at once after a problem with it, or when asked for. */
export function renderActForm(
  { act, page, say }: FoldedContext,
  content: { readonly fields: HtmlValue; readonly submit: TextKey },
): SafeHtml {
  const isOpen = page.acts.problem?.act === act || page.acts.opens === act
  return html`<details class="act" id="${act}"${isOpen && html` open`}><summary>${say(`${act}.summary`)}</summary>
<form method="post" action="${inLanguage(`${page.pageUrl}/${act}`, page.language)}" novalidate>
<p>${say(`${act}.intro`, { open: isPayable(page) ? 'yes' : 'no' })}</p>
<input type="hidden" name="${FORM_FIELD}" value="${page.acts.formId}">
${content.fields}<p class="actions"><button type="submit">${say(content.submit)}</button></p>
</form>
</details>
`
}

/** Whether something of the claim is left to pay to the creditor. */
export function isPayable({ status }: ClaimPageModel): boolean {
  return status.kind === 'open' || status.kind === 'agreed'
}

/** Whether something of the claim is left to pay, be it to an agency. */
export function isOwed(page: ClaimPageModel): boolean {
  return isPayable(page) || page.status.kind === 'handed-over'
}

/** What was entered into a field, when its form is shown again. */
export function enteredIn({ act, page }: ActContext, name: string): string {
  const { problem } = page.acts
  return problem?.act === act ? (problem.entered[name] ?? '') : ''
}

export interface TextField {
  readonly name: string
  readonly type: 'text' | 'date' | 'tel' | 'number'
  readonly label: TextKey
  readonly hint?: string
  /** What stands in it before anything is entered. */
  readonly value?: string
  /** Further attributes of ours. */
  readonly more?: SafeHtml
}

/** Renders a labelled field of one line, with its hint and what is wrong with it. */
export function renderTextField(context: ActContext, field: TextField): SafeHtml {
  const { act, page, say } = context
  const { name, type, label, hint, more = null } = field
  const id = fieldId(act, name)
  const wrong = wrongText(context, name)
  const value = page.acts.problem?.act === act ? enteredIn(context, name) : (field.value ?? '')
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ')
  return html`<div class="field">
<label for="${id}">${say(label)}</label>
${hint !== undefined && html`<p class="quiet small" id="${id}-hint">${hint}</p>\n`}${wrong !== null && html`<p class="wrong" id="${id}-wrong">${wrong}</p>\n`}<input type="${type}" id="${id}" name="${name}" value="${value}"${more}${described !== '' && html` aria-describedby="${described}"`}${wrong !== null && html` aria-invalid="true"`}>
</div>
`
}

/** Renders a labelled field of several lines. */
export function renderTextArea(context: ActContext, name: string, label: TextKey): SafeHtml {
  const id = fieldId(context.act, name)
  return html`<div class="field">
<label for="${id}">${context.say(label)}</label>
<textarea id="${id}" name="${name}" rows="3" maxlength="${MAX_TEXT}">${enteredIn(context, name)}</textarea>
</div>
`
}

/** The longest text that the page takes, in characters. */
export const MAX_TEXT = 1_000

/** Renders a box to tick. */
export function renderTick(context: ActContext, name: string, label: TextKey): SafeHtml {
  const id = fieldId(context.act, name)
  const isTicked = enteredIn(context, name) === 'yes'
  return html`<p class="tick-line"><label for="${id}"><input type="checkbox" id="${id}" name="${name}" value="yes"${isTicked && html` checked`}> <span>${context.say(label)}</span></label></p>
`
}

export function fieldId(act: ActName, name: string): string {
  return `${act}-${name.toLowerCase()}`
}

/** What is wrong with a field, or null. */
export function wrongText({ act, page, say }: ActContext, name: string): string | null {
  const { problem } = page.acts
  if (problem === undefined || problem.act !== act || fieldOf(problem.code) !== name) return null
  return problemText(page, say)
}

/** The field that a problem is about. */
export function fieldOf(code: NonNullable<ClaimPageModel['acts']['problem']>['code']): string {
  if (code.startsWith('paid.')) return 'day'
  if (code.startsWith('credit.')) return code === 'credit.error-iban' ? 'iban' : 'choice'
  if (code === 'dispute.error-reason') return 'reason'
  return code.startsWith('dispute.') ? 'part' : 'payDay'
}

/** The sentence of the problem of a page. */
export function problemText(page: ClaimPageModel, say: Say): string {
  const { problem } = page.acts
  if (problem === undefined) throw new Error('nothing is wrong')
  return say(problem.code, { ...amountsOf(page), open: isPayable(page) ? 'yes' : 'no' })
}

/** The amount owed and an example of how amounts are written, for hints and problems. */
export function amountsOf({ claim, language }: ClaimPageModel) {
  const { minor, currency } = claim.outstanding
  const example = { minor: minor > 1n ? minor / 2n : minor, currency }
  return {
    amount: formatMoneyForPeople(claim.outstanding, language),
    example: formatMoneyForPeople(example, language),
  }
}
