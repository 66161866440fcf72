// Which key the agent signs with towards a creditor, and which signatures it knows as its own.

import type { JwkSet } from '../protocol/key-set.ts'
import { importSigningKey, type PublicJwk, type SigningKey, thumbprint } from '../protocol/keys.ts'
import type { AgentContext } from './context.ts'
import type { ActiveEnrolment, EndedEnrolment } from './enrolment.ts'

type Keys = Pick<ActiveEnrolment | EndedEnrolment, 'keys'>

/** The key that signs towards this creditor now. */
export async function signingKeyOf(
  context: Pick<AgentContext, 'key' | 'importedKeys'>,
  { keys }: Keys,
): Promise<SigningKey> {
  const { current } = keys
  if (current === null) return context.key
  const name = `${current.crv} ${current.x}`
  const known = context.importedKeys.get(name)
  if (known !== undefined) return known
  const key = await importSigningKey(current)
  context.importedKeys.set(name, key)
  return key
}

/** The same for a conversation of an enrolment. */
export async function signingKeyFor(
  context: Pick<AgentContext, 'key' | 'importedKeys' | 'store'>,
  enrolmentId: string,
): Promise<SigningKey> {
  const enrolment = (await context.store.enrolments()).find(({ id }) => id === enrolmentId)
  const isKnown = enrolment !== undefined && enrolment.state !== 'pending'
  return isKnown ? signingKeyOf(context, enrolment) : context.key
}

/** Every public key with which the agent may have signed towards this creditor. */
export async function ownKeySet(
  { key, store }: Pick<AgentContext, 'key' | 'store'>,
  enrolmentId: string,
): Promise<JwkSet> {
  const enrolment = (await store.enrolments()).find(({ id }) => id === enrolmentId)
  const keys = enrolment === undefined || enrolment.state === 'pending' ? null : enrolment.keys
  const { current = null, next = null, former = [] } = keys ?? {}
  const rotated = [...former, current, next].filter((jwk) => jwk !== null)
  const published = await Promise.all(
    rotated.map(publicHalf).map(async (jwk) => ({ ...jwk, kid: await thumbprint(jwk) })),
  )
  return { keys: [{ ...key.publicJwk, kid: key.kid }, ...published] }
}

/** The public members of a key that is kept as a JWK. */
export function publicHalf({ kty = '', crv = '', x = '', y }: JsonWebKey | PublicJwk): PublicJwk {
  return { kty, crv, x, ...(y === undefined ? {} : { y }) }
}
