/** Reads an option that is a number above 0. @throws {Error} that names it, for anything else. */
export function positive(name: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new Error(`--${name} takes a number above 0, not ${text}`)
}
