// Money that is owed to the person: what may happen with it, as one form, and what became of it. Works
// without script: both fields of another account are there from the start, with a hint.

import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { oneLine } from '../../domain/content/safe-text.ts'
import { formatDayForPeople, formatMoneyForPeople } from '../../domain/wording/format-for-people.ts'
import type { CreditOnPage } from '../../use-cases/read-credit-view.ts'
import {
  type ActContext,
  enteredIn,
  FORM_FIELD,
  fieldId,
  renderTextField,
  wrongText,
} from './act-form.ts'
import type { Voice } from './claim-status.ts'
import { inLanguage } from './page-frame.ts'
import type { ClaimPageModel } from './page-model.ts'

/** Renders the credit of the claim; null where nothing is owed to the person and nothing went back. */
export function renderCredit(page: ClaimPageModel, { say, wording }: Voice): SafeHtml | null {
  const { offer, refund } = page.credit
  const context: ActContext = { act: 'credit', page, say, wording }
  const parts = [
    refund !== null && renderRefund(context, refund),
    offer !== null && renderOffer(context, offer),
  ].filter((part) => part !== false)
  return parts.length === 0 ? null : html`${parts}`
}

function renderRefund(
  { page, say }: ActContext,
  refund: NonNullable<ClaimPageModel['credit']['refund']>,
): SafeHtml {
  const { amount, account, isPaid } = refund
  const text = say('credit.under-way', {
    paid: isPaid ? 'yes' : 'no',
    amount: formatMoneyForPeople(amount, page.language),
    account,
  })
  return html`<section class="card" id="refund">
<p>${text}</p>
</section>
`
}

const DEFAULTS: Readonly<Record<string, string>> = {
  'refund-to-origin': 'origin',
  'set-off': 'bill',
  'next-bill': 'next',
}

function renderOffer(context: ActContext, offer: CreditOnPage): SafeHtml {
  const { page, say } = context
  const { amount, defaultChoice, defaultOn, bill } = offer
  const intro = say('credit.intro', {
    default: DEFAULTS[defaultChoice ?? ''] ?? 'none',
    day: formatDayForPeople(defaultOn, page.language),
    number: oneLine(bill ?? ''),
  })
  const iban = renderTextField(context, {
    name: 'iban',
    type: 'text',
    label: 'credit.iban',
    hint: say('credit.iban-hint'),
    more: html` autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="60"`,
  })
  const holder = renderTextField(context, {
    name: 'holder',
    type: 'text',
    label: 'credit.holder',
    more: html` autocomplete="name" maxlength="70"`,
  })
  return html`<section class="card" aria-labelledby="credit">
<h2 id="credit">${say('credit.heading', { amount: formatMoneyForPeople(amount, page.language) })}</h2>
<p>${intro}</p>
<form method="post" action="${inLanguage(`${page.pageUrl}/credit`, page.language)}" novalidate>
<input type="hidden" name="${FORM_FIELD}" value="${page.acts.formId}">
<input type="hidden" name="credit" value="${offer.creditId}">
${renderChoices(context, offer)}${iban}${holder}<p class="actions"><button type="submit">${say('credit.submit')}</button></p>
</form>
</section>
`
}

function renderChoices(context: ActContext, { choices, origin, bill }: CreditOnPage): SafeHtml {
  const { say } = context
  const wrong = wrongText(context, 'choice')
  const id = fieldId('credit', 'choice')
  const entered = enteredIn(context, 'choice')
  return html`<fieldset${wrong !== null && html` aria-describedby="${id}-wrong"`}>
<legend>${say('credit.legend')}</legend>
${wrong !== null && html`<p class="wrong" id="${id}-wrong">${wrong}</p>\n`}${choices.map(
  (choice, index) => {
    const words = { account: origin ?? '', number: oneLine(bill ?? '') }
    return html`<p class="tick-line"><label for="${id}-${index + 1}"><input type="radio" id="${id}-${index + 1}" name="choice" value="${choice}"${entered === choice && html` checked`}> <span>${say(`credit.choice.${choice}`, words)}</span></label></p>\n`
  },
)}</fieldset>
`
}
