// Whom to write to or call, with the sentence that is enough to say. Shown only as far as the
// creditor can be reached: no button leads nowhere.

import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { oneLine } from '../../domain/content/safe-text.ts'
import { formatReferenceForPeople } from '../../domain/wording/format-for-people.ts'
import type { Say } from './page-frame.ts'
import type { PortalPage } from './page-model.ts'

const EMAIL = /^[^\s@<>"'?&#,;:\\]+@[^\s@<>"'?&#,;:\\]+$/

/** Renders the section "already paid, or need a hand?"; null when there is no contact to show. */
export function renderContact({ creditor, claim }: PortalPage, say: Say): SafeHtml | null {
  const email = creditor.email !== undefined && EMAIL.test(creditor.email) ? creditor.email : null
  const phone = creditor.phone === undefined ? null : oneLine(creditor.phone)
  if (email === null && phone === null) return null

  const reference = formatReferenceForPeople(claim.reference)
  const subject = say('contact.mail-subject', { reference })
  const paid = say('contact.say-paid', { reference })
  const help = say('contact.say-help', { reference })
  return html`<section class="card" aria-labelledby="contact">
<h2 id="contact">${say('contact.heading')}</h2>
<p>${say('contact.intro')}</p>
<div class="say">
<div><blockquote>${paid}</blockquote>${email && renderMailLink(say('contact.write-paid'), email, { subject, body: paid })}</div>
<div><blockquote>${help}</blockquote>${email && renderMailLink(say('contact.write-help'), email, { subject, body: help })}</div>
</div>
<dl class="facts wide">
${email && html`<div><dt>${say('contact.email')}</dt><dd><a href="mailto:${email}">${email}</a></dd></div>\n`}${phone && html`<div><dt>${say('contact.phone')}</dt><dd>${renderPhone(phone)}</dd></div>\n`}</dl>
</section>
`
}

function renderPhone(phone: string): SafeHtml {
  const number = phone.replace(/[^0-9+]/g, '')
  if (number.length < 3) return html`${phone}`
  return html`<a href="tel:${number}">${phone}</a>`
}

function renderMailLink(
  label: string,
  email: string,
  mail: { readonly subject: string; readonly body: string },
): SafeHtml {
  const [subject, body] = [encodeURIComponent(mail.subject), encodeURIComponent(mail.body)]
  return html`<a href="mailto:${email}?subject=${subject}&amp;body=${body}">${label}</a>`
}
