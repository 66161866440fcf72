// Reads bank statements: camt.053 (booked entries of a day) and camt.054 (notification of entries),
// versions 02 to 13, from text in chunks. Holds the statements found so far and the record being
// read, never the file. All or nothing: a refusal anywhere means that no statement is returned.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { type CamtDetail, readDetail } from './camt-detail.ts'
import { buildEntry } from './camt-entry.ts'
import { type CamtMessageType, readMessageType, treatmentOf } from './camt-layout.ts'
import { buildStatement, type MessageHeader, readHeader } from './camt-statement.ts'
import type {
  BankStatement,
  StatementEntry,
  StatementRefusal,
  StatementRefusalCode,
} from './statement-types.ts'
import { refuseAt } from './statement-values.ts'
import { createTransactionIdentities } from './transaction-identity.ts'
import { createXmlRecordReader, type Treatment, type XmlElement } from './xml-records.ts'

export interface CamtParser {
  write(chunk: string): void
  /** Ends the file. Call it once; nothing may be written afterwards. */
  end(): Result<BankStatement[], StatementRefusal>
  /** Refuses the file from outside, at the line reached so far. */
  stop(code: StatementRefusalCode, message: string): void
}

export interface CamtParserOptions {
  /** Encoding in which the text was decoded, in lower case; default `utf-8`. */
  readonly encoding?: string
}

/**
 * Creates a streaming parser for one file with one or more statements.
 *
 * Tolerates what does no harm: unknown elements, another order of elements, missing status or
 * pagination, an envelope around the `Document`. Refuses with a code of `STATEMENT_REFUSAL_CODES`
 * and the line. Source: ISO 20022 camt.053.001 and camt.054.001.
 */
export function createCamtParser(options: CamtParserOptions = {}): CamtParser {
  const reading: Reading = {
    statements: [],
    type: undefined,
    header: {},
    draft: newStatementDraft(),
    details: [],
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
      const message = 'The file holds no camt.053 or camt.054 document.'
      return err({ code: 'statement-namespace', line: 1, message })
    },
  }
}

/** Reads a whole file that is already text; otherwise as `createCamtParser`. */
export function parseCamt(text: string): Result<BankStatement[], StatementRefusal> {
  const parser = createCamtParser()
  parser.write(text)
  return parser.end()
}

/** What was read so far; `type` is set inside a `Document` only. */
interface Reading {
  readonly statements: BankStatement[]
  type: CamtMessageType | undefined
  header: MessageHeader
  draft: ReturnType<typeof newStatementDraft>
  details: CamtDetail[]
}

function openElement(
  reading: Reading,
  element: XmlElement,
  parent: XmlElement | undefined,
): Result<Treatment, StatementRefusal> {
  if (reading.type !== undefined && parent !== undefined) return treatmentOf(element, parent)
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
    case 'Ntry':
      reading.details = []
      return pushed(draft.entries, buildEntry(element, { kind: type.kind, details, ...draft }))
    case 'Stmt':
    case 'Ntfctn':
      reading.draft = newStatementDraft()
      return pushed(statements, buildStatement(element, { type, header, entries: draft.entries }))
    case 'Document':
      reading.type = undefined
      reading.header = {}
      if (statements.length > 0) return ok(undefined)
      return refuseAt(element, 'statement-empty', 'The document holds no statement.')
    default:
      return ok(undefined)
  }
}

function pushed<T>(list: T[], item: Result<T, StatementRefusal>): Result<T, StatementRefusal> {
  if (item.ok) list.push(item.value)
  return item
}

function newStatementDraft() {
  const entryIds = new Map<string, number>()
  const entries: StatementEntry[] = []
  const entryId = (reference: string | undefined): string => {
    const base = reference ?? `entry-${entries.length + 1}`
    const count = (entryIds.get(base) ?? 0) + 1
    entryIds.set(base, count)
    return count === 1 ? base : `${base}#${count}`
  }
  return { entries, entryId, identify: createTransactionIdentities() }
}
