// HTML that cannot be broken out of: every value put into a template is escaped unless it is HTML
// that this file made. Attribute values are always written in double quotes.

/** Markup made by `html` or vouched for with `trustedHtml`; nothing else is inserted unescaped. */
export class SafeHtml {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }

  toString(): string {
    return this.markup
  }
}

/** What a template takes: text is escaped, lists are joined, `null` and `false` vanish. */
export type HtmlValue = SafeHtml | string | number | null | false | readonly HtmlValue[]

/** Builds markup from a template literal and escapes every value in it. */
export function html(template: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  const markup = template.reduce(
    (before, text, index) => `${before}${toMarkup(values[index - 1] ?? null)}${text}`,
  )
  return new SafeHtml(markup)
}

/** Vouches for markup that our own code produced; never pass it anything a person wrote. */
export function trustedHtml(markup: string): SafeHtml {
  return new SafeHtml(markup)
}

/** Escapes a text for element content and for double- or single-quoted attribute values. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

function toMarkup(value: HtmlValue): string {
  if (value === null || value === false) return ''
  if (value instanceof SafeHtml) return value.markup
  if (typeof value === 'object') return value.map(toMarkup).join('')
  return escapeHtml(String(value))
}
