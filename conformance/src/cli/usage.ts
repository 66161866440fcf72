// How a call ends.

/** Exit codes. A skip is never 0. */
export const EXIT = { passed: 0, failed: 1, usage: 2, incomplete: 3, unreachable: 4 } as const

/** A wrong call of the command: said to the caller, exit code 2. */
export class UsageError extends Error {
  readonly code = 'usage'
}
