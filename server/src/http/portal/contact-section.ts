// Whom to write to or call. Shown only as far as the creditor can be reached: no link leads nowhere.

import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { oneLine } from '../../domain/content/safe-text.ts'
import { formatReferenceForPeople } from '../../domain/wording/format-for-people.ts'
import type { Say } from './page-frame.ts'
import type { PortalPage } from './page-model.ts'

const EMAIL = /^[^\s@<>"'?&#,;:\\]+@[^\s@<>"'?&#,;:\\]+$/

/** Renders the section "talk to us"; null when there is no contact to show. */
export function renderContact({ creditor, claim }: PortalPage, say: Say): SafeHtml | null {
  const email = creditor.email !== undefined && EMAIL.test(creditor.email) ? creditor.email : null
  const phone = creditor.phone === undefined ? null : oneLine(creditor.phone)
  if (email === null && phone === null) return null

  const reference = formatReferenceForPeople(claim)
  const subject = encodeURIComponent(say('contact.mail-subject', { reference }))
  return html`<section class="card" aria-labelledby="contact">
<h2 id="contact">${say('contact.heading')}</h2>
<p>${say('contact.intro')}</p>
<dl class="facts wide">
${email && html`<div><dt>${say('contact.email')}</dt><dd><a href="mailto:${email}?subject=${subject}">${email}</a></dd></div>\n`}${phone && html`<div><dt>${say('contact.phone')}</dt><dd>${renderPhone(phone)}</dd></div>\n`}</dl>
</section>
`
}

function renderPhone(phone: string): SafeHtml {
  const number = phone.replace(/[^0-9+]/g, '')
  if (number.length < 3) return html`${phone}`
  return html`<a href="tel:${number}">${phone}</a>`
}
