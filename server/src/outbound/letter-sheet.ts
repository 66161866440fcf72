// The paper of a letter: its measures, its typeface and how text is fitted on it.
import PDFDocument from 'pdfkit'
import type { LetterContent } from '../domain/content/letter-content.ts'
import type { Box } from '../domain/content/letter-layouts.ts'
import { letterFonts } from './letter-fonts.ts'

export type Doc = PDFKit.PDFDocument

export const POINTS = 72 / 25.4
export const PAGE = { width: 210, height: 297, left: 25, right: 20, top: 25, bottom: 22 }
export const TEXT_WIDTH = PAGE.width - PAGE.left - PAGE.right
export const INK = '#000000'
export const QUIET = '#444444'
export const RULE = '#999999'

/** A letter that is being drawn; `size` is its type size in points. */
export interface Sheet {
  readonly doc: Doc
  readonly letter: LetterContent
  readonly size: number
}

/** Opens a document that embeds all it needs (ISO 19005-2, level B). */
export function newDocument(letter: LetterContent): Doc {
  const margins = {
    top: PAGE.top * POINTS,
    bottom: PAGE.bottom * POINTS,
    left: PAGE.left * POINTS,
    right: PAGE.right * POINTS,
  }
  // The library takes fonts that were read already, which its types do not know.
  const { regular, bold } = letterFonts() as unknown as Record<'regular' | 'bold', string>
  const doc = new PDFDocument({
    size: 'A4',
    margins,
    bufferPages: true,
    subset: 'PDF/A-2b',
    pdfVersion: '1.7',
    lang: letter.language,
    displayTitle: true,
    // Without it the library loads a typeface that it may not embed.
    font: regular,
    info: {
      Title: letter.subject,
      Author: letter.sender[0] ?? '',
      CreationDate: new Date(letter.writtenAt * 1_000),
      Producer: 'Parley',
      Creator: 'Parley',
    },
  })
  doc.registerFont('regular', regular)
  doc.registerFont('bold', bold)
  return doc
}

/** Begins a new page when so many lines do not fit any more. */
export function keepTogether({ doc, size }: Sheet, lines: number): void {
  if (doc.y + lines * size * 1.3 > (PAGE.height - PAGE.bottom) * POINTS) doc.addPage()
}

/** Leaves so many points empty. */
export function gap(doc: Doc, points: number): void {
  doc.y += points
}

/** The top left corner of a box, in points. */
export function corner({ x, y }: Box): [number, number] {
  return [x * POINTS, y * POINTS]
}

/** One line in a box, smaller when it is too long for it. */
export function fitLine(
  doc: Doc,
  { text, box, size }: { text: string; box: Box; size: number },
): void {
  doc.fontSize(shrunk(doc, { text, size, width: box.width * POINTS }))
  doc.text(text, ...corner(box), { lineBreak: false })
}

/** The size at which a text fits a width, at most `size`; selects it. */
export function shrunk(
  doc: Doc,
  { text, size, width }: { text: string; size: number; width: number },
): number {
  const natural = doc.fontSize(size).widthOfString(text)
  return natural <= width ? size : Math.max(5, (size * width) / natural)
}
