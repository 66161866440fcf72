// The pages of the portal, as complete HTML documents. Pure: facts in, text out. The caller adds
// the headers (`portalContentSecurityPolicy`, `Cache-Control: no-store`).

import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { oneLine } from '../../domain/content/safe-text.ts'
import { isWebAddress } from '../../domain/content/web-address.ts'
import { describePlan } from '../../domain/wording/describe-plan.ts'
import { formatDayForPeople, formatMoneyForPeople } from '../../domain/wording/format-for-people.ts'
import { LANGUAGES } from '../../domain/wording/language.ts'
import type { Wording } from '../../domain/wording/wording.ts'
import { renderDocument } from '../html-document.ts'
import { renderActProblem, renderActs, renderDone } from './acts-section.ts'
import { renderHiddenFields } from './choices-form.ts'
import { renderLateTerms, renderStatus } from './claim-status.ts'
import { renderContact } from './contact-section.ts'
import { renderCredit } from './credit-section.ts'
import { CHECK_MARK, renderAgreedLines, renderLines } from './lines-table.ts'
import { inLanguage, renderFrame, type Say, voiceOf } from './page-frame.ts'
import type {
  ClaimPageModel,
  ConfirmPageModel,
  DonePageModel,
  ErrorPageModel,
  PortalDocument,
  ReceiptPageModel,
} from './page-model.ts'
import { renderPaySection } from './pay-section.ts'
import { PORTAL_CSS } from './portal.css.ts'
import { FIRST_DAY_FIELD, ROW_FIELD } from './read-choice-form.ts'

/** Renders the page of one claim: what is owed, how to pay, other dates, whom to ask. */
export function renderClaimPage(model: ClaimPageModel, wording: Wording): string {
  const say = voiceOf(model, wording)
  const title = claimTitle(model, say)
  const { status } = model
  const hasOffer = status.kind === 'open' || status.kind === 'agreed'
  const offered = hasOffer ? status.offer?.problem : undefined
  const problem = offered ?? model.acts.problem
  return renderFrame(model, wording, {
    title: problem === undefined ? title : say('error.title', { title }),
    main: [
      renderDone(model, say),
      renderActProblem(model, say),
      ...renderStatus(model, title, { say, wording }),
      renderCredit(model, { say, wording }),
      renderActs(model, { say, wording }),
      renderDocuments(model.documents, say),
      renderReceipts(model, say),
      renderContact(model, say),
      renderProfileLink(model, say),
    ],
  })
}

/** Renders the chosen plan once more, with the one button that makes it an agreement. */
export function renderConfirmPage(model: ConfirmPageModel, wording: Wording): string {
  const say = voiceOf(model, wording)
  const { rowId, firstDueDate, lines } = model.choice
  const count = lines.length
  const title = say('confirm.title')
  const fields = {
    ...model.hiddenFields,
    [ROW_FIELD]: rowId,
    [`${FIRST_DAY_FIELD}${rowId}`]: firstDueDate,
  }
  const main = html`<section class="card">
<h1>${title}</h1>
<p>${say('confirm.intro', { count })}</p>
<p><strong>${describePlan(model.choice, model.language, wording)}</strong></p>
${renderLines(lines, model.language, say)}<p>${say('confirm.meaning', { count })}</p>
${renderLateTerms(model.choice, say)}<form method="post" action="${inLanguage(model.confirmUrl, model.language)}">
${renderHiddenFields(fields)}<div class="actions"><button type="submit">${say('confirm.submit')}</button>
<a class="second" href="${inLanguage(model.pageUrl, model.language)}">${say('confirm.back')}</a></div>
</form>
</section>
`
  return renderFrame(model, wording, { title, main })
}

/** Renders the good end: an agreed plan with its dates, or the thanks for a payment. */
export function renderDonePage(model: DonePageModel, wording: Wording): string {
  const say = voiceOf(model, wording)
  const isPlan = model.kind === 'plan-confirmed'
  const title = say(isPlan ? 'done.plan.title' : 'done.thanks.title')
  const body = isPlan
    ? say('done.plan.body', { count: model.plan.lines.length })
    : say('done.thanks.body')
  const back = html`<p><a href="${inLanguage(model.pageUrl, model.language)}">${say('done.back')}</a></p>\n`
  return renderFrame(model, wording, {
    title,
    main: [
      html`<section class="card">
<p class="tick">${CHECK_MARK}</p>
<h1>${title}</h1>
<p>${body}</p>
${isPlan && renderAgreedLines(model.plan, model.language, say)}${back}</section>
`,
      isPlan && renderPaySection(model, model.transfer, { say, isPlanned: true }),
    ],
  })
}

