// What lies sealed in a task: the person's words, where they came in, and what a machine would do; or what
// to say on the telephone.
// Whoever opens a task wrote it, or somebody who had other members in mind: it is read with care.

import type { CallScript } from '../content/call-script.ts'
import { LANGUAGES } from '../wording/language.ts'

export interface TaskDetails {
  /** Where the words came in. */
  readonly channel: string | null
  /** The person's own words. */
  readonly text: string | null
  /** The code of what a machine would do, with its day where it has one. */
  readonly proposed: { readonly kind: string; readonly day: string | null } | null
  /** What to say in a call, in the language in which it is held. */
  readonly script: CallScript | null
}

const NOTHING: TaskDetails = { channel: null, text: null, proposed: null, script: null }

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
  const { channel, text, proposed, script } = value as Record<string, unknown>
  return {
    channel: textOf(channel),
    text: textOf(text),
    proposed: proposalOf(proposed),
    script: scriptOf(script),
  }
}

function scriptOf(script: unknown): CallScript | null {
  if (typeof script !== 'object' || script === null) return null
  const { heading, points, ...said } = script as Record<string, unknown>
  const language = LANGUAGES.find((it) => it === said['language'])
  if (language === undefined || typeof heading !== 'string' || !Array.isArray(points)) return null
  return { language, heading, points: points.filter((point) => typeof point === 'string') }
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
