// Tells whether reading a JSON number keeps its value. Arithmetic on the text, linear in it.

const INTEGER = /^-?\d+$/
const NOT_ZERO = /^-?[0.]*[1-9]/
/** So many characters hold at most 15 digits, and those come back from every normal double. */
const ALWAYS_EXACT_LENGTH = 15
const [SMALLEST, LARGEST] = [1e-300, 1e300]

/**
 * Tells whether a JSON number has the same decimal value after it was read as a double: an integer
 * within ±(2^53 − 1), or a fraction or power whose digits come back when it is written again
 * (RFC 7493 §2.2). `0.1` and `1e21` keep theirs; `1e400`, `1e-400` and `0.1000000000000000055` do
 * not. Of a text that is no JSON number it says nothing.
 */
export function isExactNumber(literal: string): boolean {
  const size = Math.abs(Number(literal))
  const isShort = literal.length <= ALWAYS_EXACT_LENGTH
  if (isShort && size >= SMALLEST && size <= LARGEST) return true
  if (size === 0) return !NOT_ZERO.test(literal)
  if (INTEGER.test(literal)) return Number.isSafeInteger(size)
  const written = String(size)
  return literal === written || (size < Infinity && decimalOf(literal) === decimalOf(written))
}

/** The significant digits of a number other than zero, and the power of ten of the last one. */
function decimalOf(literal: string): string {
  const mark = Math.max(literal.indexOf('e'), literal.indexOf('E'))
  const mantissa = mark === -1 ? literal : literal.slice(0, mark)
  const exponent = mark === -1 ? 0 : Number(literal.slice(mark + 1))
  const point = mantissa.indexOf('.')
  const decimals = point === -1 ? 0 : mantissa.length - point - 1
  const digits = point === -1 ? mantissa : mantissa.slice(0, point) + mantissa.slice(point + 1)
  // By hand: a pattern for trailing zeros would walk through every run of zeros again and again.
  let [start, end] = [0, digits.length]
  while (!isDigitButZero(digits.charCodeAt(start))) start++
  while (!isDigitButZero(digits.charCodeAt(end - 1))) end--
  return `${digits.slice(start, end)}e${exponent - decimals + digits.length - end}`
}

function isDigitButZero(code: number): boolean {
  return code > 0x30 && code <= 0x39
}
