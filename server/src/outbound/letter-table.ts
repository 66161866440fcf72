// The amounts of a letter as a table, with the payment code at its side.
import type { FactRow } from '../domain/content/message-content.ts'
import { drawCodeSquares, moduleOf } from './draw-code.ts'
import {
  gap,
  INK,
  keepTogether,
  PAGE,
  POINTS,
  QUIET,
  RULE,
  type Sheet,
  shrunk,
  TEXT_WIDTH,
} from './letter-sheet.ts'

/** The side of the code in millimetres. */
const CODE = 34

/** A table of two columns; the payment code stands at its right side. */
export function drawFacts(sheet: Sheet, rows: readonly FactRow[], hasCode: boolean): void {
  const { doc, letter, size } = sheet
  const { code } = letter
  const isBeside = hasCode && code !== undefined
  const width = (isBeside ? TEXT_WIDTH - CODE - 14 : TEXT_WIDTH) * POINTS
  const bottom = (PAGE.height - PAGE.bottom) * POINTS
  keepTogether(sheet, heightInLines(sheet, rows, isBeside))
  let y = doc.y
  const codeBottom = isBeside ? drawCode(sheet, code, y) : 0
  for (const row of rows) {
    const height = heightOfRow(row, size)
    // Only a table longer than a page is ever broken.
    if (y + height > bottom) {
      doc.addPage()
      y = doc.page.margins.top
    }
    drawRow(sheet, row, { y, width, height })
    y += height
  }
  doc.x = PAGE.left * POINTS
  doc.y = Math.max(y, codeBottom)
  gap(doc, size * 0.8)
}

/** What must stay on one page, in lines of text; nothing of a table that fits on none. */
function heightInLines({ size }: Sheet, rows: readonly FactRow[], isBeside: boolean): number {
  const ofRows = rows.reduce((sum, row) => sum + heightOfRow(row, size), 0)
  const ofCode = isBeside ? (CODE * POINTS) / size + 5 : 0
  const lines = Math.max(ofRows / size, ofCode) / 1.3
  const ofPage = ((PAGE.height - PAGE.top - PAGE.bottom) * POINTS) / (size * 1.3)
  return lines > ofPage ? 0 : lines
}

function heightOfRow({ detail }: FactRow, size: number): number {
  return size * (detail === undefined ? 1.75 : 2.85)
}

function drawRow(
  { doc, size }: Sheet,
  { label, value, detail, isMain = false }: FactRow,
  { y, width, height }: { y: number; width: number; height: number },
): void {
  const x = PAGE.left * POINTS
  const baseline = y + size * 0.35
  const oneLine = { lineBreak: false }
  doc.font('regular').fontSize(size).fillColor(QUIET).text(label, x, baseline, oneLine)
  const room = width - doc.widthOfString(label) - 8
  doc.font(isMain ? 'bold' : 'regular').fillColor(INK)
  doc.fontSize(shrunk(doc, { text: value, size: isMain ? size + 1 : size, width: room }))
  doc.text(value, x + width - doc.widthOfString(value), baseline, oneLine)
  if (detail !== undefined) {
    doc.font('regular').fillColor(QUIET)
    doc.fontSize(shrunk(doc, { text: detail, size: size - 1.5, width }))
    doc.text(detail, x, baseline + size * 1.25, oneLine)
  }
  doc
    .moveTo(x, y + height)
    .lineTo(x + width, y + height)
    .lineWidth(0.3)
    .stroke(RULE)
}

/** Draws the code as squares, which every printer prints sharply; returns where it ends. */
function drawCode(
  { doc, size }: Sheet,
  { payload, caption }: { payload: string; caption: string },
  facts: number,
): number {
  // EPC069-12 §2: level M, at most version 13.
  const side = moduleOf(payload, CODE * POINTS)
  const left = (PAGE.width - PAGE.right - CODE) * POINTS
  // Four modules around the code stay empty (ISO/IEC 18004 §5.3.8).
  const top = facts + 3 * side
  drawCodeSquares(doc, payload, { left, top, side: CODE * POINTS })
  doc
    .font('regular')
    .fontSize(Math.min(8, size - 1))
    .fillColor(INK)
  const below = top + CODE * POINTS + 4
  doc.text(caption, left - 12, below + 3 * side, { width: CODE * POINTS + 24, align: 'center' })
  return doc.y
}
