// Names of encodings: what an XML declaration may call what a decoder did. Unicode and the three
// single-byte sets that European banks still use.

const DECODERS: ReadonlyMap<string, string> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['ascii', 'utf-8'],
  ['iso-8859-1', 'iso-8859-1'],
  ['iso-8859-15', 'iso-8859-15'],
  ['windows-1252', 'windows-1252'],
])

/** Returns the decoder for a declared encoding without byte order mark, or undefined. */
export function decoderFor(declared: string): string | undefined {
  return DECODERS.get(declared.toLowerCase())
}

/** Tells whether text decoded as `actual` may declare itself as `declared`. */
export function isDeclaredAs(declared: string, actual: string): boolean {
  const name = declared.toLowerCase()
  if (actual.startsWith('utf-16')) return name === 'utf-16' || name === actual
  return decoderFor(name) === actual
}
