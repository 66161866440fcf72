// Cuts lines into the fields of SWIFT messages. Envelopes ({1:…}{2:…}{4:), headers of banks before the
// first field and trailing `-` are taken off; a line without a tag goes on with the field before it.
import type { StatementRefusal } from './statement-types.ts'

export interface MtField {
  /** Number and letter, such as `60F`. */
  readonly tag: string
  /** The lines of the field, joined by line feeds. */
  readonly content: string
  readonly line: number
}

/** What is done with fields and with the ends of messages; a refusal ends the reading. */
export interface MtHandlers {
  field(field: MtField): StatementRefusal | undefined
  endOfMessage(line: number): StatementRefusal | undefined
}

export interface MtFieldReader {
  line(text: string, line: number): StatementRefusal | undefined
  end(line: number): StatementRefusal | undefined
}

const TAG = /^:([0-9]{2}[A-Z]?|NS):/
/** SWIFT allows 6 lines of 65 characters; banks are generous. */
const MAX_LINES_OF_FIELD = 200

export function createMtFields({ field, endOfMessage }: MtHandlers): MtFieldReader {
  let open: { tag: string; lines: string[]; line: number } | undefined

  const close = (): StatementRefusal | undefined => {
    if (open === undefined) return undefined
    const { tag, lines, line } = open
    open = undefined
    return field({ tag, line, content: lines.join('\n') })
  }
  const endMessage = (line: number) => close() ?? endOfMessage(line)

  return {
    line: (raw, line) => {
      const text = withoutEnvelope(raw)
      if (text === '-' || text.startsWith('-}')) return endMessage(line)
      const tag = TAG.exec(text)?.[1]
      if (tag !== undefined) {
        const refusal = close()
        open = { tag, lines: [text.slice(tag.length + 2)], line }
        return refusal
      }
      // Between messages banks write lines of their own.
      if (open === undefined) return undefined
      open.lines.push(text)
      if (open.lines.length <= MAX_LINES_OF_FIELD) return undefined
      return { code: 'text-size', line, message: `Field ${open.tag} has too many lines.` }
    },
    end: (line) => endMessage(line),
  }
}

/** Control characters of SWIFT's lines (SOH, ETX) frame messages on the wire. */
function withoutEnvelope(line: string): string {
  const text = line.replaceAll(/[\p{Cc}\ufeff]/gu, '').trimEnd()
  if (!text.startsWith('{1:')) return text
  const body = text.indexOf('{4:')
  return body < 0 ? '' : text.slice(body + 3)
}
