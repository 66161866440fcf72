// Streams XML as small records: the file is never held, only the record being read. Knows nothing
// of banking. DTDs and entities are refused, depth and sizes are capped, and nothing here throws
// for a broken file: reading stops and the first refusal comes back from `end`.
import type { Result } from '@parley/sdk/protocol'
import { SaxesParser, type SaxesTagNS } from 'saxes'
import type { StatementRefusal, StatementRefusalCode } from './statement-types.ts'
import { isDeclaredAs } from './xml-encoding.ts'

export interface XmlElement {
  /** Local name, without prefix. */
  readonly name: string
  readonly uri: string
  readonly line: number
  readonly attributes: SaxesTagNS['attributes']
  readonly children: XmlElement[]
  text: string
}

/**
 * `keep` adds the element to its parent, `record` hands it over when it closes and forgets it,
 * `skip` ignores it with everything inside.
 */
export type Treatment = 'keep' | 'record' | 'skip'

/** What is done with elements; a refusal ends the reading. */
export interface XmlRecordHandlers {
  open(element: XmlElement, parent: XmlElement | undefined): Result<Treatment, StatementRefusal>
  record(element: XmlElement): Result<unknown, StatementRefusal>
}

export interface XmlRecordReader {
  write(chunk: string): void
  /** Ends the input; returns the refusal, if there is one. Later calls return the same. */
  end(): StatementRefusal | undefined
  /** Refuses from outside, for example because the bytes cannot be decoded. */
  stop(code: StatementRefusalCode, message: string): void
}

const LIMITS = {
  depth: 64,
  /** ISO 20022 knows no text longer than 500 characters here; banks are generous. */
  textLength: 10_000,
  children: 10_000,
  /** Characters between two tags, attributes and comments included. */
  markupLength: 1 << 18,
}
const SLICE = 1 << 16
// A null prototype: with a plain object saxes would take `&constructor;` for an entity.
const ENTITIES: Record<string, string> = Object.assign(Object.create(null), {
  amp: '&',
  gt: '>',
  lt: '<',
  quot: '"',
  apos: "'",
})

/**
 * Creates a reader for one document.
 *
 * Refuses `xml-doctype`, `xml-encoding` (the declaration names another encoding than `encoding`,
 * in which the text was decoded), `xml-depth`, `xml-size` and `statement-xml` (not well-formed,
 * an undefined entity included). Namespaces are resolved; prefixes do not matter.
 */
export function createXmlRecordReader(
  encoding: string,
  handlers: XmlRecordHandlers,
): XmlRecordReader {
  const parser = createSaxesParser()
  let refusal: StatementRefusal | undefined
  let isEnded = false
  const refuse: Refuse = (reason) => {
    refusal ??= reason
    throw new Stop()
  }
  const guarded = (read: () => void) => {
    if (refusal !== undefined || isEnded) return
    try {
      read()
    } catch (error) {
      if (!(error instanceof Stop)) throw error
    }
  }
  const refuseHere: RefuseHere = (code, message) => refuse({ code, line: parser.line, message })
  refuseFaults(parser, encoding, refuseHere)
  const write = createBoundedWriter(parser, createElementStack(handlers, refuse), refuseHere)
  return {
    write: (chunk) => guarded(() => write(chunk)),
    end: () => {
      guarded(() => parser.close())
      isEnded = true
      return refusal
    },
    stop: (code, message) => guarded(() => refuseHere(code, message)),
  }
}

/** Ends the reading with this refusal; it does not return to the caller. */
type Refuse = (refusal: StatementRefusal) => never
type Parser = SaxesParser<{ xmlns: true }>
type RefuseHere = (code: StatementRefusalCode, message: string) => never

/** Thrown through saxes to leave its loop at once; never leaves this file. */
class Stop extends Error {}

function refuseFaults(parser: Parser, encoding: string, refuseHere: RefuseHere) {
  parser.on('error', (error) => {
    const reason = error.message.replace(/^\d+:\d+: /, '')
    refuseHere('statement-xml', `The file is not well-formed XML: ${reason}`)
  })
  parser.on('doctype', () => {
    refuseHere('xml-doctype', 'A document type declaration is not allowed in a statement.')
  })
  parser.on('xmldecl', ({ encoding: declared }) => {
    if (declared !== undefined && !isDeclaredAs(declared, encoding)) {
      refuseHere('xml-encoding', `The file declares ${declared} but is read as ${encoding}.`)
    }
  })
}

