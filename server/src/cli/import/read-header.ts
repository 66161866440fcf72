// The head of a CSV file: which character separates the cells, and what the columns are called.
import { countKnownHeaders } from '../../domain/import/csv-columns.ts'
import { CliError } from '../cli-error.ts'
import type { FileLine } from './read-lines.ts'
import { cellsOf } from './read-records.ts'

export interface CsvHeader {
  readonly delimiter: string
  readonly headers: readonly string[]
}

const DELIMITERS = [';', ',', '\t']
/** A first line with which Excel names the separator. */
const SEPARATOR_LINE = /^sep=([;,\t])$/i

/**
 * Takes the header off the lines: the first that is not blank. The separator is the one with which
 * the most headers are recognised, then the one that gives the most columns.
 *
 * @throws {CliError} when there is no line, or it is too long or cannot be read.
 */
export async function readHeader(
  file: string,
  lines: AsyncIterator<FileLine>,
  countKnown: (headers: readonly string[]) => number = countKnownHeaders,
): Promise<CsvHeader> {
  let line = await nextFilled(lines)
  const named = SEPARATOR_LINE.exec(line?.text ?? '')?.[1]
  if (named !== undefined) line = await nextFilled(lines)
  if (line === undefined) throw new CliError(`${file} is empty.`)
  const { text } = line
  if (text === undefined) throw new CliError(`${file} has a first line that is too long for CSV.`)
  const candidates = (named === undefined ? DELIMITERS : [named]).flatMap((delimiter) => {
    const headers = cellsOf(text, delimiter)?.map((header) => header.trim())
    return headers === undefined ? [] : [{ delimiter, headers }]
  })
  const [best] = candidates.toSorted(
    (a, b) => countKnown(b.headers) - countKnown(a.headers) || b.headers.length - a.headers.length,
  )
  if (best === undefined)
    throw new CliError(`${file} has broken quotation marks in its first line.`)
  return best
}

async function nextFilled(lines: AsyncIterator<FileLine>): Promise<FileLine | undefined> {
  for (;;) {
    const { done, value } = await lines.next()
    if (done === true) return undefined
    if (value.text === undefined || value.text.trim() !== '') return value
  }
}
