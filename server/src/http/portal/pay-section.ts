// How to pay: the QR code for the banking app, the details to copy, and on a phone, which cannot scan its
// own screen, a link for payment apps that take one.

import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { nameInSentence, oneLine } from '../../domain/content/safe-text.ts'
import {
  formatDayForPeople,
  formatMoneyForPeople,
  formatReferenceForPeople,
  groupByFour,
} from '../../domain/wording/format-for-people.ts'
import type { Say } from './page-frame.ts'
import type { PortalPage, Transfer } from './page-model.ts'

/** Renders the section "pay now", or "how to pay" when the payment is planned for a later day. */
export function renderPaySection(
  page: PortalPage,
  transfer: Transfer,
  { say, isPlanned }: { readonly say: Say; readonly isPlanned: boolean },
): SafeHtml {
  const amount = formatMoneyForPeople(transfer.amount, page.language)
  const { accountHolder, iban, nextAccount, qr, payto } = transfer
  const reference = formatReferenceForPeople(page.claim)
  const label = say('pay.code-label', { amount, payee: nameInSentence(accountHolder), reference })
  return html`<section class="card" aria-labelledby="pay">
<h2 id="pay">${say('pay.heading', { planned: isPlanned ? 'yes' : 'no' })}</h2>
<p>${say('pay.intro', { hasCode: qr === null ? 'no' : 'yes' })}</p>
<div class="pay">
<dl class="facts">
<div><dt>${say('label.amount-to-pay')}</dt><dd>${amount}</dd></div>
<div><dt>${say('label.payee')}</dt><dd><bdi class="copy">${oneLine(accountHolder)}</bdi></dd></div>
<div><dt>${say('label.iban')}</dt><dd>${renderCopy(groupByFour(iban))}</dd></div>
<div><dt>${say('label.reference')}</dt><dd>${renderCopy(reference)}</dd></div>
</dl>
${qr && html`<figure class="qr" role="img" aria-label="${label}">${qr}</figure>`}
</div>
${
  nextAccount &&
  html`<p>${say('pay.account-changes', {
    day: formatDayForPeople(nextAccount.on, page.language),
    account: groupByFour(nextAccount.iban),
  })}</p>`
}
<p class="quiet small">${say('pay.copy-hint')}</p>
<p class="small on-phone"><a href="${payto}">${say('pay.open-app')}</a></p>
</section>
`
}

// The gaps between the groups are drawn, not typed: what is copied has no blanks in it. A long reference
// may break between them.
function renderCopy(grouped: string): SafeHtml {
  const groups = grouped.split(' ').map((group) => html`<wbr><span class="group">${group}</span>`)
  return html`<span class="copy">${groups}</span>`
}
