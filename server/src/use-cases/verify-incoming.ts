// Verifies a peer's message so that repeating it stays possible: one that was taken in time gets its
// reply again after its term, one that arrives for the first time then is refused.
import {
  err,
  ok,
  type Result,
  type VerifiedMessage,
  type VerifyOptions,
  verifyMessage,
} from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { findMessage, type Thread } from '../storage/threads.ts'
import type { Deps } from './deps.ts'

/** A message with a good signature; `late` says why it may not be taken for the first time. */
export interface IncomingMessage {
  message: VerifiedMessage
  late: Refusal | undefined
}

/** A message that was good once: its term, its age or the time of its key has passed. */
const TOO_LATE: ReadonlySet<string> = new Set(['expired', 'too-old', 'key-retired', 'key-revoked'])

/** Verifies; only what came too late is left for `placeInThread` to judge. */
export async function verifyIncoming(
  jws: string,
  options: VerifyOptions,
): Promise<Result<IncomingMessage, Refusal>> {
  const live = await verifyMessage(jws, options)
  if (live.ok) return ok({ message: live.value, late: undefined })
  if (!TOO_LATE.has(live.error.code)) return err(withDetail(live.error))
  const { maxAgeSeconds: _, ...ageless } = options
  const once = await verifyMessage(jws, { ...ageless, evidence: true })
  if (!once.ok) return err(withDetail(once.error))
  return ok({ message: once.value, late: withDetail(live.error) })
}

/**
 * The reply of before for a message seen before; undefined for one whose turn it is. Refuses `jti`
 * for another message under a known jti, then what made it late, `sub`, `sequence` and
 * `sequence-stale`.
 */
export async function placeInThread(
  deps: Pick<Deps, 'db'>,
  thread: Pick<Thread, 'thr' | 'sub' | 'lastSeq' | 'lastHash'>,
  { message, late }: IncomingMessage,
): Promise<Result<StoredReply | undefined, Refusal>> {
  const { iss, jti, sub, seq, prev } = message.payload
  const seen = await findMessage(deps.db, { iss, jti })
  if (seen !== undefined) {
    if (seen.hash === message.hash && seen.reply !== null) return ok(seen.reply)
    return err(refusal('jti', 'another message had this jti'))
  }
  if (late !== undefined) return err(late)
  if (sub !== thread.sub) return err(refusal('sub', 'this is not the sub of the thread'))
  if (seq > thread.lastSeq + 1) {
    return err(refusal('sequence', `the next seq is ${thread.lastSeq + 1}`))
  }
  if (seq <= thread.lastSeq || prev !== thread.lastHash) {
    return err(refusal('sequence-stale', `the thread stands at seq ${thread.lastSeq}: pull first`))
  }
  return ok(undefined)
}

/**
 * The answer, or the reply that the same message got from another process meanwhile: a decision that
 * saw half of what that one wrote refuses what was just taken.
 */
export async function unlessTaken(
  deps: Pick<Deps, 'db'>,
  { payload: { iss, jti }, hash }: VerifiedMessage,
  answer: Result<StoredReply, Refusal>,
): Promise<Result<StoredReply, Refusal>> {
  if (answer.ok) return answer
  const seen = await findMessage(deps.db, { iss, jti })
  return seen?.hash === hash && seen.reply !== null ? ok(seen.reply) : answer
}

/** Gives a refusal of the signature layer a sentence where it has none. */
export function withDetail(error: { code: Refusal['code']; detail?: string }): Refusal {
  return refusal(error.code, error.detail ?? `the message was refused: ${error.code}`)
}
