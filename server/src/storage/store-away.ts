// Whether a failure says that the store could not be asked, or did not answer: it starts, stops, is full or
// out of reach. Whatever was asked may have happened, or not.

/** SQLSTATE: lost connections (08), too few resources (53), shutdown and start (57P), a failing disk (58030). */
const AWAY_STATES = /^(08|53|57P|58030)/

const AWAY_SOCKETS: ReadonlySet<string> = new Set([
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
  ],
  'EAI_AGAIN',
])

/** What the driver says without a code. */
const AWAY_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (has encountered a connection error|was closed) and is not queryable)/

/** Tells an outage from a defect. Looks at the error alone, not at the store. */
export function isStoreAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code = '' } = error as { code?: unknown }
  if (typeof code !== 'string') return false
  return AWAY_STATES.test(code) || AWAY_SOCKETS.has(code) || AWAY_WORDS.test(error.message)
}
