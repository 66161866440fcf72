// Reads bank statements: camt.053 (booked entries of a day), camt.054 (notification of entries) and
// camt.052 (report during the day), versions 02 to 13, from text in chunks. Hands each entry over as
// it is read and holds the record being read, never the file.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { type CamtDetail, readDetail } from './camt-detail.ts'
import { buildEntry } from './camt-entry.ts'
import { type CamtMessageType, readMessageType, treatmentOf } from './camt-layout.ts'
import { buildStatement, type MessageHeader, pageOf, readHeader } from './camt-statement.ts'
import { createTotals } from './statement-totals.ts'
import type {
  BankStatement,
  Fingerprint,
  StatementEntry,
  StatementRefusal,
  StatementRefusalCode,
  StatementSummary,
  TakeEntry,
} from './statement-types.ts'
import { refuseAt } from './statement-values.ts'
import { createTransactionIdentities } from './transaction-identity.ts'
import { textAt } from './xml-access.ts'
import { createXmlRecordReader, type Treatment, type XmlElement } from './xml-records.ts'

export interface CamtParser {
  write(chunk: string): void
  /** Ends the file. Call it once; nothing may be written afterwards. */
  end(): Result<StatementSummary[], StatementRefusal>
  /** Refuses the file from outside, at the line reached so far. */
  stop(code: StatementRefusalCode, message: string): void
}

export interface CamtParserOptions {
  /** Encoding in which the text was decoded, in lower case; default `utf-8`. */
  readonly encoding?: string
  readonly fingerprint?: Fingerprint
}

/**
 * Creates a streaming parser for one file with one or more statements.
 *
 * Tolerates what does no harm: unknown elements, another order of elements, missing status or
 * pagination, an envelope around the `Document`. Refuses with a code of `STATEMENT_REFUSAL_CODES`
 * and the line; entries that were handed over before must then be forgotten. Source: ISO 20022
 * camt.052.001, camt.053.001 and camt.054.001.
 */
export function createCamtParser(take: TakeEntry, options: CamtParserOptions = {}): CamtParser {
  const reading: Reading = {
    take,
    fingerprint: options.fingerprint,
    statements: [],
    type: undefined,
    header: {},
    draft: newStatementDraft(options.fingerprint),
    details: [],
    batches: [],
  }
  const reader = createXmlRecordReader(options.encoding ?? 'utf-8', {
    open: (element, parent) => openElement(reading, element, parent),
    record: (element) => closeRecord(reading, element),
  })
  return {
    write: reader.write,
    stop: reader.stop,
    end: () => {
      const refusal = reader.end()
      if (refusal !== undefined) return err(refusal)
      if (reading.statements.length > 0) return ok(reading.statements)
      const message = 'The file holds no camt.052, 053 or 054 document.'
      return err({ code: 'statement-namespace', line: 1, message })
    },
  }
}

/** Reads a whole file that is already text, entries included; otherwise as `createCamtParser`. */
export function parseCamt(text: string): Result<BankStatement[], StatementRefusal> {
  return collectEntries((take) => {
    const parser = createCamtParser(take)
    parser.write(text)
    return parser.end()
  })
}

/** Gives the entries of a small file to their statements. */
export function collectEntries(
  read: (take: TakeEntry) => Result<StatementSummary[], StatementRefusal>,
): Result<BankStatement[], StatementRefusal> {
  const entries: StatementEntry[][] = []
  const summaries = read((entry, statement) => {
    entries[statement] ??= []
    entries[statement].push(entry)
  })
  if (!summaries.ok) return summaries
  return ok(summaries.value.map((summary, i) => ({ ...summary, entries: entries[i] ?? [] })))
}

/** What was read so far; `type` is set inside a `Document` only. */
interface Reading {
  readonly take: TakeEntry
  readonly fingerprint: Fingerprint | undefined
  readonly statements: StatementSummary[]
  type: CamtMessageType | undefined
  header: MessageHeader
  draft: StatementDraft
  details: CamtDetail[]
  batches: XmlElement[]
}

function openElement(
  reading: Reading,
  element: XmlElement,
  parent: XmlElement | undefined,
): Result<Treatment, StatementRefusal> {
  if (reading.type !== undefined && parent !== undefined) {
    if (element.name === 'Ntry') noteStatement(reading, parent)
    return treatmentOf(element, parent)
  }
  // Outside of a Document everything is envelope: looked through and forgotten.
  if (element.name !== 'Document') return ok('record')
  const type = readMessageType(element)
  if (!type.ok) return type
  reading.type = type.value
  return ok('record')
}

function closeRecord(reading: Reading, element: XmlElement): Result<unknown, StatementRefusal> {
  const { type, header, statements, draft, details } = reading
  if (type === undefined) return ok(undefined)
  switch (element.name) {
    case 'GrpHdr':
      reading.header = readHeader(element)
      return ok(undefined)
    case 'TxDtls':
      return pushed(details, readDetail(element))
    case 'NtryDtls':
      reading.batches.push(...element.children.filter(({ name }) => name === 'Btch'))
      return ok(undefined)
    case 'Ntry':
      return closeEntry(reading, element, type)
    case 'Stmt':
    case 'Ntfctn':
    case 'Rpt':
      reading.draft = newStatementDraft(reading.fingerprint, draft)
      return pushed(statements, buildStatement(element, { type, header, entries: draft.totals }))
    case 'Document':
      reading.type = undefined
      reading.header = {}
      if (statements.length > 0) return ok(undefined)
      return refuseAt(element, 'statement-empty', 'The document holds no statement.')
    default:
      return ok(undefined)
  }
}

function closeEntry(
  reading: Reading,
  element: XmlElement,
  { kind }: CamtMessageType,
): Result<unknown, StatementRefusal> {
  const { details, batches, draft } = reading
  reading.details = []
  reading.batches = []
  const { entryId, identify } = draft
  const entry = buildEntry(element, { kind, details, batches, entryId, identify })
  if (!entry.ok) return entry
  draft.totals.add(entry.value)
  reading.take(entry.value, reading.statements.length)
  return entry
}

/** On a further page of a statement the payments that nothing tells apart are counted on. */
function noteStatement({ draft, header }: Reading, statement: XmlElement) {
  if (draft.pageOf !== undefined) return
  const page = pageOf(statement, header)
  const id = textAt(statement, 'Id')
  draft.pageOf = page === undefined || id === undefined ? '' : id
  const { before } = draft
  if (draft.pageOf !== '' && before?.pageOf === draft.pageOf) draft.identify = before.identify
}

function pushed<T>(list: T[], item: Result<T, StatementRefusal>): Result<T, StatementRefusal> {
  if (item.ok) list.push(item.value)
  return item
}

/** The statement being read. */
type StatementDraft = ReturnType<typeof newStatementDraft>

interface DraftBefore {
  readonly pageOf: string | undefined
  readonly identify: ReturnType<typeof createTransactionIdentities>
}

function newStatementDraft(fingerprint: Fingerprint | undefined, last?: DraftBefore) {
  const totals = createTotals()
  const entryId = (reference: string | undefined) => reference ?? `entry-${totals.count() + 1}`
  const before = last && { pageOf: last.pageOf, identify: last.identify }
  return {
    totals,
    entryId,
    identify: createTransactionIdentities(fingerprint),
    /** The id of the statement, when it has several pages; known from its first entry on. */
    pageOf: undefined as string | undefined,
    before,
  }
}
