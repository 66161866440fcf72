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
import { acrossCreditors } from '../storage/creditor-scope.ts'
import { findMessage, type Thread } from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { type EquivocationDeps, type KnownThread, noteEquivocation } from './note-equivocation.ts'

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
 * The reply of before for a message seen before; undefined for one whose turn it is. Refuses
 * `equivocation` (THR-05), `jti` for another message under a known jti, then what made it late,
 * `sub`, `sequence` (a gap), `sequence-stale` (a place that is taken) and `prev` (THR-02).
 */
export async function placeInThread(
  deps: EquivocationDeps,
  thread: KnownThread & Pick<Thread, 'sub' | 'lastSeq' | 'lastHash'>,
  { message, late }: IncomingMessage,
): Promise<Result<StoredReply | undefined, Refusal>> {
  const { iss, jti, seq } = message.payload
  const seen = await findAnywhere(deps, { iss, jti })
  if (seen?.hash === message.hash && seen.reply !== null) return ok(seen.reply)
  const equivocation =
    seq <= thread.lastSeq ? await noteEquivocation(deps, thread, message) : undefined
  if (equivocation !== undefined) return err(equivocation)
  if (seen !== undefined) return err(refusal('jti', 'another message had this jti'))
  if (late !== undefined) return err(late)
  const refused = refusePlace(thread, message)
  return refused === undefined ? ok(undefined) : err(refused)
}

/** A jti has one use, whichever creditor it was said to: an agent may act with several. */
function findAnywhere({ db }: Pick<Deps, 'db'>, message: { iss: string; jti: string }) {
  return acrossCreditors(() => findMessage(db, message))
}

function refusePlace(
  thread: Pick<Thread, 'sub' | 'lastSeq' | 'lastHash'>,
  { payload: { sub, seq, prev } }: VerifiedMessage,
): Refusal | undefined {
  if (sub !== thread.sub) return refusal('sub', 'this is not the sub of the thread')
  if (seq > thread.lastSeq + 1) {
    return refusal('sequence', `the next seq is ${thread.lastSeq + 1}`)
  }
  if (seq <= thread.lastSeq) {
    return refusal('sequence-stale', `the thread stands at seq ${thread.lastSeq}: pull first`)
  }
  return prev === thread.lastHash
    ? undefined
    : refusal('prev', 'prev is not the hash of the message before')
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
  const seen = await findAnywhere(deps, { iss, jti })
  return seen?.hash === hash && seen.reply !== null ? ok(seen.reply) : answer
}

/** Gives a refusal of the signature layer a sentence where it has none. */
export function withDetail(error: { code: Refusal['code']; detail?: string }): Refusal {
  return refusal(error.code, error.detail ?? `the message was refused: ${error.code}`)
}
