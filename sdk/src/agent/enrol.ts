// Enrolment: an activation code in, a pinned creditor out. The signed enrol message is kept before it
// is sent, so that a crash in between costs nothing: the same bytes get the same reply.

import { postMessage } from '../peer/post-message.ts'
import { signingInputHash } from '../protocol/hash.ts'
import { isIssuer } from '../protocol/identifiers.ts'
import { JOSE_MEDIA_TYPE, parsePayload, typOf } from '../protocol/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { signMessage } from '../protocol/sign.ts'
import { verifyMessage } from '../protocol/verify.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { newMessageId } from './answer.ts'
import { checkCreditor } from './check-content.ts'
import type { AgentContext } from './context.ts'
import type { ActiveEnrolment, PendingEnrolment } from './store.ts'

/** What the person enrols with. */
export interface EnrolmentOrder {
  /** Issuer of the creditor's server, an https origin. */
  readonly server: string
  readonly activationCode: string
  /** The person knows that the creditor's account differs from the one pinned before. */
  readonly acceptNewAccount: boolean
}

const ENROL_LIFETIME_SECONDS = 600
const ACTIVATION_CODE = /^[A-Z0-9-]{8,40}$/

/**
 * Makes or finds the enrol message for an order and sends it.
 *
 * Refuses `activation-code`, `address`, `metadata`, `key-unavailable`, `unreachable` (kept;
 * `resume` tries again), `peer-refused` (dropped) and whatever `finishEnrolment` refuses.
 */
export async function enrol(
  context: AgentContext,
  asked: EnrolmentOrder,
): Promise<Result<ActiveEnrolment, AgentRefusal>> {
  const order = { ...asked, activationCode: asked.activationCode.trim().toUpperCase() }
  if (!ACTIVATION_CODE.test(order.activationCode)) return err({ code: 'activation-code' })
  const known = await context.store.enrolments()
  const waiting = known
    .filter((enrolment) => enrolment.state === 'pending')
    .find(
      ({ server, activationCode }) =>
        server === order.server && activationCode === order.activationCode,
    )
  if (waiting !== undefined) {
    const acceptNewAccount = waiting.acceptNewAccount || order.acceptNewAccount
    return sendEnrolment(context, { ...waiting, acceptNewAccount })
  }
  const prepared = await prepareEnrolment(context, order)
  if (!prepared.ok) return prepared
  await context.store.saveEnrolment(prepared.value)
  return sendEnrolment(context, prepared.value)
}

/** Sends a kept enrol message and takes in the reply. */
export async function sendEnrolment(
  context: AgentContext,
  pending: PendingEnrolment,
): Promise<Result<ActiveEnrolment, AgentRefusal>> {
  const reply = await postMessage(context.fetch, {
    url: pending.enrolUrl,
    body: pending.jws,
    mediaType: JOSE_MEDIA_TYPE,
  })
  if (reply.kind === 'problem') {
    await context.store.removeEnrolment(pending.id)
    return refuse(context, pending, { code: 'peer-refused', detail: reply.code })
  }
  if (reply.kind !== 'jose') return err({ code: 'unreachable' })
  const active = await finishEnrolment(context, pending, reply.jws)
  if (!active.ok) return refuse(context, pending, active.error)
  const enrolment = await keepEnrolment(context, active.value)
  context.emit({ type: 'enrolled', enrolment })
  return ok(enrolment)
}

async function prepareEnrolment(
  context: AgentContext,
  order: EnrolmentOrder,
): Promise<Result<PendingEnrolment, AgentRefusal>> {
  const { server, activationCode, acceptNewAccount } = order
  const metadata = await context.directory.metadata(server)
  if (!metadata.ok) {
    const { code } = metadata.error
    return err(code === 'issuer' ? { code: 'address' } : { code })
  }
  const enrolUrl = metadata.value.endpoints.enrol ?? ''
  if (!belongsTo(server, enrolUrl)) return err({ code: 'address', detail: 'endpoints.enrol' })
  const id = newMessageId(context.randomBytes)
  const jws = await signMessage(typOf('enrol'), enrolPayload(context, order, id), context.key)
  return ok({ state: 'pending', id, server, enrolUrl, activationCode, jws, acceptNewAccount })
}

