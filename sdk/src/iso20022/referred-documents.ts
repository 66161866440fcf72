// The documents that a request for payment is about, as remittance information names them.
import type { Day } from '../protocol/days.ts'
import type { FieldWriter } from './field-writer.ts'
import { element, type MaybeElement, type XmlElement } from './xml-element.ts'

/** A document that the request is about: its kind, its number, and where it can be seen. */
export interface ReferredDocument {
  readonly type: 'invoice' | 'credit-note' | 'contract' | 'statement' | 'other'
  /** At most 35 characters. */
  readonly number: string
  readonly issueDay?: Day
  readonly address?: string
}

const MAX_NUMBER = 35
/** DocumentType6Code; the others have a word of their own. */
const DOCUMENT_CODES: ReadonlyMap<string, string> = new Map([
  ['invoice', 'CINV'],
  ['credit-note', 'CREN'],
  ['statement', 'SOAC'],
])

/** Writes kind, number and day of a document; its address stands beside, in `RltdRmtInf`. */
export function referredDocument(
  write: FieldWriter,
  at: string,
  document: ReferredDocument,
): XmlElement {
  const { type, number, issueDay } = document
  const code = DOCUMENT_CODES.get(type)
  const kind = code === undefined ? element('Prtry', type) : element('Cd', code)
  return element('RfrdDocInf', [
    element('Tp', [element('CdOrPrtry', [kind])]),
    write.text('Nb', `${at}/number`, number, MAX_NUMBER),
    issueDay === undefined ? undefined : write.day('RltdDt', `${at}/issueDay`, issueDay),
  ])
}

/** Where a document can be seen; nothing when that is not known. */
export function documentLocation(
  write: FieldWriter,
  at: string,
  document: ReferredDocument,
): MaybeElement {
  const { address, number } = document
  if (address === undefined) return undefined
  return element('RltdRmtInf', [
    write.text('RmtId', `${at}/number`, number, MAX_NUMBER),
    element('RmtLctnDtls', [
      element('Mtd', 'URID'),
      write.address('ElctrncAdr', `${at}/address`, address),
    ]),
  ])
}
