// Draws a QR code on paper as squares, which every printer prints sharply.
import { create as createCode } from 'qrcode'
import type { Doc } from './letter-sheet.ts'

/** Draws a code with error correction level M; all lengths in points. */
export function drawCodeSquares(
  doc: Doc,
  payload: string,
  { left, top, side }: { left: number; top: number; side: number },
): void {
  const { modules } = createCode(payload, { errorCorrectionLevel: 'M' })
  const square = side / modules.size
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column)) {
        doc.rect(left + column * square, top + row * square, square, square)
      }
    }
  }
  doc.fill('#000000')
}

/** How large a module of a code is whose side has so many points. */
export function moduleOf(payload: string, side: number): number {
  return side / createCode(payload, { errorCorrectionLevel: 'M' }).modules.size
}
