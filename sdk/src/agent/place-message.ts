// Where a message belongs in its conversation, by `seq`, `prev`, hash and `jti`. Pure.

import type { VerifiedMessage } from '../protocol/verify.ts'
import type { ThreadMessage, ThreadRecord } from './store.ts'

/**
 * Where a message stands in its conversation: `next`; `known`; `crossing` (it takes the place of an
 * answer that the creditor has not taken yet); or a refusal.
 */
export type Placement =
  | 'next'
  | 'known'
  | 'crossing'
  | 'sequence'
  | 'sequence-stale'
  | 'equivocation'
  | 'prev'

/** Finds a message's place by `seq`, `prev`, hash and `jti`. */
export function place(
  thread: ThreadRecord | undefined,
  { hash, payload }: VerifiedMessage,
): Placement {
  const { seq, prev, jti } = payload
  const messages = thread?.messages ?? []
  const known = messages[seq]
  if (known?.hash === hash) return 'known'
  if (twinOf(messages, { seq, jti }) !== undefined) return 'equivocation'
  if (seq > messages.length) return 'sequence'
  const follows = prev === (messages[seq - 1]?.hash ?? null)
  const isOpen = (at: number) => openPlace(thread) === at
  if (known !== undefined) return isOpen(seq) && follows ? 'crossing' : 'sequence-stale'
  if (follows) return 'next'
  // It follows a message that crossed ours and has not come yet.
  return isOpen(seq - 1) ? 'sequence' : 'prev'
}

/** The creditor's own message in this place, or of this name: with another one it is proof (THR-05). */
export function twinOf(
  messages: readonly ThreadMessage[],
  { seq, jti }: { readonly seq: number; readonly jti: string },
): ThreadMessage | undefined {
  const own = messages.filter(({ from }) => from === 'creditor')
  return own.find((message) => messages[seq] === message) ?? own.find((one) => one.jti === jti)
}

/** The place of a message of the agent that the creditor may not have taken. */
export function openPlace(thread: ThreadRecord | undefined): number | null {
  if (thread === undefined) return null
  const { inquiry, answer } = thread
  if (inquiry !== null) return inquiry.seq
  return answer === null || answer.acknowledged ? null : answer.seq
}
