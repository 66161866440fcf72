// The shape of every expected refusal in Parley: a value, never an exception.
// Bugs and outages throw; whatever a peer or a person may get wrong comes back as `error`.

/** Either a value or a refusal; test `ok` before touching the rest. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E }

/**
 * Wraps a value as a successful result.
 *
 * @example
 * import { ok } from '@parley/sdk/protocol'
 * ok(3) // => { ok: true, value: 3 }
 */
export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value }
}

/**
 * Wraps a refusal as a failed result; by convention `error` carries a literal `code`.
 *
 * @example
 * import { err } from '@parley/sdk/protocol'
 * err({ code: 'not-due' }) // => { ok: false, error: { code: 'not-due' } }
 */
export function err<E>(error: E): Result<never, E> {
  return { ok: false, error }
}
