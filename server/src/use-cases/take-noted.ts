// The agent's `noted` over a message of ours on the thread of its enrolment: in the HTTP response of
// its inbox, or posted when it had pulled the message. It takes its place in the thread.
import {
  err,
  JOSE_MEDIA_TYPE,
  ok,
  parsePayload,
  type Result,
  typOf,
  type VerifiedMessage,
  verifyMessage,
} from '@parley/sdk/protocol'
import type { StoredReply } from '../storage/column-types.ts'
import type { Tx } from '../storage/database.ts'
import { agentKeys, appendToEnrolment, type Enrolment } from '../storage/enrolments.ts'
import type { PreparedMessage } from '../storage/threads.ts'
import type { Deps } from './deps.ts'

/** Nobody answers `noted`. */
export const NO_REPLY: StoredReply = { status: 204, contentType: JOSE_MEDIA_TYPE, body: '' }

/**
 * Verifies a `noted` from a response, which follows the thread as we know it. The error is a code
 * for the log.
 */
export async function verifyNoted(
  deps: Pick<Deps, 'clock' | 'publicUrl'>,
  enrolment: Enrolment,
  { ref, jws }: { ref: string; jws: string },
): Promise<Result<VerifiedMessage, string>> {
  const verified = await verifyMessage(jws.trim(), {
    typ: typOf('noted'),
    keys: agentKeys(enrolment),
    now: deps.clock.now(),
    audience: deps.publicUrl,
    issuer: enrolment.agentIss,
  })
  if (!verified.ok) return err(verified.error.code)
  const { payload } = verified.value
  const noted = parsePayload('noted', payload)
  if (!noted.ok) return err(noted.error.code)
  if (noted.value.ref !== ref) return err('ref')
  if (payload.thr !== enrolment.thr || payload.sub !== enrolment.sub) return err('thr')
  const isNext = payload.seq === enrolment.lastSeq + 1 && payload.prev === enrolment.lastHash
  return isNext ? ok(verified.value) : err('sequence')
}

/** Gives it its place. Returns false when the thread has moved on. */
export async function appendNoted(
  tx: Tx,
  enrolment: Enrolment,
  noted: VerifiedMessage,
  at: number,
): Promise<boolean> {
  const message = { ...storedForm(noted), reply: NO_REPLY }
  return await appendToEnrolment(tx, enrolment, [message], at)
}

/** A verified message as it is stored. */
export function storedForm({ payload, header, hash, jws }: VerifiedMessage): PreparedMessage {
  const { thr, seq, iss, jti } = payload
  return { thr, seq, iss, jti, typ: header.typ, hash, jws }
}
