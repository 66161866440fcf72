// The refund that a person approves or refuses: how much, where to, and what speaks against it.
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { oneLine } from '../../domain/content/safe-text.ts'
import { CAUTION_WORDS } from '../../domain/desk/evidence-words.ts'
import { groupByFour } from '../../domain/wording/format-for-people.ts'
import type { Refund } from '../../use-cases/read-credits.ts'
import { moneyText } from './format-for-staff.ts'

const TARGET_WORDS = {
  origin: 'the account that the money came from',
  other: 'another account, named by the customer',
} as const satisfies Readonly<Record<Refund['target'], string>>

export function renderRefund(refund: Refund): SafeHtml {
  const { amount, currency, account, target, cautions } = refund
  return html`<section class="card" aria-labelledby="refund">
<h2 id="refund">${moneyText(amount, currency)} to go back</h2>
<dl class="facts">
${
  account &&
  html`<div><dt>To</dt><dd><bdi>${oneLine(account.holder)}</bdi></dd></div>
<div><dt>Account</dt><dd>${groupByFour(account.iban)}</dd></div>
`
}<div><dt>Which is</dt><dd>${TARGET_WORDS[target]}</dd></div>
</dl>
${
  cautions.length === 0
    ? null
    : html`<h3>Why it was held back</h3>
<ul class="gaps">${cautions.map((caution) => html`<li>${CAUTION_WORDS[caution]}</li>`)}</ul>
`
}</section>
`
}
