// An agent proves its key and hands in the activation code; it gets a pairwise id, the pinned
// account and its endpoints. Open claims of the debtor are addressed to it afterwards.
import { createHash } from 'node:crypto'
import {
  checkPublicJwk,
  type EnrolMessage,
  err,
  jwkThumbprintUri,
  ok,
  parsePayload,
  peekClaims,
  type Result,
  thumbprint,
  toBase64Url,
  typOf,
  type VerifiedMessage,
} from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type CreditorRow, readCreditor } from '../storage/creditors.ts'
import {
  findActivationCode,
  findEnrolledReply,
  replaceEnrolment,
  useActivationCode,
} from '../storage/enrolments.ts'
import { enqueue } from '../storage/events.ts'
import type { Deps } from './deps.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'
import { verifyIncoming, withDetail } from './verify-incoming.ts'

type EnrolDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'addresses' | 'outboxChanged'
>

const MAX_AGE_SECONDS = 86_400

/** The form in which an activation code is hashed: upper case, without hyphens. */
export function activationCodeHash(code: string): Buffer {
  return createHash('sha256').update(code.replaceAll('-', '').toUpperCase()).digest()
}

/**
 * Enrols an agent; returns the signed enrolment, the same one for the same message. Refuses
 * `activation-code-unknown`, `-used`, `-expired`, `inbox-not-allowed` and the signature's codes.
 */
export async function enrolAgent(deps: EnrolDeps, jws: string): Promise<Result<string, Refusal>> {
  const verified = await verifyEnrol(deps, jws)
  if (!verified.ok) return verified
  return await retryWhenOutrun(() => enrol(deps, verified.value))
}

/** A verified enrol message; `late` refuses it when it was not taken before. */
type EnrolIncoming = VerifiedMessage & { payload: EnrolMessage; late: Refusal | undefined }

async function verifyEnrol(deps: EnrolDeps, jws: string): Promise<Result<EnrolIncoming, Refusal>> {
  const peeked = peekClaims(jws)
  if (!peeked.ok) return err(withDetail(peeked.error))
  // The key comes from the message itself: what is proven is possession. The code gives the right.
  const jwk = checkPublicJwk(peeked.value.payload['jwk'])
  if (!jwk.ok)
    return err(refusal('key-unknown', 'jwk must be an ES256 or Ed25519 public key', '/jwk'))
  const kid = await thumbprint(jwk.value)
  const verified = await verifyIncoming(jws, {
    typ: typOf('enrol'),
    keys: { keys: [{ ...jwk.value, kid }] },
    now: deps.clock.now(),
    audience: deps.publicUrl,
    issuer: jwkThumbprintUri(kid),
    maxAgeSeconds: MAX_AGE_SECONDS,
  })
  if (!verified.ok) return verified
  const { message, late } = verified.value
  const parsed = parsePayload('enrol', message.payload)
  if (!parsed.ok) return err(refusal('schema', parsed.error.detail, parsed.error.pointer))
  if (parsed.value.seq !== 0) return err(refusal('sequence', 'an enrolment starts at seq 0'))
  if (parsed.value.inbox !== undefined && !deps.addresses.allows(parsed.value.inbox)) {
    return err(refusal('inbox-not-allowed', 'use a public https address', '/inbox'))
  }
  return ok({ ...message, payload: { ...message.payload, ...parsed.value }, late })
}

async function enrol(deps: EnrolDeps, message: EnrolIncoming): Promise<Result<string, Refusal>> {
  const { payload } = message
  const before = await findEnrolledReply(deps.db, { agentIss: payload.iss, enrolJti: payload.jti })
  if (before !== undefined) {
    return before.enrolJws === message.jws
      ? ok(before.enrolledJws)
      : err(refusal('jti', 'another message had this jti'))
  }
  if (message.late !== undefined) return err(message.late)
  const codeHash = activationCodeHash(payload.activationCode ?? '')
  const code = await findActivationCode(deps.db, codeHash)
  const now = deps.clock.now()
  if (code === undefined) return err(refusal('activation-code-unknown', 'ask for a new code'))
  if (code.usedAt !== null) return err(refusal('activation-code-used', 'ask for a new code'))
  if (code.expiresAt <= now) return err(refusal('activation-code-expired', 'ask for a new code'))
  const creditor = await readCreditor(deps.db, code.creditorId)
  const made = await makeEnrolment(deps, message, creditor)
  await deps.db.transaction().execute(async (tx) => {
    if (!(await useActivationCode(tx, codeHash, now))) throw new Outrun()
    await replaceEnrolment(tx, { ...made, ...code, at: now })
    await enqueue(tx, code.creditorId, 'address-open-claims', { enrolmentId: made.enrolmentId })
  })
  deps.outboxChanged()
  return ok(made.enrolledJws)
}

async function makeEnrolment(
  deps: EnrolDeps,
  message: VerifiedMessage & { payload: EnrolMessage },
  creditor: CreditorRow,
) {
  const { payload } = message
  const pullToken = toBase64Url(deps.ids.randomBytes(32))
  const sub = deps.ids.newId('sub')
  const enrolled = await prepareMessage(deps, {
    thread: {
      creditorId: creditor.creditorId,
      thr: payload.thr,
      peerIss: payload.iss,
      sub,
      lastSeq: 0,
      lastHash: message.hash,
    },
    kind: 'enrolled',
    body: {
      creditor: {
        id: creditor.creditorId,
        name: creditor.name,
        account:
          creditor.bic === null
            ? { iban: creditor.iban }
            : { iban: creditor.iban, bic: creditor.bic },
      },
      pull: `${deps.publicUrl}/parley/inbox/${pullToken}`,
      messages: `${deps.publicUrl}/parley/messages`,
    },
    now: deps.clock.now(),
  })
  const jwk = checkPublicJwk(payload.jwk)
  if (!jwk.ok) throw new Error('unreachable: the message was verified with this key')
  return {
    enrolmentId: deps.ids.newId('en'),
    agentIss: payload.iss,
    sub,
    kid: message.kid,
    publicJwk: jwk.value,
    inbox: payload.inbox ?? null,
    pullTokenHash: createHash('sha256').update(pullToken).digest(),
    pinnedIban: creditor.iban,
    enrolJti: payload.jti,
    enrolJws: message.jws,
    enrolledJws: enrolled.jws,
  }
}
