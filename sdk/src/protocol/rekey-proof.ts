// The proof that an agent holds the key that it names next: that key's signature over who says it,
// to whom, in which thread. Spec: ENR-06.
import { decodeHeader } from './decode.ts'
import { encodeUtf8, fromBase64Url, toBase64Url } from './encoding.ts'
import { findVerifyingKey } from './key-set.ts'
import { type CheckedJwk, type SigningKey, thumbprint } from './keys.ts'
import type { Refusal } from './refusals.ts'
import { err, ok, type Result } from './result.ts'
import { agreementSignature, type JwsSignature } from './sign.ts'
import { isSignedBy } from './verify.ts'

/** The claims of a `rekey` that its proof covers. */
export interface RekeyFacts {
  readonly iss: string
  readonly aud: string
  readonly thr: string
}

const REKEY_PROOF_TYP = 'parley-rekey-proof+jwt'

/**
 * Makes the proof with the next key.
 *
 * @example
 * import { generateSigningKey, signRekeyProof } from '@parley/sdk/protocol'
 * const facts = { iss: 'https://agent.example', aud: 'https://creditor.example', thr: 'thr-1' }
 * const next = await generateSigningKey('ES256')
 * const proof = await signRekeyProof(facts, next)
 * console.log(proof.protected, proof.signature)
 */
export async function signRekeyProof(facts: RekeyFacts, next: SigningKey): Promise<JwsSignature> {
  return await agreementSignature(provenBytes(facts, next.kid), REKEY_PROOF_TYP, next)
}

/**
 * Checks the proof of the next key and returns the key's thumbprint. Refuses the codes of a header,
 * `typ`, `kid` (the proof is by another key), `alg`, `encoding` and `signature`.
 *
 * @example
 * import { checkPublicJwk, generateSigningKey, signRekeyProof, verifyRekeyProof } from '@parley/sdk/protocol'
 * const facts = { iss: 'https://agent.example', aud: 'https://creditor.example', thr: 'thr-1' }
 * const next = await generateSigningKey('ES256')
 * const checked = checkPublicJwk(next.publicJwk)
 * if (!checked.ok) throw new Error(checked.error.code)
 * const proof = await signRekeyProof(facts, next)
 * const proven = await verifyRekeyProof(facts, checked.value, proof)
 * proven.ok // => true
 */
export async function verifyRekeyProof(
  facts: RekeyFacts,
  next: CheckedJwk,
  proof: JwsSignature,
): Promise<Result<string, Refusal>> {
  const header = decodeHeader(proof.protected)
  if (!header.ok) return header
  if (header.value.typ !== REKEY_PROOF_TYP) return err({ code: 'typ' })
  const kid = await thumbprint(next)
  if (header.value.kid !== kid) return err({ code: 'kid', detail: 'sign the proof with jwk' })
  const keys = { keys: [{ ...next, kid }] }
  const found = await findVerifyingKey(header.value, facts.iss, { keys })
  if (!found.ok) return found
  const signature = fromBase64Url(proof.signature)
  if (signature === null) return err({ code: 'encoding' })
  const signingInput = encodeUtf8(`${proof.protected}.${toBase64Url(provenBytes(facts, kid))}`)
  const isSigned = await isSignedBy(found.value, signingInput, signature)
  return isSigned ? ok(kid) : err({ code: 'signature', detail: 'the proof does not fit' })
}

function provenBytes({ iss, aud, thr }: RekeyFacts, kid: string): Uint8Array {
  return encodeUtf8(['parley-rekey-1', iss, aud, thr, kid].join('\n'))
}
