// Cuts the bytes of a text file into lines, whatever ends them, and decodes each. Never holds more
// than one line and one chunk.
import type { StatementRefusal } from './statement-types.ts'

/** Decodes a line; undefined when its bytes are none of the encoding. */
export type DecodeLine = (bytes: Uint8Array) => string | undefined

export interface LineReader {
  write(chunk: Uint8Array): void
  /** Ends the file; returns the first refusal, if there is one. */
  end(): StatementRefusal | undefined
}

/** Takes a line, counted from 1; a refusal ends the reading. */
export type TakeLine = (text: string, line: number) => StatementRefusal | undefined

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
/** Longer than any line of a statement that people make. */
const MAX_LINE_BYTES = 65_536
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const windows1252 = new TextDecoder('windows-1252')

/**
 * Creates a reader that hands over each line without its end: LF, CR LF or CR. Refuses `text-size`
 * for a longer line than 64 KiB and `text-encoding` where `decode` gives up.
 */
export function createLineReader(decode: DecodeLine, take: TakeLine): LineReader {
  let rest: Uint8Array = new Uint8Array()
  let refusal: StatementRefusal | undefined
  let line = 0
  let endedByReturn = false

  const next = (bytes: Uint8Array) => {
    line += 1
    const text = bytes.length > MAX_LINE_BYTES ? undefined : decode(bytes)
    refusal =
      text !== undefined
        ? take(text, line)
        : bytes.length > MAX_LINE_BYTES
          ? { code: 'text-size', line, message: 'The line is longer than 64 KiB.' }
          : { code: 'text-encoding', line, message: 'The line is not in the encoding of the file.' }
  }
  return {
    write: (chunk) => {
      if (refusal !== undefined) return
      const bytes = rest.length === 0 ? chunk : joinBytes(rest, chunk)
      let start = 0
      for (let at = rest.length; at < bytes.length && refusal === undefined; at++) {
        const byte = bytes[at]
        if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) continue
        // The second half of CR LF ends nothing.
        if (!(byte === LINE_FEED && endedByReturn && at === start)) next(bytes.subarray(start, at))
        endedByReturn = byte === CARRIAGE_RETURN
        start = at + 1
      }
      rest = bytes.slice(start)
      if (rest.length > MAX_LINE_BYTES && refusal === undefined) next(rest)
    },
    end: () => {
      if (refusal === undefined && rest.length > 0) next(rest)
      return refusal
    },
  }
}

/** Decodes UTF-8, and Windows-1252 where a line is no UTF-8: what old programs of banks write. */
export function decodeEither(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? windows1252.decode(bytes)
}

/** Decodes Windows-1252, of which ISO 8859-1 is a part as far as people write it. */
export function decodeWindows1252(bytes: Uint8Array): string {
  return windows1252.decode(bytes)
}

/** Decodes strict UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

export function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  return joined
}
