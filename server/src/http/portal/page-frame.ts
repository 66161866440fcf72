// The frame of every portal page: creditor, language links, footer.
import { type HtmlValue, html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { nameInSentence, oneLine } from '../../domain/content/safe-text.ts'
import { LANGUAGES, type Language } from '../../domain/wording/language.ts'
import type { TextKey, TextValues } from '../../domain/wording/text-catalog.ts'
import type { Wording } from '../../domain/wording/wording.ts'
import { renderBrand, renderDocument } from '../html-document.ts'
import type { PortalPage } from './page-model.ts'
import { PORTAL_CSS } from './portal.css.ts'

/** Says something in the language of the page; `{creditor}` is known everywhere. */
export type Say = (key: TextKey, values?: TextValues) => string

/** Returns the voice of a page. */
export function voiceOf({ language, creditor }: PortalPage, wording: Wording): Say {
  const shared = { creditor: nameInSentence(creditor.name) }
  return (key, values) => wording.say(language, key, { ...shared, ...values })
}

/** A page about a claim: its title and what stands in `<main>`. */
export interface FrameContent {
  readonly title: string
  readonly main: HtmlValue
}

/** Renders a page about a claim as a complete document. */
export function renderFrame(page: PortalPage, wording: Wording, content: FrameContent): string {
  const say = voiceOf(page, wording)
  const body = html`<a class="skip" href="#main">${say('portal.skip')}</a>
<div class="page">
<header class="top">
${renderBrand(oneLine(page.creditor.name))}
<nav class="languages" aria-label="${say('portal.language')}"><ul>
${LANGUAGES.map((language) => renderLanguageLink(language, page, wording))}</ul></nav>
</header>
<main id="main">
${content.main}</main>
<footer><p>${say('portal.footer')}</p></footer>
</div>`
  const { language, nonce } = page
  return renderDocument({ language, nonce, css: PORTAL_CSS, title: content.title, body })
}

/** Adds the language to an address of this server, so that the next page keeps it. */
export function inLanguage(url: string, language: Language): string {
  return `${url}${url.includes('?') ? '&' : '?'}lang=${language}`
}

function renderLanguageLink(language: Language, page: PortalPage, wording: Wording): SafeHtml {
  const name = wording.say(language, 'language.name')
  const code = language.toUpperCase()
  // The visible code begins the accessible name, so that voice control finds it (WCAG 2.5.3).
  const label = `${code} ${name}`
  if (language === page.language) {
    return html`<li><span aria-current="true" lang="${language}"><abbr title="${name}">${code}</abbr></span></li>\n`
  }
  const url = inLanguage(page.pageUrl, language)
  return html`<li><a href="${url}" hreflang="${language}" lang="${language}" aria-label="${label}">${code}</a></li>\n`
}
