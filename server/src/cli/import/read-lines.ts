// The lines of a CSV file as they stand in it, one at a time. A line longer than 64 KiB is named
// and skipped; never more than that and one chunk is in memory.
import { createReadStream } from 'node:fs'
import { type CsvEncoding, createDecoder } from './inspect-file.ts'

/** A line of the file, counted from 1; `text` is missing when the line is too long. */
export interface FileLine {
  readonly line: number
  readonly text?: string
}

/** Longest accepted line, in characters. */
export const MAX_LINE_LENGTH = 65_536

const LINE_END = /\r\n|\n|\r/g

/** Reads the lines of a file that `inspectFile` has passed. */
export async function* readLines(file: string, encoding: CsvEncoding): AsyncGenerator<FileLine> {
  const splitter = new LineSplitter()
  const decoder = createDecoder(encoding)
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    yield* splitter.take(decoder.decode(chunk, { stream: true }))
  }
  yield* splitter.take(decoder.decode())
  yield* splitter.end()
}

/** Cuts text that arrives in pieces into lines. */
class LineSplitter {
  #line = 1
  #rest = ''
  #isTooLong = false

  #next(text: string): FileLine {
    const line = this.#line++
    const isTooLong = this.#isTooLong || text.length > MAX_LINE_LENGTH
    this.#isTooLong = false
    return isTooLong ? { line } : { line, text }
  }

  *take(piece: string): Generator<FileLine> {
    const text = this.#rest + piece
    // A carriage return at the end may be half of a line end.
    const usable = text.endsWith('\r') ? text.length - 1 : text.length
    let start = 0
    for (const match of text.slice(0, usable).matchAll(LINE_END)) {
      yield this.#next(text.slice(start, match.index))
      start = match.index + match[0].length
    }
    this.#rest = text.slice(start)
    if (this.#rest.length <= MAX_LINE_LENGTH) return
    this.#isTooLong = true
    this.#rest = this.#rest.endsWith('\r') ? '\r' : ''
  }

  *end(): Generator<FileLine> {
    const text = this.#rest.replace(/\r$/, '')
    if (text !== '' || this.#isTooLong) yield this.#next(text)
  }
}
