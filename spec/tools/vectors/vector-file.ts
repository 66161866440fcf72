// The form of a file of vectors: what any implementation, in any language, can check itself against.

/** One case with one defect, or none. What else a vector has depends on its file. */
export interface Vector {
  id: string
  /** The rule that it shows. */
  rule: string
  title: string
  expect: { ok: true; [fact: string]: unknown } | { ok: false; code: string }
  [input: string]: unknown
}

export interface VectorFile {
  description: string
  /** What all vectors of the file share. */
  common?: Record<string, unknown>
  vectors: Vector[]
}

/** A refusal that is expected. */
export const refused = (code: string): Vector['expect'] => ({ ok: false, code })

/** A success that is expected, with the facts that follow. */
export const passes = (facts: Record<string, unknown> = {}): Vector['expect'] => ({
  ok: true,
  ...facts,
})

/** Numbers the vectors of a file: `<prefix>-01`, in order. */
export function numbered(prefix: string, vectors: readonly Omit<Vector, 'id'>[]): Vector[] {
  return vectors.map(
    (vector, i) => ({ id: `${prefix}-${String(i + 1).padStart(2, '0')}`, ...vector }) as Vector,
  )
}
