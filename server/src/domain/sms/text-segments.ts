// How many SMS a text takes. GSM 7-bit default alphabet and extension table: 3GPP TS 23.038
// §6.2.1; UCS-2 otherwise; concatenation headers: 3GPP TS 23.040 §9.2.3.24.1.

export interface TextSegments {
  readonly encoding: 'gsm-7' | 'ucs-2'
  readonly segments: number
  /** Septets of GSM-7, or UTF-16 code units of UCS-2. */
  readonly units: number
}

const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
/** Each costs two septets: the escape and the character. */
const EXTENDED = new Set('\f^{}\\[~]|€')

const GSM_LIMITS = { single: 160, part: 153 }
const UCS_LIMITS = { single: 70, part: 67 }

/** Counts the segments as a network cuts them: no escape pair and no surrogate pair is split. */
export function countSegments(text: string): TextSegments {
  const characters = [...text]
  const isGsm = characters.every((it) => BASIC.has(it) || EXTENDED.has(it))
  const sizes = characters.map((it) => (isGsm ? (EXTENDED.has(it) ? 2 : 1) : it.length))
  const limits = isGsm ? GSM_LIMITS : UCS_LIMITS
  const units = sizes.reduce((sum, size) => sum + size, 0)
  const segments = units <= limits.single ? 1 : cutInto(sizes, limits.part)
  return { encoding: isGsm ? 'gsm-7' : 'ucs-2', segments, units }
}

/** Tells whether one character fits the GSM 7-bit alphabet. */
export function isGsmCharacter(character: string): boolean {
  return BASIC.has(character) || EXTENDED.has(character)
}

function cutInto(sizes: readonly number[], limit: number): number {
  let segments = 1
  let used = 0
  for (const size of sizes) {
    if (used + size > limit) {
      segments += 1
      used = 0
    }
    used += size
  }
  return segments
}
