// What lies sealed in a task: the person's words, where they came in, and what a machine would do.
// Whoever opens a task wrote it, or somebody who had other members in mind: it is read with care.

export interface TaskDetails {
  /** Where the words came in. */
  readonly channel: string | null
  /** The person's own words. */
  readonly text: string | null
  /** The code of what a machine would do, with its day where it has one. */
  readonly proposed: { readonly kind: string; readonly day: string | null } | null
}

const NOTHING: TaskDetails = { channel: null, text: null, proposed: null }

/** Reads the JSON of a task; what is not there, or is no text, is null. */
export function readTaskDetails(json: string | null): TaskDetails {
  if (json === null) return NOTHING
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return NOTHING
  }
  if (typeof value !== 'object' || value === null) return NOTHING
  const { channel, text, proposed } = value as Record<string, unknown>
  return { channel: textOf(channel), text: textOf(text), proposed: proposalOf(proposed) }
}

function proposalOf(proposed: unknown): TaskDetails['proposed'] {
  if (typeof proposed === 'string') return { kind: proposed, day: null }
  if (typeof proposed !== 'object' || proposed === null) return null
  const { kind, day } = proposed as Record<string, unknown>
  return typeof kind === 'string' ? { kind, day: textOf(day) } : null
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
