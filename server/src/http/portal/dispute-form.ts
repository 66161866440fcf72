// "Something is wrong with this bill": a reason by one click, and if wished the part and own words.

import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import {
  amountsOf,
  enteredIn,
  type FoldedContext,
  fieldId,
  renderActForm,
  renderTextArea,
  renderTextField,
  wrongText,
} from './act-form.ts'

/** Why a bill may be disputed, as codes for the creditor. */
export const DISPUTE_REASONS = [
  'not-mine',
  'not-received',
  'not-as-agreed',
  'amount-wrong',
  'other',
] as const

/** Renders the form of a dispute. */
export function renderDispute(context: FoldedContext): SafeHtml {
  const { page, say } = context
  const part = renderTextField(context, {
    name: 'part',
    type: 'text',
    label: 'dispute.part',
    hint: say('dispute.part-hint', { amount: amountsOf(page).amount }),
    more: html` inputmode="decimal" autocomplete="off" maxlength="40"`,
  })
  const fields = [renderReasons(context), part, renderTextArea(context, 'text', 'dispute.text')]
  return renderActForm(context, { fields, submit: 'dispute.submit' })
}

function renderReasons(context: FoldedContext): SafeHtml {
  const { say } = context
  const wrong = wrongText(context, 'reason')
  const id = fieldId('dispute', 'reason')
  return html`<fieldset${wrong !== null && html` aria-describedby="${id}-wrong"`}>
<legend>${say('dispute.reason')}</legend>
${wrong !== null && html`<p class="wrong" id="${id}-wrong">${wrong}</p>\n`}${DISPUTE_REASONS.map(
  (reason, index) => {
    const isChosen = enteredIn(context, 'reason') === reason
    return html`<p class="tick-line"><label for="${id}-${index + 1}"><input type="radio" id="${id}-${index + 1}" name="reason" value="${reason}"${isChosen && html` checked`}> <span>${say(`dispute.reason.${reason}`)}</span></label></p>\n`
  },
)}</fieldset>
`
}
