// The frame of every page of the desk: who is here, where one can go, and how to leave.
import { type HtmlValue, html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { oneLine } from '../../domain/content/safe-text.ts'
import type { DeskSession } from '../../use-cases/desk-session.ts'
import { renderBrand, renderDocument } from '../html-document.ts'
import { DESK_CSS } from './desk.css.ts'

export interface DeskPage {
  readonly title: string
  readonly nonce: string
  readonly main: HtmlValue
  /** Who is logged in; nobody on the page that asks for it. */
  readonly session?: DeskSession
  /** The link of the navigation that leads here. */
  readonly here?: '/desk' | '/desk/kpis'
}

/** Renders a page of the desk as a complete document. */
export function renderDeskPage({ title, nonce, main, session, here }: DeskPage): string {
  const body = html`<div class="desk">
<a class="skip" href="#main">Go to the content</a>
<div class="page">
${session === undefined ? null : renderTop(session, here)}<main id="main">
${main}</main>
${session === undefined ? null : renderFooter(session)}</div>
</div>`
  return renderDocument({ language: 'en', nonce, css: DESK_CSS, title, body })
}

/** The field that proves that a form is ours. */
export function csrfField({ csrf }: DeskSession): SafeHtml {
  return html`<input type="hidden" name="csrf" value="${csrf}">`
}

function renderTop(session: DeskSession, here: DeskPage['here']): SafeHtml {
  const link = (href: string, text: string) =>
    href === here
      ? html`<li><a href="${href}" aria-current="page">${text}</a></li>`
      : html`<li><a href="${href}">${text}</a></li>`
  return html`<header class="top">
${renderBrand(oneLine(session.creditorName))}
<nav aria-label="Desk"><ul>
${link('/desk', 'Tasks')}
${link('/desk/kpis', 'Figures')}
<li><form method="post" action="/desk/logout">${csrfField(session)}<button class="link" type="submit">Log out</button></form></li>
</ul></nav>
</header>
`
}

function renderFooter({ by }: DeskSession): SafeHtml {
  return html`<footer><p>You act as <bdi>${oneLine(by)}</bdi>: the timeline of each bill keeps it, signed.</p></footer>
`
}
