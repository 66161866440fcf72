// What became of a piece of queued work. The queue decides when to try again; a use-case only says
// whether that can help.

export type WorkOutcome =
  /** Nothing is left to do. */
  | { readonly kind: 'done' }
  /** It failed and may pass later. */
  | { readonly kind: 'again'; readonly reason: string }
  /** It failed and will fail every time. */
  | { readonly kind: 'never'; readonly reason: string }

export const DONE: WorkOutcome = { kind: 'done' }

/** The work may pass later; `reason` is for the log and names no person and no address. */
export function again(reason: string): WorkOutcome {
  return { kind: 'again', reason }
}

/** The work will never pass; `reason` as for `again`. */
export function never(reason: string): WorkOutcome {
  return { kind: 'never', reason }
}