function enrolPayload(context: AgentContext, order: EnrolmentOrder, thr: string): object {
  const { key, iss, inbox, agentName } = context
  const now = context.clock()
  const { kty, crv, x, y } = key.publicJwk
  return {
    ver: '1.0',
    iss,
    aud: order.server,
    sub: iss,
    jti: newMessageId(context.randomBytes),
    iat: now,
    exp: now + ENROL_LIFETIME_SECONDS,
    thr,
    seq: 0,
    prev: null,
    activationCode: order.activationCode,
    jwk: { kty, crv, x, ...(y === undefined ? {} : { y }) },
    ...(inbox === undefined ? {} : { inbox }),
    ...(agentName === undefined ? {} : { agentName }),
  }
}

/**
 * Reads the reply to an enrol message and pins what it says. The reply is judged as of its `iat`:
 * it is bound to our own message by `prev`, and a retry may fetch it late.
 *
 * Refuses the codes of the strict layer, `schema`, `content-invalid`, `sequence` (not the reply to
 * this message), `address` (URLs of another origin) and `account-changed`.
 */
async function finishEnrolment(
  context: AgentContext,
  pending: PendingEnrolment,
  jws: string,
): Promise<Result<ActiveEnrolment, AgentRefusal>> {
  const { server } = pending
  const verified = await verifyMessage(jws, {
    typ: typOf('enrolled'),
    keys: context.directory.resolveKey,
    now: context.clock(),
    audience: context.iss,
    issuer: server,
    allowLoopbackHttp: context.allowLoopbackHttp,
    evidence: true,
  })
  if (!verified.ok) return verified
  const { thr, seq, prev, sub } = verified.value.payload
  const isReply = thr === pending.id && seq === 1 && prev === (await signingInputHash(pending.jws))
  if (!isReply) return err({ code: 'sequence' })
  const parsed = parsePayload('enrolled', verified.value.payload)
  if (!parsed.ok) return err({ code: 'schema', detail: parsed.error.pointer })
  const { creditor, pull, messages } = parsed.value
  const named = checkCreditor(creditor)
  if (!named.ok) return named
  if (!belongsTo(server, pull) || !belongsTo(server, messages)) return err({ code: 'address' })
  const active: ActiveEnrolment = {
    state: 'active',
    id: pending.id,
    server,
    sub,
    creditor,
    pullUrl: pull,
    messagesUrl: messages,
    enrolledAt: context.clock(),
  }
  const isChanged = await changesAccount(context, pending, active)
  return isChanged ? err({ code: 'account-changed' }) : ok(active)
}

async function changesAccount(
  { store }: AgentContext,
  pending: PendingEnrolment,
  active: ActiveEnrolment,
): Promise<boolean> {
  if (pending.acceptNewAccount) return false
  const pinned = (await store.enrolments())
    .filter((enrolment) => enrolment.state === 'active')
    .filter(
      ({ server, creditor }) => server === active.server && creditor.id === active.creditor.id,
    )
  return pinned.some(({ creditor }) => creditor.account.iban !== active.creditor.account.iban)
}

/**
 * Keeps an enrolment. The same debtor's earlier one with this server lends its id, so that its
 * conversations go on; the place in its inbox holds only as long as the inbox is the same.
 */
async function keepEnrolment(
  { store }: AgentContext,
  active: ActiveEnrolment,
): Promise<ActiveEnrolment> {
  const earlier = (await store.enrolments())
    .filter((enrolment) => enrolment.state === 'active')
    .find(({ server, sub }) => server === active.server && sub === active.sub)
  if (earlier === undefined) {
    await store.saveEnrolment(active)
    return active
  }
  const kept = { ...active, id: earlier.id }
  await store.saveEnrolment(kept)
  if (earlier.pullUrl !== kept.pullUrl) await store.saveCursor(kept.id, null)
  if (active.id !== kept.id) await store.removeEnrolment(active.id)
  return kept
}

async function refuse(
  context: AgentContext,
  { server }: PendingEnrolment,
  refusal: AgentRefusal,
): Promise<Result<never, AgentRefusal>> {
  context.emit({ type: 'enrolment-refused', server, refusal })
  return err(refusal)
}

/** An address counts only at the origin of the party that signed it. */
function belongsTo(issuer: string, url: string): boolean {
  return isIssuer(issuer, { allowLoopbackHttp: true }) && URL.parse(url)?.origin === issuer
}
