// The document around every page that people see: no script, no external resource, no style
// attribute, nothing for search engines, and no address told on.
import { html, type SafeHtml, trustedHtml } from '../domain/content/safe-html.ts'
import type { Language } from '../domain/wording/language.ts'

export interface HtmlDocument {
  readonly language: Language
  /** The nonce of the one style element; the policy of the reply names it. */
  readonly nonce: string
  /** Our own style sheet. */
  readonly css: string
  readonly title: string
  readonly body: SafeHtml
}

/** Renders a complete HTML document. */
export function renderDocument({ language, nonce, css, title, body }: HtmlDocument): string {
  const document = html`<!doctype html>
<html lang="${language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style nonce="${nonce}">${trustedHtml(css)}</style>
</head>
<body>
${body}
</body>
</html>
`
  return document.markup
}

/** A creditor's name at the head of a page, with its first letter as a sign. */
export function renderBrand(name: string): SafeHtml {
  const letter = (/[\p{L}\p{N}]/u.exec(name)?.[0] ?? '·').toUpperCase()
  return html`<p class="brand"><span class="monogram" aria-hidden="true">${letter}</span> <bdi>${name}</bdi></p>`
}
