// What a person wrote in a mail: without the message that it answers and without the signature.

import { fold, type ReplyWords } from './reply-words.ts'

export interface OwnWords {
  readonly text: string
  /** The mail was longer than is read at all. */
  readonly isCut: boolean
}

const MAX_LENGTH = 20_000
const MAX_LINE = 1_000

/** Returns the text up to the first quotation or signature; quoted lines in between are left out. */
export function ownWords(text: string, words: readonly ReplyWords[]): OwnWords {
  const isCut = text.length > MAX_LENGTH
  const lines = text.slice(0, MAX_LENGTH).split(/\r\n|[\n\r\u2028\u2029]/)
  const own: string[] = []
  for (const [index, line] of lines.entries()) {
    const folded = fold(line.slice(0, MAX_LINE)).trim()
    if (folded.startsWith('>')) continue
    // Mail programs break the line that introduces a quotation.
    const next = fold((lines[index + 1] ?? '').slice(0, MAX_LINE)).trim()
    if (endsOwnWords(folded, next, words)) break
    own.push(line)
  }
  return { text: own.join('\n').trim(), isCut }
}

function endsOwnWords(line: string, next: string, words: readonly ReplyWords[]): boolean {
  if (line === '--') return true
  return words.some(({ quoteMarks, quoteVerbs, signatures }) => {
    const isMark = quoteMarks.some((mark) => line.startsWith(mark))
    const isIntroduced = introduces(line, quoteVerbs)
    const isBroken =
      /\d/.test(line) && !/[.!?]$/.test(line) && introduces(`${line} ${next}`, quoteVerbs)
    const isSignature = signatures.some((mark) => mark !== '--' && line.startsWith(mark))
    return isMark || isIntroduced || isBroken || isSignature
  })
}

/** "On Mon, 9 Mar 2026 at 10:00, Ana wrote:", "Op 9 mrt 2026 schreef Ana <a@b.example>:". */
function introduces(line: string, verbs: readonly string[]): boolean {
  return line.endsWith(':') && /\d|@/.test(line) && verbs.some((verb) => line.includes(verb))
}
