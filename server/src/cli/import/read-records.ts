// Records of a CSV file: cells by the quoting rules of RFC 4180. A record whose quotes never close
// costs its own line and no other: what was read ahead is read again.
import { cellsOf, hasOddQuotes, MAX_LINES_IN_RECORD } from '../../domain/import/csv-cells.ts'
import type { CsvFault } from '../../domain/import/csv-fault.ts'
import { type FileLine, MAX_LINE_LENGTH } from './read-lines.ts'

/** The cells of one record and the line on which it begins, or why there are none. */
export type CsvRecord =
  | { readonly line: number; readonly cells: string[]; readonly fault?: never }
  | { readonly line: number; readonly cells?: never; readonly fault: CsvFault }

const TOO_LONG: CsvFault = {
  code: 'line-too-long',
  reason: `longer than ${MAX_LINE_LENGTH.toLocaleString('en')} characters`,
}
const BROKEN_QUOTES: CsvFault = {
  code: 'quotes',
  reason: 'the quotation marks do not pair up: double those inside a cell',
}

/** Reads records and skips blank lines; `width` is known once the header was read. */
export async function* readRecords(
  lines: AsyncIterable<FileLine>,
  options: { readonly delimiter: string; readonly width: number },
): AsyncGenerator<CsvRecord> {
  const source = new LineSource(lines)
  for (let first = await source.next(); first !== undefined; first = await source.next()) {
    if (first.text === undefined) {
      yield { line: first.line, fault: TOO_LONG }
      continue
    }
    const { text, ahead } = await joinOpenQuotes(source, first.text)
    const cells = text === undefined ? undefined : cellsOf(text, options.delimiter)
    const isWhole = cells !== undefined && (ahead.length === 0 || cells.length === options.width)
    if (!isWhole) {
      source.giveBack(ahead)
      yield { line: first.line, fault: BROKEN_QUOTES }
    } else if (cells.some((cell) => cell.trim() !== '')) {
      yield { line: first.line, cells }
    }
  }
}

/** Adds lines while a quote is open. `text` is missing when it does not close. */
async function joinOpenQuotes(
  source: LineSource,
  first: string,
): Promise<{ text?: string; ahead: FileLine[] }> {
  const ahead: FileLine[] = []
  let text = first
  let isOpen = hasOddQuotes(first)
  while (isOpen) {
    const next = await source.next()
    if (next === undefined) return { ahead }
    ahead.push(next)
    const length = text.length + (next.text?.length ?? MAX_LINE_LENGTH)
    if (next.text === undefined || length >= MAX_LINE_LENGTH) return { ahead }
    if (ahead.length >= MAX_LINES_IN_RECORD) return { ahead }
    text = `${text}\n${next.text}`
    isOpen = isOpen !== hasOddQuotes(next.text)
  }
  return { text, ahead }
}

/** Lines that can be given back. */
class LineSource {
  readonly #lines: AsyncIterator<FileLine>
  readonly #returned: FileLine[] = []

  constructor(lines: AsyncIterable<FileLine>) {
    this.#lines = lines[Symbol.asyncIterator]()
  }

  async next(): Promise<FileLine | undefined> {
    const returned = this.#returned.pop()
    if (returned !== undefined) return returned
    const { done, value } = await this.#lines.next()
    return done === true ? undefined : value
  }

  giveBack(lines: readonly FileLine[]): void {
    this.#returned.push(...lines.toReversed())
  }
}
