// Is this the agreement that the agent signed? Both signatures, and every byte as the agent derives
// it. A creditor that changed a cent or a day gets nowhere here.

import { deriveAgreement } from '../protocol/agreement.ts'
import { peekClaims } from '../protocol/decode.ts'
import type { AcceptMessage, CounterMessage } from '../protocol/generated/messages.ts'
import type { JwkSet, KeyResolver } from '../protocol/key-set.ts'
import { AGREEMENT_TYP } from '../protocol/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { verifyGeneralJws } from '../protocol/verify-general.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { checkedMoney } from './answer.ts'
import type { AgentContext } from './context.ts'
import { ownKeySet } from './own-keys.ts'
import type { ThreadAgreement, ThreadRecord } from './store.ts'

/**
 * Checks an agreement against the agent's last answer. Keys are judged as of the answer's time.
 *
 * Refuses the codes of `verifyGeneralJws`, and `agreement-mismatch` when the payload is not byte
 * for byte what follows from the request and the answer, or when no answer names a plan.
 */
export async function checkAgreement(
  context: Pick<AgentContext, 'key' | 'clock' | 'directory' | 'store'>,
  thread: ThreadRecord,
  jws: string,
): Promise<Result<ThreadAgreement, AgentRefusal>> {
  const expected = await deriveExpected(thread)
  if (expected === null) return err({ code: 'agreement-mismatch', detail: 'no plan was named' })
  const own = await ownKeySet(context, thread.enrolmentId)
  const verified = await verifyGeneralJws(jws, {
    typ: AGREEMENT_TYP,
    parties: [
      { name: 'agent', keys: own },
      {
        name: 'creditor',
        issuer: thread.request.iss,
        keys: otherThan(own, context.directory.resolveKey),
      },
    ],
    now: context.clock(),
    evidence: true,
  })
  if (!verified.ok) return verified
  const { agreement, bytes } = expected
  if (!isSame(verified.value.payloadBytes, bytes)) return err({ code: 'agreement-mismatch' })
  const lines = agreement.lines.map(({ line, dueDate, amount }) => ({ line, dueDate, amount }))
  return ok({ agreementId: agreement.agreementId, jws, lines, payBy: agreement.payBy ?? null })
}

/** Spares the creditor's directory a refresh for keys that are known to be the agent's. */
function otherThan({ keys }: JwkSet, resolve: KeyResolver): KeyResolver {
  return async (header, issuer) =>
    keys.some(({ kid }) => kid === header.kid)
      ? err({ code: 'key-unknown' })
      : resolve(header, issuer)
}

async function deriveExpected(
  thread: ThreadRecord,
): Promise<Awaited<ReturnType<typeof deriveAgreement>> | null> {
  const { request, answer, messages } = thread
  const message = answer === null ? undefined : messages[answer.seq]
  const peeked = peekClaims(message?.jws)
  if (answer === null || answer.plan === null || !peeked.ok) return null
  // The agent's own message from its own store: nothing of it has to be verified.
  const { jti, iat, prev, payBy } = peeked.value.payload as unknown as
    | AcceptMessage
    | CounterMessage
  if (prev === null) return null
  return deriveAgreement({
    request,
    principal: checkedMoney(request.amount),
    plan: answer.plan,
    answer: { jti, iat, prev, ...(payBy ? { payBy } : {}) },
  })
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}
