// The cells of one record by the quoting rules of RFC 4180.
import { parse } from 'csv-parse/sync'

/** Cells with line breaks in them exist; a quote that is open for longer was never closed. */
export const MAX_LINES_IN_RECORD = 100

/** The cells of one record, or undefined when its quotes are broken. */
export function cellsOf(text: string, delimiter: string): string[] | undefined {
  // Most lines have no quotes, and then the rules have nothing to add; 50 times faster.
  if (!text.includes('"')) return text.split(delimiter)
  // Nor where each cell stands in quotes and holds none; ten times faster.
  const inner = text.slice(1, -1).split(`"${delimiter}"`)
  if (text.startsWith('"') && text.endsWith('"') && inner.every((cell) => !cell.includes('"'))) {
    return inner
  }
  try {
    const [cells] = parse(text, { delimiter, record_delimiter: '\u0000' })
    return cells
  } catch {
    return undefined
  }
}

export function hasOddQuotes(text: string): boolean {
  let isOdd = false
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) isOdd = !isOdd
  return isOdd
}
