// Makes names that others typed harmless inside our sentences: one line, no control characters,
// no invisible direction marks. Says nothing about HTML; `safe-html.ts` does.

// Controls, line and paragraph separators: they would end a header line.
const LINE_BREAKING = /[\p{Cc}\p{Zl}\p{Zp}]+/gu
// Format characters: UAX #9 embeddings, overrides and isolates, zero-width characters, soft hyphen.
const INVISIBLE = /\p{Cf}+/gu
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** Returns the text as one line without control or invisible characters, blanks collapsed. */
export function oneLine(text: string): string {
  const visible = text.toWellFormed().replace(LINE_BREAKING, ' ').replace(INVISIBLE, '')
  return visible.replace(/ {2,}/g, ' ').trim()
}

/**
 * Returns a name for use inside a sentence of ours. A name in a right-to-left script is isolated
 * (U+2068 … U+2069, UAX #9 §2.4.2), so that it cannot pull the amount beside it around.
 */
export function nameInSentence(name: string): string {
  const line = oneLine(name)
  return RIGHT_TO_LEFT.test(line) ? `\u2068${line}\u2069` : line
}
