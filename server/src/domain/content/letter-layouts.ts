// Where things stand on a letter, per country of the recipient: what shows in the window of an
// envelope, and where the sheet is folded. All lengths in millimetres from the top left corner.
// Sources: DIN 5008:2020 form B; NF Z 11-001 with the DL window of 45 × 100 mm, 20 mm from the right
// and the lower edge, reduced by the play of an A4 sheet folded in three.

export interface LetterLayout {
  readonly id: 'window-left' | 'window-right'
  /** The part of the window that shows however the sheet lies in the envelope. */
  readonly address: Box
  /** The small line above the address that names the sender. */
  readonly returnLine: Box
  /** Who writes: beside the window. */
  readonly sender: Box
  /** Where the subject begins. */
  readonly bodyTop: number
  /** Heights at which marks for folding stand at the left edge. */
  readonly foldMarks: readonly number[]
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const WINDOW_LEFT: LetterLayout = {
  id: 'window-left',
  returnLine: { x: 25, y: 57.7, width: 80, height: 5 },
  address: { x: 25, y: 62.7, width: 80, height: 27.3 },
  sender: { x: 125, y: 50, width: 65, height: 40 },
  bodyTop: 103,
  foldMarks: [105, 210],
}

const WINDOW_RIGHT: LetterLayout = {
  id: 'window-right',
  returnLine: { x: 105, y: 45.5, width: 84, height: 5 },
  address: { x: 105, y: 50.5, width: 84, height: 28 },
  sender: { x: 25, y: 30, width: 70, height: 45 },
  bodyTop: 96,
  foldMarks: [99, 198],
}

const BY_COUNTRY: Readonly<Record<string, LetterLayout>> = {
  BE: WINDOW_RIGHT,
  FR: WINDOW_RIGHT,
  LU: WINDOW_RIGHT,
}

/** Returns the layout that the envelopes of a country (ISO 3166-1) need; the left window elsewhere. */
export function letterLayout(country: string): LetterLayout {
  return BY_COUNTRY[country] ?? WINDOW_LEFT
}
