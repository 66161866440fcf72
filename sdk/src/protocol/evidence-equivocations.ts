// Judges the equivocations of an evidence bundle: each must be a good message by a party of a thread,
// under a place where the same party has another good message. Such a pair speaks against its signer.

import { peekClaims } from './decode.ts'
import type { EvidenceFinding } from './evidence-bundle.ts'
import type { CheckedThread, UnplacedFault } from './evidence-checked.ts'
import { verifyFromParty } from './evidence-signers.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'

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
  const claims = peekClaims(jws)
  if (!claims.ok) return refuse(claims.error.code, claims.error.detail)
  const thread = threadById.get(String(claims.value.payload.thr))
  if (thread === undefined) return refuse('thr', 'its thread is not here')
  const verified = await verifyFromParty({ jws, ...claims.value }, thread, exportedAt)
  if (!verified.ok) return verified
  const { signer, message } = verified.value
  const { seq } = message.payload
  const other = thread.messages.find((stands) => stands?.payload.seq === seq)
  if (other === undefined || other.payload.iss !== signer.iss) {
    return refuse('equivocation', 'no other message of its signer stands at its place')
  }
  if (other.hash === message.hash) return refuse('equivocation', 'is the same message')
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
