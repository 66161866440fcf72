// From the bytes of an upload to the text parser: finds the encoding and decodes strictly. A file
// that lies about its encoding is refused, because a silently wrong letter in a reference or a
// name is worse than a file that comes back.
import type { Result } from '@parley/sdk/protocol'
import { joinBytes } from './byte-lines.ts'
import { type CamtParser, collectEntries, createCamtParser } from './camt.ts'
import type {
  BankStatement,
  Fingerprint,
  StatementRefusal,
  StatementSummary,
  TakeEntry,
} from './statement-types.ts'
import { decoderFor } from './xml-encoding.ts'

export interface CamtByteParser {
  write(chunk: Uint8Array): void
  /** Ends the file. Call it once; nothing may be written afterwards. */
  end(): Result<StatementSummary[], StatementRefusal>
}

const DECLARATION = /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/
const DECLARATION_LENGTH = 256

/**
 * Creates a streaming parser for the bytes of one file: UTF-8, UTF-16 with a byte order mark,
 * ISO 8859-1 or -15, or Windows-1252, as the XML declaration says.
 *
 * Refuses `xml-encoding` for another encoding, a declaration that the byte order mark contradicts,
 * and bytes that are not in the declared encoding; otherwise as `createCamtParser`.
 */
export function createCamtByteParser(take: TakeEntry, fingerprint?: Fingerprint): CamtByteParser {
  let start: Uint8Array = new Uint8Array()
  let decoding: { decoder: TextDecoder; parser: CamtParser } | undefined

  const begin = () => {
    const { encoding, refusal } = detectEncoding(start)
    const options = fingerprint === undefined ? { encoding } : { encoding, fingerprint }
    const parser = createCamtParser(take, options)
    if (refusal !== undefined) parser.stop('xml-encoding', refusal)
    decoding = { parser, decoder: new TextDecoder(encoding, { fatal: true }) }
    decode(decoding, start)
    return decoding
  }
  return {
    write: (chunk) => {
      if (decoding !== undefined) {
        decode(decoding, chunk)
        return
      }
      start = joinBytes(start, chunk)
      if (start.length >= DECLARATION_LENGTH) begin()
    },
    end: () => {
      const { parser, decoder } = decoding ?? begin()
      decode({ parser, decoder })
      return parser.end()
    },
  }
}

/** Reads a whole file from bytes, entries included; otherwise as `createCamtByteParser`. */
export function parseCamtBytes(bytes: Uint8Array): Result<BankStatement[], StatementRefusal> {
  return collectEntries((take) => {
    const parser = createCamtByteParser(take)
    parser.write(bytes)
    return parser.end()
  })
}

/** Decodes a chunk, or flushes the decoder when there is none. */
function decode(to: { decoder: TextDecoder; parser: CamtParser }, chunk?: Uint8Array) {
  try {
    to.parser.write(chunk === undefined ? to.decoder.decode() : decodePart(to.decoder, chunk))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    to.parser.stop('xml-encoding', `The file holds bytes that are not ${to.decoder.encoding}.`)
  }
}

function decodePart(decoder: TextDecoder, chunk: Uint8Array): string {
  return decoder.decode(chunk, { stream: true })
}

function detectEncoding(start: Uint8Array): { encoding: string; refusal?: string } {
  const mark = (...bytes: number[]) => bytes.every((byte, index) => start[index] === byte)
  if (mark(0xff, 0xfe)) return { encoding: 'utf-16le' }
  if (mark(0xfe, 0xff)) return { encoding: 'utf-16be' }
  if (mark(0xef, 0xbb, 0xbf)) return { encoding: 'utf-8' }
  const text = String.fromCharCode(...start.subarray(0, DECLARATION_LENGTH))
  const declared = DECLARATION.exec(text)?.[1] ?? 'utf-8'
  const encoding = decoderFor(declared)
  if (encoding !== undefined) return { encoding }
  return { encoding: 'utf-8', refusal: `Files in ${declared} cannot be read; send UTF-8.` }
}
