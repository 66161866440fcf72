// Spoils an evidence bundle after its messages were signed.
import type { EvidenceBundle } from '../../src/protocol/evidence-bundle.ts'

/** The bundle with the messages of one of its threads changed. */
export function withMessages(
  bundle: EvidenceBundle,
  thread: number,
  change: (messages: string[]) => readonly string[],
): EvidenceBundle {
  const threads = bundle.threads.map((entry, index) =>
    index === thread ? { ...entry, messages: change([...entry.messages]) } : entry,
  )
  return { ...bundle, threads }
}

/** Replaces one character of one part of a JWS by another of the alphabet. */
export function flip(jws: string, index: number, by = 1): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
  const position = alphabet.indexOf(jws.charAt(index))
  const other = alphabet.charAt((position + by) % alphabet.length)
  return jws.slice(0, index) + other + jws.slice(index + 1)
}

/** The same, by a character that leaves the parts as they are. */
export const flipInside = (jws: string, index: number) =>
  flip(jws, index, jws[index] === '_' ? 2 : 1)

/** The second character of a part of a JWS. */
export const firstOf = (jws: string, part: 0 | 1 | 2) => jws.split('.', part).join('.').length + 2
