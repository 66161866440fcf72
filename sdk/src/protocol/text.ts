// Decides whether a name or a reference may be shown and compared. Refuses what a reader cannot
// see or what reorders the line; letters of every script are welcome. The text is never altered.

import type { Result } from './result.ts'
import { err, ok } from './result.ts'

/** Why a text was refused. */
export interface TextRefusal {
  readonly code:
    | 'text-control'
    | 'text-bidi'
    | 'text-invisible'
    | 'text-surrogate'
    | 'text-length'
    | 'text-empty'
}

/** Limits of a text; `multiline` lets line feeds through, and nothing else. */
export interface TextLimits {
  readonly maxCodePoints: number
  readonly multiline?: boolean
}

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u
const CONTROL_BUT_LINE_FEED = /[^\P{Cc}\n]|[\p{Zl}\p{Zp}]/u
const BIDI = /\p{Bidi_Control}/u
const INVISIBLE =
  /[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB\u2800]/u

/**
 * Checks a text for people: a name, a reference, a note.
 *
 * Refuses `text-surrogate` (lone surrogates), `text-length` (more code points than allowed),
 * `text-control` (control characters, line and paragraph separators), `text-bidi` (marks,
 * embeddings, overrides and isolates of UAX #9), `text-invisible` (default-ignorable code points
 * such as zero-width joiners and variation selectors, noncharacters, annotation marks, the blank
 * Braille cell) and `text-empty` (nothing but white space).
 *
 * @example
 * import { checkText } from '@parley/sdk/protocol'
 * checkText('Stadsenergie', { maxCodePoints: 70 }) // => { ok: true, value: 'Stadsenergie' }
 * checkText('a\u202Eb', { maxCodePoints: 70 }) // => { ok: false, error: { code: 'text-bidi' } }
 */
export function checkText(text: string, limits: TextLimits): Result<string, TextRefusal> {
  const { maxCodePoints, multiline = false } = limits
  if (!text.isWellFormed()) return err({ code: 'text-surrogate' })
  if (!hasAtMost(maxCodePoints, text)) return err({ code: 'text-length' })
  if ((multiline ? CONTROL_BUT_LINE_FEED : CONTROL).test(text)) return err({ code: 'text-control' })
  if (BIDI.test(text)) return err({ code: 'text-bidi' })
  if (INVISIBLE.test(text)) return err({ code: 'text-invisible' })
  if (text.trim() === '') return err({ code: 'text-empty' })
  return ok(text)
}

function hasAtMost(maxCodePoints: number, text: string): boolean {
  if (text.length <= maxCodePoints) return true
  // A code point has at most two code units; counting stops there on a long text.
  return text.length <= 2 * maxCodePoints && [...text].length <= maxCodePoints
}
