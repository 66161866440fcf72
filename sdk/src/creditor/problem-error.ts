// A refusal of the API as an error: decide by `code`, show `message` to a developer.
import type { components } from './generated/api.ts'

/** The problem document of a refusal (RFC 9457), with its stable `code`. */
export type Problem = components['schemas']['Problem']

/** Families of codes, for a caller that does not need the single one. */
export type ProblemFamily =
  | 'authentication'
  | 'input'
  | 'not-found'
  | 'conflict'
  | 'busy'
  | 'server'

/**
 * A reply that is no success (RFC 9457).
 *
 * @example
 * import { type CreditorClient, ProblemError } from '@parley/sdk/creditor'
 * declare const client: CreditorClient
 * try {
 *   await client.unwrap(client.api.GET('/v1/creditor'))
 * } catch (error) {
 *   if (error instanceof ProblemError && error.isRetryable) console.log('later', error.code)
 *   else throw error
 * }
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly status: number
  /** Stable; `unknown` when the reply was no problem document, as from a proxy. */
  readonly code: string
  readonly problem: Problem | undefined

  constructor(status: number, problem: Problem | undefined) {
    super(`${problem?.detail ?? problem?.title ?? 'the server did not say why'} (${status})`)
    this.status = status
    this.code = problem?.code ?? 'unknown'
    this.problem = problem
  }

  get family(): ProblemFamily {
    if (this.status === 401 || this.status === 403) return 'authentication'
    if (this.status === 404 || this.status === 410) return 'not-found'
    if (this.status === 409) return 'conflict'
    if (this.status === 429 || this.status === 503) return 'busy'
    return this.status >= 500 ? 'server' : 'input'
  }

  /** Whether the same call, with the same Idempotency-Key, may succeed later. */
  get isRetryable(): boolean {
    return this.family === 'busy' || this.family === 'server' || this.problem?.retryable === true
  }
}

/** The problem document in a reply's body, or undefined for another body. */
export function readProblem(body: unknown): Problem | undefined {
  const isProblem = typeof body === 'object' && body !== null && 'code' in body && 'title' in body
  return isProblem ? (body as Problem) : undefined
}
