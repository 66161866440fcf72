// A statement file of any format: recognises it by its content, reads it as a stream and tells what
// somebody should know about it.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { decodeEither, joinBytes } from './byte-lines.ts'
import { createCamtByteParser } from './camt-bytes.ts'
import type { CsvProfile } from './csv-profile.ts'
import { createCsvReader } from './csv-statement.ts'
import { createMt940Reader, type StatementReader } from './mt940.ts'
import { balancePages } from './statement-pages.ts'
import { batchProblem, problemsOfStatement } from './statement-problems.ts'
import type {
  Fingerprint,
  StatementProblem,
  StatementRefusal,
  StatementSummary,
  TakeEntry,
} from './statement-types.ts'

/** What a file holds, its entries apart. */
export interface StatementFile {
  readonly statements: readonly StatementSummary[]
  /** What is wrong in it, or worth knowing; gaps between statements are found by those who know all. */
  readonly problems: readonly StatementProblem[]
}

export interface StatementFileReader {
  write(chunk: Uint8Array): void
  /** Ends the file. Call it once; nothing may be written afterwards. */
  end(): Result<StatementFile, StatementRefusal>
}

export interface StatementFileOptions {
  /** The profiles by which CSV files are recognised; the one that the caller named, when it did. */
  readonly profiles: readonly CsvProfile[]
  readonly fingerprint?: Fingerprint | undefined
}

/** As much of a file as tells its format. */
const HEAD_LENGTH = 4096
/** More of one kind help nobody. */
const MAX_PROBLEMS = 200

/**
 * Creates a streaming reader for a file of camt.052, 053 or 054, of MT940 or MT942, or of a bank's
 * CSV.
 *
 * Refuses `statement-format` for what is none of them, and otherwise as the reader of the format.
 * Entries that were handed over before a refusal must be forgotten.
 */
export function createStatementFileReader(
  take: TakeEntry,
  options: StatementFileOptions,
): StatementFileReader {
  const problems: StatementProblem[] = []
  let head: Uint8Array = new Uint8Array()
  let reader: Result<StatementReader, StatementRefusal> | undefined

  const checked: TakeEntry = (entry, statement) => {
    const problem = batchProblem(entry)
    if (problem !== undefined && problems.length < MAX_PROBLEMS) problems.push(problem)
    take(entry, statement)
  }
  const begin = () => {
    const begun = readerFor(head, checked, options)
    if (begun.ok) begun.value.write(head)
    reader = begun
    return begun
  }
  return {
    write: (chunk) => {
      if (reader !== undefined) {
        if (reader.ok) reader.value.write(chunk)
        return
      }
      head = joinBytes(head, chunk)
      if (head.length >= HEAD_LENGTH) begin()
    },
    end: () => {
      const begun = reader ?? begin()
      const read = begun.ok ? begun.value.end() : begun
      if (!read.ok) return read
      const statements = balancePages(read.value)
      return ok({ statements, problems: [...statements.flatMap(problemsOfStatement), ...problems] })
    },
  }
}

function readerFor(
  head: Uint8Array,
  take: TakeEntry,
  { profiles, fingerprint }: StatementFileOptions,
): Result<StatementReader, StatementRefusal> {
  const isUtf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
  const text = isUtf16 ? '' : decodeEither(head.subarray(0, HEAD_LENGTH)).replace(/^\ufeff/, '')
  if (isUtf16 ? isXmlInUtf16(head) : text.trimStart().startsWith('<')) {
    return ok(createCamtByteParser(take, fingerprint))
  }
  if (isUtf16) return refuse('text-encoding', 'The file is in UTF-16; save it as UTF-8.')
  if (text.startsWith('PK\u0003\u0004')) return refuse('statement-format', 'Unpack the ZIP first.')
  if (text.trim() === '') return refuse('statement-empty', 'The file is empty.')
  if (text.includes('\u0000')) return refuse('statement-format', 'The file is no text.')
  if (/(?:^|[\r\n]|\{4:)[\r\n]*:20:/.test(text)) return ok(createMt940Reader(take, fingerprint))
  return ok(createCsvReader(take, { profiles, fingerprint }))
}

function isXmlInUtf16(head: Uint8Array): boolean {
  return head[2] === 0x3c || head[3] === 0x3c
}

function refuse(code: StatementRefusal['code'], message: string): Result<never, StatementRefusal> {
  return err({ code, line: 1, message })
}
