// Judges the equivocations of an evidence bundle: each must be a good message by a party of a thread,
// under a place where the same party has another good message. Such a pair speaks against its signer.

import { peekClaims } from './decode.ts'
import type { EvidenceFinding } from './evidence-bundle.ts'
import type { CheckedThread, UnplacedFault } from './evidence-checked.ts'
import { ANYONE } from './messages.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'
import { verifyMessage } from './verify.ts'

/** What the equivocations are judged against. */
export interface EquivocationContext {
  readonly exportedAt: number
  readonly threadById: ReadonlyMap<string, CheckedThread>
}

/**
 * Judges one equivocation. Refuses with the codes of `verifyMessage` (a bad signature proves
 * nothing), `thr` (its thread is not here) and `equivocation` (no other message by the same signer
 * stands at its place).
 */
export async function checkEquivocation(
  jws: string,
  { exportedAt, threadById }: EquivocationContext,
): Promise<Result<EvidenceFinding, UnplacedFault>> {
  const peeked = peekClaims(jws)
  if (!peeked.ok) return refuse(peeked.error.code, peeked.error.detail)
  const { header, payload } = peeked.value
  const thread = threadById.get(String(payload.thr))
  if (thread === undefined) return refuse('thr', 'its thread is not here')
  const signer = [thread.creditor, thread.peer].find((party) => party?.iss === payload.iss)
  if (signer === undefined) return refuse('iss', 'is not a party of its thread')
  const verified = await verifyMessage(jws, {
    typ: header.typ,
    keys: signer.jwks,
    now: exportedAt,
    issuer: signer.iss,
    audience: signer === thread.creditor ? (thread.peer?.iss ?? ANYONE) : thread.creditor.iss,
    evidence: true,
  })
  if (!verified.ok) return refuse(verified.error.code, verified.error.detail)
  const { seq } = verified.value.payload
  const other = thread.messages.find((message) => message?.payload.seq === seq)
  if (other === undefined || other.payload.iss !== signer.iss) {
    return refuse('equivocation', 'no other message of its signer stands at its place')
  }
  if (other.hash === verified.value.hash) return refuse('equivocation', 'is the same message')
  return ok({
    code: 'equivocation',
    signer: signer.iss,
    where: { thread: thread.thr, message: other.position },
    detail: 'signed two different messages for one place',
  })
}

function refuse(code: UnplacedFault['code'], detail = ''): Result<never, UnplacedFault> {
  return err({ code, detail })
}
