// First pass over a CSV file: is it text in the encoding that was named? Found out before anything
// is sent, so that no half of a file is imported with wrong letters.
import { createReadStream } from 'node:fs'
import { CliError } from '../cli-error.ts'

export type CsvEncoding = 'utf8' | 'latin1'

/** WHATWG label: old exports called Latin-1 are Windows-1252, in which 0x80 is the euro sign. */
const LABELS: Readonly<Record<CsvEncoding, string>> = { utf8: 'utf-8', latin1: 'windows-1252' }

const UTF16 = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]
const ZIP = Buffer.from('PK\u0003\u0004', 'latin1')
const SAVE_AGAIN = 'save it again as "CSV UTF-8"'

/** A decoder for the file; a byte order mark is dropped. */
export function createDecoder(encoding: CsvEncoding): TextDecoder {
  return new TextDecoder(LABELS[encoding], { fatal: true })
}

/**
 * Reads the whole file once and returns how many lines it has, by its line feeds.
 *
 * @throws {CliError} for an empty file, UTF-16, a spreadsheet, other binary data, and bytes that
 * are no UTF-8, with the line of the first one.
 */
export async function inspectFile(file: string, encoding: CsvEncoding): Promise<number> {
  const decoder = createDecoder(encoding)
  let isEmpty = true
  let line = 1
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    if (isEmpty) refuseOtherFormats(file, chunk)
    isEmpty = false
    const text = decode(decoder, chunk)
    if (text === undefined) throw notUtf8(file, line + lineOfFault(chunk))
    if (text.includes('\0'))
      throw new CliError(`${file} is not a text file, or UTF-16: ${SAVE_AGAIN}.`)
    line += countLineFeeds(text)
  }
  if (decode(decoder, undefined) === undefined) throw notUtf8(file, line)
  if (isEmpty) throw new CliError(`${file} is empty.`)
  return line
}

function refuseOtherFormats(file: string, start: Buffer): void {
  if (UTF16.some((mark) => start.subarray(0, 2).equals(mark))) {
    throw new CliError(`${file} is UTF-16: ${SAVE_AGAIN}.`)
  }
  if (start.subarray(0, 4).equals(ZIP)) {
    throw new CliError(`${file} is a spreadsheet, not CSV: ${SAVE_AGAIN}.`)
  }
}

function notUtf8(file: string, line: number): CliError {
  return new CliError(
    `${file} is not UTF-8 (line ${line}): ${SAVE_AGAIN}, or add --encoding latin1 if an older ` +
      'program wrote it.',
  )
}

function decode(decoder: TextDecoder, chunk: Buffer | undefined): string | undefined {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch {
    return undefined
  }
}

/** Line feeds before the first byte of a chunk that does not decode. */
function lineOfFault(chunk: Buffer): number {
  const text = new TextDecoder('utf-8').decode(chunk)
  const fault = text.indexOf('\ufffd')
  return countLineFeeds(fault < 0 ? text : text.slice(0, fault))
}

function countLineFeeds(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}
