// Reads a whole small message into a tree, strictly: well-formed UTF-8 text, no document type, no
// entities but those of XML itself, and limits on everything.
import { SaxesParser } from 'saxes'
import { err, ok, type Result } from '../protocol/result.ts'
import type { IsoRefusal, IsoRefusalCode } from './iso-refusal.ts'

/** An element that was read. */
export interface XmlNode {
  /** Local name, without prefix. */
  readonly name: string
  readonly namespace: string
  /** From the message's own element on, such as `PmtInf/CdtTrfTx/Amt`. */
  readonly path: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlNode[]
  text: string
}

/** A message and the version that its namespace names, such as `07`. */
export interface IsoMessage {
  readonly version: string
  readonly root: XmlNode
}

const LIMITS = { characters: 4 << 20, depth: 32, elements: 200_000, textLength: 1 << 17 }
// A null prototype: with a plain object saxes would take `&constructor;` for an entity.
const ENTITIES: Record<string, string> = Object.assign(Object.create(null), {
  ...{ amp: '&', gt: '>', lt: '<', quot: '"', apos: "'" },
})

/** Thrown through saxes to leave its loop at once; never leaves this file. */
class Stop extends Error {}

/**
 * Reads the message of one kind, such as `pain.014`, out of its `Document`.
 *
 * Refuses `iso-size` (more than 4 Mi characters, 32 levels, 200,000 elements or 128 Ki characters of
 * text), `iso-doctype`, `iso-xml` (not well-formed, an undefined entity included) and `iso-message`
 * (another namespace or root).
 */
export function readMessage(
  xml: string,
  kind: string,
  rootName: string,
): Result<IsoMessage, IsoRefusal> {
  if (xml.length > LIMITS.characters) return refusal('iso-size', '')
  const tree = readTree(xml)
  if (!tree.ok) return tree
  const { document, namespace } = tree.value
  const prefix = `urn:iso:std:iso:20022:tech:xsd:${kind}.001.`
  const version = namespace.slice(prefix.length)
  const [root] = document.children
  const isMessage = document.name === 'Document' && root?.name === rootName
  const isOfKind = namespace.startsWith(prefix) && /^[0-9]{2}$/.test(version)
  if (!isOfKind || !isMessage) return refusal('iso-message', '')
  return ok({ version, root })
}

function refusal(code: IsoRefusalCode, at: string): Result<never, IsoRefusal> {
  return err({ code, at })
}

function readTree(
  xml: string,
): Result<{ readonly document: XmlNode; readonly namespace: string }, IsoRefusal> {
  const parser = new SaxesParser({ xmlns: true, defaultXMLVersion: '1.0', forceXMLVersion: true })
  parser.ENTITIES = ENTITIES
  const open: XmlNode[] = []
  const found: { document?: XmlNode; namespace: string; refusal?: IsoRefusal } = { namespace: '' }
  let elements = 0
  const stop = (code: IsoRefusalCode) => {
    found.refusal ??= { code, at: open.at(-1)?.path ?? '' }
    throw new Stop()
  }
  parser.on('error', () => stop('iso-xml'))
  parser.on('doctype', () => stop('iso-doctype'))
  parser.on('opentag', ({ local, uri, attributes }) => {
    elements += 1
    if (open.length >= LIMITS.depth || elements > LIMITS.elements) stop('iso-size')
    const parent = open.at(-1)
    const path = open.length < 2 ? '' : parent?.path === '' ? local : `${parent?.path}/${local}`
    const values = Object.values(attributes).map(({ local: key, value }) => [key, value])
    const node = {
      name: local,
      namespace: uri,
      path,
      attributes: Object.fromEntries(values),
      children: [],
      text: '',
    }
    if (parent === undefined) {
      found.document = node
      found.namespace = uri
    } else {
      parent.children.push(node)
    }
    open.push(node)
  })
  parser.on('closetag', () => {
    open.pop()
  })
  const take = (text: string) => {
    const node = open.at(-1)
    if (node === undefined) return
    // White space between elements is no text, however long a message is.
    node.text = node.children.length > 0 ? '' : node.text + text
    if (node.text.length > LIMITS.textLength) stop('iso-size')
  }
  parser.on('text', take)
  parser.on('cdata', take)
  try {
    parser.write(xml).close()
  } catch (error) {
    if (!(error instanceof Stop)) throw error
  }
  if (found.refusal !== undefined) return err(found.refusal)
  const { document, namespace } = found
  return document === undefined ? refusal('iso-xml', '') : ok({ document, namespace })
}
