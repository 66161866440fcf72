// The typeface of letters: DejaVu Sans Condensed, whose licence lets it be embedded in documents. It
// covers the Latin, Greek and Cyrillic scripts.
import { createRequire } from 'node:module'
import * as fontkit from 'fontkit'

const { resolve } = createRequire(import.meta.url)

export interface LetterFonts {
  readonly regular: fontkit.Font
  readonly bold: fontkit.Font
}

let fonts: LetterFonts | undefined

/** The typeface, read once: to read it takes longer than to set a letter. */
export function letterFonts(): LetterFonts {
  fonts ??= {
    regular: openFont('DejaVuSansCondensed.ttf'),
    bold: openFont('DejaVuSansCondensed-Bold.ttf'),
  }
  return fonts
}

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
  const { regular, bold } = letterFonts()
  const inBold = new Set(bold.characterSet)
  return new Set(regular.characterSet.filter((it) => inBold.has(it)))
}

function openFont(file: string): fontkit.Font {
  const font = fontkit.openSync(resolve(`dejavu-fonts-ttf/ttf/${file}`))
  if (!('characterSet' in font)) throw new Error(`${file} is a collection of fonts`)
  return font
}
