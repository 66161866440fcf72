// Who signed a message of an evidence bundle: the party of its thread that it names, with the key
// that was valid at its `iat`. Judges neither its place in the thread nor what it says.

import type { JsonObject, MessageHeader } from './decode.ts'
import type { EvidenceParty } from './evidence-bundle.ts'
import type { CheckedThread, UnplacedFault } from './evidence-checked.ts'
import { ANYONE } from './messages.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'
import type { VerifiedMessage } from './verify.ts'
import { verifyMessage } from './verify.ts'

/** A message that can be read: its text, and what it claims. */
export interface ReadableMessage {
  readonly jws: string
  readonly header: MessageHeader
  readonly payload: JsonObject
}

/** A verified message and the party that signed it. */
export interface SignedByParty {
  readonly signer: EvidenceParty
  readonly message: VerifiedMessage
}

/**
 * Finds the party of a thread that a message names as its sender, and verifies it as evidence, as
 * said to the other party. Refuses `iss` (its sender is not a party of this thread) and with the
 * codes of `verifyMessage`. Spec: EVI-02.
 */
export async function verifyFromParty(
  { jws, header, payload }: ReadableMessage,
  { creditor, peer }: Pick<CheckedThread, 'creditor' | 'peer'>,
  exportedAt: number,
): Promise<Result<SignedByParty, UnplacedFault>> {
  const signer = [creditor, peer].find((party) => party?.iss === payload.iss)
  if (signer === undefined) return err({ code: 'iss', detail: 'is not a party of this thread' })
  const verified = await verifyMessage(jws, {
    typ: header.typ,
    keys: signer.jwks,
    now: exportedAt,
    issuer: signer.iss,
    audience: signer === creditor ? (peer?.iss ?? ANYONE) : creditor.iss,
    evidence: true,
  })
  if (verified.ok) return ok({ signer, message: verified.value })
  const { code, detail = '' } = verified.error
  return err({ code, detail })
}
