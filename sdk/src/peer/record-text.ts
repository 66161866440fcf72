// Records as JSON text in which big integers come back as such.

/** Writes a record; a big integer becomes `{"$bigint":"…"}`. */
export function recordText(record: unknown): string {
  return JSON.stringify(record, (_, value: unknown) =>
    typeof value === 'bigint' ? { $bigint: value.toString() } : value,
  )
}

/** Reads a record. It may hold a peer's own members: only what was written for a big integer is one. */
export function parseRecord(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    const digits =
      typeof value === 'object' && value !== null && '$bigint' in value && value.$bigint
    return typeof digits === 'string' && /^-?[0-9]{1,40}$/.test(digits) ? BigInt(digits) : value
  })
}