/** Renders a receipt as a page to print or keep, with its signed form. */
export function renderReceiptPage(model: ReceiptPageModel, wording: Wording): string {
  const say = voiceOf(model, wording)
  const { language, receipt } = model
  const title = say('receipt.title')
  const amount = formatMoneyForPeople(receipt.amount, language)
  const day = formatDayForPeople(receipt.receivedOn, language)
  const settled = receipt.outstanding.minor === 0n ? 'yes' : 'no'
  const outstanding = formatMoneyForPeople(receipt.outstanding, language)
  const isStanding = !receipt.isReturned
  const main = html`<section class="card">
<h1>${title}</h1>
<p><strong>${say('receipt.body', { amount, day })}</strong></p>
${isStanding ? html`<p>${say('receipt.rest', { settled, outstanding })}</p>\n` : html`<p><strong>${say('receipts.returned')}</strong></p>\n`}<dl class="facts wide">
<div><dt>${say('receipt.number')}</dt><dd><bdi>${receipt.receiptId}</bdi></dd></div>
<div><dt>${say('label.reference')}</dt><dd><bdi>${model.claim.reference}</bdi></dd></div>
</dl>
<ul class="links">
<li><a href="${model.signedUrl}" download="receipt-${receipt.receiptId}.jose">${say('receipts.signed')}</a></li>
<li><a href="${inLanguage(model.pageUrl, language)}">${say('done.back')}</a></li>
</ul>
</section>
`
  return renderFrame(model, wording, { title, main })
}

/** Renders the page for a link that leads nowhere, in every language, the reader's own first. */
export function renderErrorPage(model: ErrorPageModel, wording: Wording): string {
  const [own, others] = [model.language, LANGUAGES.filter((other) => other !== model.language)]
  const title = wording.say(own, `link.${model.kind}.title`)
  const tongues = others.map(
    (language) => html`<section class="tongue" lang="${language}">
<h2>${wording.say(language, `link.${model.kind}.title`)}</h2>
<p>${wording.say(language, `link.${model.kind}.body`)}</p>
</section>
`,
  )
  const body = html`<div class="page">
<main id="main" class="card">
<h1>${title}</h1>
<p>${wording.say(own, `link.${model.kind}.body`)}</p>
${tongues}</main>
</div>`
  return renderDocument({ language: own, nonce: model.nonce, css: PORTAL_CSS, title, body })
}

function renderProfileLink({ pageUrl, language }: ClaimPageModel, say: Say): SafeHtml {
  return html`<p class="quiet"><a href="${inLanguage(`${pageUrl}/profile`, language)}">${say('profile.link')}</a></p>
`
}

function claimTitle({ status }: ClaimPageModel, say: Say): string {
  const count = status.kind === 'agreed' ? status.plan.lines.length : 1
  return say(`portal.title.${status.kind}`, { count })
}

function renderReceipts({ receipts = [], language }: ClaimPageModel, say: Say): SafeHtml | null {
  if (receipts.length === 0) return null
  return html`<section class="card" aria-labelledby="receipts">
<h2 id="receipts">${say('receipts.heading')}</h2>
<ul class="links">
${receipts.map(({ url, isReturned, ...row }) => {
  const amount = formatMoneyForPeople(row.amount, language)
  const text = say('receipts.row', { amount, day: formatDayForPeople(row.receivedOn, language) })
  return html`<li><a href="${inLanguage(url, language)}">${text}</a>${isReturned && html` (${say('receipts.returned')})`}</li>\n`
})}</ul>
</section>
`
}

function renderDocuments(documents: readonly PortalDocument[], say: Say): SafeHtml | null {
  const shown = documents.filter(({ url }) => isWebAddress(url) || /^\/(?![/\\])/.test(url))
  if (shown.length === 0) return null
  return html`<section class="card" aria-labelledby="documents">
<h2 id="documents">${say('portal.documents')}</h2>
<ul class="links">
${shown.map(({ label, url }) => html`<li><a href="${url}"><bdi>${oneLine(label)}</bdi></a></li>\n`)}</ul>
</section>
`
}
