// A stream as lines, with a cap: a line that is too long is named and passed over, never kept.
import type { Readable } from 'node:stream'

export interface RawLine {
  /** Counted from 1, empty lines included. */
  line: number
  /** Undefined for a line above the cap. */
  bytes: Buffer | undefined
}

const MAX_LINE_BYTES = 64 << 10
const LINE_FEED = 0x0a

/** Yields the lines that are not blank. */
export async function* readLines(input: Readable): AsyncGenerator<RawLine> {
  let parts: Buffer[] = []
  let length = 0
  let line = 1
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const found = finish(line, parts, length, chunk.subarray(start, end))
      if (found !== undefined) yield found
      parts = []
      length = 0
      line++
      start = end + 1
    }
    length += chunk.length - start
    if (length <= MAX_LINE_BYTES) parts.push(chunk.subarray(start))
    else parts = []
  }
  const last = finish(line, parts, length, Buffer.alloc(0))
  if (last !== undefined) yield last
}

function finish(line: number, parts: Buffer[], length: number, end: Buffer): RawLine | undefined {
  if (length + end.length > MAX_LINE_BYTES) return { line, bytes: undefined }
  const bytes = Buffer.concat([...parts, end])
  return bytes.toString('latin1').trim() === '' ? undefined : { line, bytes }
}
