// The typeface of letters: DejaVu Sans Condensed, whose licence lets it be embedded in documents. It
// covers the Latin, Greek and Cyrillic scripts.
import { createRequire } from 'node:module'
import * as fontkit from 'fontkit'

const { resolve } = createRequire(import.meta.url)

/** Files of the typeface. */
export const LETTER_FONTS = {
  regular: resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  bold: resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
} as const

// It has such letters, but nothing here turns lines around (UAX #9).
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

let covered: ReadonlySet<number> | undefined

/** Returns the first character that a letter cannot show, as `U+XXXX`; undefined when it shows all. */
export function firstMissingGlyph(text: string): string | undefined {
  covered ??= readCoverage()
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    if (character === '\n') continue
    if (!covered.has(point) || RIGHT_TO_LEFT.test(character)) {
      return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
    }
  }
  return undefined
}

/** The characters that both weights have. */
function readCoverage(): ReadonlySet<number> {
  const bold = new Set(openFont(LETTER_FONTS.bold).characterSet)
  return new Set(openFont(LETTER_FONTS.regular).characterSet.filter((it) => bold.has(it)))
}

function openFont(file: string): fontkit.Font {
  const font = fontkit.openSync(file)
  if (!('characterSet' in font)) throw new Error(`${file} is a collection of fonts`)
  return font
}
