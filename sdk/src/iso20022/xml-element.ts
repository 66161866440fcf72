// Writes XML: elements, attributes and text, escaped, and nothing else of the language.

/** An element of a message that is being written. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly content: string | readonly XmlElement[]
}

/** What may stand where an element is expected; what is absent is left out. */
export type MaybeElement = XmlElement | undefined

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** Makes an element that holds a text or the elements that are present. */
export function element(
  name: string,
  content: string | readonly MaybeElement[],
  attributes: Readonly<Record<string, string>> = {},
): XmlElement {
  if (typeof content === 'string') return { name, attributes, content }
  return { name, attributes, content: content.filter((child) => child !== undefined) }
}

/** Writes the document of a message in UTF-8 text, one element a line. */
export function writeDocument(namespace: string, message: XmlElement): string {
  const document = element('Document', [message], { xmlns: namespace })
  return `<?xml version="1.0" encoding="UTF-8"?>\n${written(document, '')}`
}

function written({ name, attributes, content }: XmlElement, indent: string): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`)
  const start = `${indent}<${name}${pairs.join('')}>`
  if (typeof content === 'string') return `${start}${escaped(content)}</${name}>\n`
  const children = content.map((child) => written(child, `${indent}  `)).join('')
  return `${start}\n${children}${indent}</${name}>\n`
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character)
}
