// The rules of the specification, quoted from its pages (`npm run generate` writes them).
import clauses from '../generated/clauses.json' with { type: 'json' }

export interface Clause {
  readonly id: string
  readonly level: string
  /** Page and heading. */
  readonly section: string
  readonly text: string
}

const byId = new Map<string, Clause>(clauses.map((clause) => [clause.id, clause]))

/** Every rule, in the order of the pages. */
export const CLAUSES: readonly Clause[] = clauses

/** A rule by its id. @throws {TypeError} for an id that the specification does not have. */
export function clauseOf(id: string): Clause {
  const clause = byId.get(id)
  if (clause === undefined) throw new TypeError(`the specification has no rule ${id}`)
  return clause
}
