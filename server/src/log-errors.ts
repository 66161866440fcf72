// How an error stands in the log. PostgreSQL describes a failure with the row or the value that
// caused it, and that may be a person's name, address or account.

/** What of a driver's error names places in the schema, and no value. */
const PLACES = ['code', 'severity', 'schema', 'table', 'column', 'constraint', 'routine'] as const

/** A serializer for pino: type, message and stack; of an error of the database only where it was. */
export function errorFacts(error: unknown): object {
  if (!isErrorLike(error)) return { type: typeof error }
  const { name = 'Error', message, stack = '' } = error
  const frames = stack.slice(stack.indexOf('\n    at ') + 1)
  const given = error as Partial<Record<(typeof PLACES)[number], string>>
  if (given.severity === undefined) {
    const { code, cause } = error as { code?: string; cause?: unknown }
    const because = cause === undefined ? {} : { cause: errorFacts(cause) }
    return { type: name, message, ...(code === undefined ? {} : { code }), ...because, frames }
  }
  const places = PLACES.flatMap((place) => (given[place] ? [[place, given[place]]] : []))
  return { type: 'DatabaseError', ...Object.fromEntries(places), frames }
}

/** pg-boss hands on copies of errors, which are of no class. */
function isErrorLike(error: unknown): error is Pick<Error, 'message' | 'stack'> & Partial<Error> {
  return typeof error === 'object' && error !== null && 'message' in error && 'stack' in error
}