/**
 * Feeds the parser in slices and counts the characters since the last tag: what stays in the
 * parser's own buffers is bounded without a look inside.
 */
function createBoundedWriter(parser: Parser, stack: ElementStack, refuseHere: RefuseHere) {
  let sinceTag = 0
  parser.on('opentag', (tag) => {
    sinceTag = 0
    stack.open(tag, parser.line)
  })
  parser.on('closetag', () => {
    sinceTag = 0
    stack.close()
  })
  parser.on('text', stack.text)
  parser.on('cdata', stack.text)
  return (chunk: string) => {
    for (let at = 0; at < chunk.length; at += SLICE) {
      const slice = chunk.slice(at, at + SLICE)
      sinceTag += slice.length
      parser.write(slice)
      if (sinceTag > LIMITS.markupLength) refuseHere('xml-size', 'One tag or text is too long.')
    }
  }
}

function createSaxesParser(): Parser {
  const parser = new SaxesParser({ xmlns: true, defaultXMLVersion: '1.0', forceXMLVersion: true })
  parser.ENTITIES = ENTITIES
  // `on` stores handlers by computed name. From the fourth on, V8 makes the parser a dictionary,
  // five times slower. Naming the slots first avoids that; a wrong name would only cost speed.
  const slots = parser as unknown as Record<string, undefined>
  slots.errorHandler = undefined
  slots.doctypeHandler = undefined
  slots.xmldeclHandler = undefined
  slots.openTagHandler = undefined
  slots.closeTagHandler = undefined
  slots.textHandler = undefined
  slots.cdataHandler = undefined
  return parser
}

interface ElementStack {
  open(tag: SaxesTagNS, line: number): void
  close(): void
  text(content: string): void
}

function createElementStack(handlers: XmlRecordHandlers, refuse: Refuse): ElementStack {
  const elements: XmlElement[] = []
  const treatments: Treatment[] = []
  let skipped = 0

  const open = (tag: SaxesTagNS, line: number) => {
    if (elements.length + skipped >= LIMITS.depth) {
      refuse({ code: 'xml-depth', line, message: 'Elements are nested too deeply.' })
    }
    if (skipped > 0) {
      skipped += 1
      return
    }
    const { local: name, uri, attributes } = tag
    const element: XmlElement = { name, uri, line, attributes, children: [], text: '' }
    const treatment = handlers.open(element, elements.at(-1))
    if (!treatment.ok) return refuse(treatment.error)
    if (treatment.value === 'skip') {
      skipped = 1
      return
    }
    elements.push(element)
    treatments.push(treatment.value)
  }
  const close = () => {
    if (skipped > 0) {
      skipped -= 1
      return
    }
    const element = elements.pop()
    const treatment = treatments.pop()
    if (element === undefined) return
    if (treatment === 'keep') return attach(element, elements.at(-1), refuse)
    const taken = handlers.record(element)
    if (!taken.ok) refuse(taken.error)
  }
  const text = (content: string) => {
    const element = elements.at(-1)
    if (skipped > 0 || element === undefined) return
    element.text += content
    if (element.text.length > LIMITS.textLength) refuseLongText(element, refuse)
  }
  return { open, close, text }
}

function attach(element: XmlElement, parent: XmlElement | undefined, refuse: Refuse) {
  if (parent === undefined) return
  if (parent.children.length >= LIMITS.children) {
    const message = `${parent.name} holds too many elements.`
    refuse({ code: 'xml-size', line: element.line, message })
  }
  parent.children.push(element)
}

function refuseLongText(element: XmlElement, refuse: Refuse) {
  // White space between the records of a long statement is no text.
  element.text = element.text.trim()
  if (element.text === '') return
  const message = `The text of ${element.name} is too long.`
  refuse({ code: 'xml-size', line: element.line, message })
}
