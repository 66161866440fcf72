// The Swiss QR Code as it is drawn: 46 mm with the cross of 7 mm in its middle, which covers modules that
// the error correction of level M gives back.
// Source: SIX, Swiss Implementation Guidelines QR-bill 2.3, §5.4 and the style guide.

/** The side of the code in millimetres. */
export const SWISS_CODE_SIDE = 46

export interface CrossPart {
  /** Millimetres from the left and from the top of the code; every part is a square or a bar. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly isDark: boolean
}

/** The parts in the order in which they are painted: white frame, black field, the two bars. */
export const SWISS_CROSS: readonly CrossPart[] = [
  centred(7, 7, false),
  centred(6, 6, true),
  centred(1.17, 3.89, false),
  centred(3.89, 1.17, false),
]

function centred(width: number, height: number, isDark: boolean): CrossPart {
  const middle = SWISS_CODE_SIDE / 2
  return { x: middle - width / 2, y: middle - height / 2, width, height, isDark }
}
