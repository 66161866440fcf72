// The copy of everything that is kept about a person, as a page to read and to print.
import type { components } from '@parley/sdk/creditor'
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { renderBrand, renderDocument } from '../html-document.ts'
import { PORTAL_CSS } from './portal.css.ts'

type Schemas = components['schemas']
type Value = unknown

const CSS = `${PORTAL_CSS}
.export dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .25rem 1rem; }
.export dt { font-weight: 600; }
.export dd { margin: 0; overflow-wrap: anywhere; }
.export section { break-inside: avoid-page; margin-top: 1.5rem; }
@media print { .export dl { grid-template-columns: 10rem 1fr; } }
`

/** Renders it; `nonce` is that of the one style element. */
export function renderExportPage(made: Schemas['PersonExport'], nonce: string): string {
  const { creditor, person, paymentRequests, consents, agents, retention } = made
  const { learnt, contests, choices, experiments } = made
  const title = `What ${creditor.name} keeps about you`
  const body = html`<div class="page export">
<header>${renderBrand(creditor.name)}</header>
<main>
<h1>${title}</h1>
<p>As of ${made.exportedAt}. You may ask ${creditor.name} to correct or erase it, and complain to the
supervisory authority.</p>
${section('You', person)}
${section('What you consented to', consents)}
${section('Agents that act for you', agents)}
${paymentRequests.map((bill) => section(`Bill ${bill.invoiceNumber}`, bill))}
${section('What was learnt about you, from your own bills alone', learnt)}
${section('What you said is not right', contests)}
${section('How it was chosen when and how to write to you', choices)}
${section('Comparisons of two ways of writing that you are part of', experiments)}
${section('How long it is kept, and why', retention)}
</main>
</div>`
  return renderDocument({ language: 'en', nonce, css: CSS, title, body })
}

function section(title: string, value: Value): SafeHtml {
  return html`<section><h2>${title}</h2>${valueHtml(value)}</section>`
}

function valueHtml(value: Value): SafeHtml {
  if (value === null || value === undefined || value === '') return html`<span>–</span>`
  if (Array.isArray(value)) {
    if (value.length === 0) return html`<span>–</span>`
    return html`<ul>${value.map((item) => html`<li>${valueHtml(item)}</li>`)}</ul>`
  }
  if (typeof value === 'object') {
    const rows = Object.entries(value).map(
      ([name, item]) => html`<dt>${labelOf(name)}</dt><dd>${valueHtml(item)}</dd>`,
    )
    return html`<dl>${rows}</dl>`
  }
  return html`<span>${String(value)}</span>`
}

/** `invoiceNumber` as “invoice number”. */
function labelOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
