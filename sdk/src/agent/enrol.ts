// Enrolment: an activation code in, a pinned creditor out. The signed enrol message is kept before it
// is sent, so that a crash in between costs nothing: the same bytes get the same reply.

import { postMessage } from '../peer/post-message.ts'
import { JOSE_MEDIA_TYPE, typOf } from '../protocol/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { signMessage } from '../protocol/sign.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { newMessageId } from './answer.ts'
import type { AgentContext } from './context.ts'
import type { ActiveEnrolment, EnrolmentTicket, PendingEnrolment } from './enrolment.ts'
import { belongsTo, finishEnrolment, keepEnrolment } from './finish-enrolment.ts'
import { readLink } from './read-link.ts'
import { type CreditorName, checkStanding } from './trust.ts'

/** What the person enrols with: a code of the creditor, or the link of one bill. */
export type EnrolmentOrder = {
  /** The person knows that the creditor's account differs from the one pinned before. */
  readonly acceptNewAccount?: boolean
} & (
  | {
      /** Issuer of the creditor's server, an https origin. */
      readonly server: string
      readonly activationCode: string
    }
  | {
      /** The whole address, `https://…/p/<token>`. */
      readonly link: string
    }
)

const ENROL_LIFETIME_SECONDS = 600
const ACTIVATION_CODE = /^[A-Z0-9-]{8,40}$/

/**
 * Makes or finds the enrol message for an order and sends it. A link is read first: what it shows
 * must be what is pinned (ENR-01, LNK-02).
 *
 * Refuses `activation-code`, `creditor-untrusted` (before anything is sent), `address`, `metadata`, `key-unavailable`, `unreachable` (kept;
 * `resume` tries again), `peer-refused` (dropped), and whatever `readLink` and `finishEnrolment`
 * refuse.
 */
export async function enrol(
  context: AgentContext,
  order: EnrolmentOrder,
): Promise<Result<ActiveEnrolment, AgentRefusal>> {
  const ticket = await ticketOf(context, order)
  if (!ticket.ok) return ticket
  const trusted = await checkStanding(context, creditorOf(ticket.value))
  if (!trusted.ok) return trusted
  const acceptNewAccount = order.acceptNewAccount ?? false
  const waiting = await findWaiting(context, ticket.value)
  if (waiting !== undefined) {
    const renewed = waiting.acceptNewAccount || acceptNewAccount
    return sendEnrolment(context, { ...waiting, acceptNewAccount: renewed })
  }
  const prepared = await prepareEnrolment(context, { ...ticket.value, acceptNewAccount })
  if (!prepared.ok) return prepared
  if (!(await context.store.saveEnrolment(prepared.value))) return err({ code: 'busy' })
  return sendEnrolment(context, prepared.value)
}

interface ServerTicket {
  readonly server: string
  readonly ticket: EnrolmentTicket
}

async function ticketOf(
  context: AgentContext,
  order: EnrolmentOrder,
): Promise<Result<ServerTicket, AgentRefusal>> {
  if ('link' in order) {
    const read = await readLink(context, order.link)
    if (!read.ok) return read
    const { server, link, request } = read.value
    return ok({ server, ticket: { link, shown: request.creditor } })
  }
  const activationCode = order.activationCode.trim().toUpperCase()
  return ACTIVATION_CODE.test(activationCode)
    ? ok({ server: order.server, ticket: { activationCode } })
    : err({ code: 'activation-code' })
}

/** A code does not say which of the server's creditors it is from. */
function creditorOf({ server, ticket }: ServerTicket): CreditorName {
  return 'link' in ticket ? { server, creditorId: ticket.shown.id } : { server }
}

async function findWaiting(
  { store }: AgentContext,
  { server, ticket }: ServerTicket,
): Promise<PendingEnrolment | undefined> {
  return (await store.enrolments())
    .filter((enrolment) => enrolment.state === 'pending')
    .find((one) => one.server === server && tokenOf(one.ticket) === tokenOf(ticket))
}

function tokenOf(ticket: EnrolmentTicket): string {
  return 'link' in ticket ? `link ${ticket.link}` : `code ${ticket.activationCode}`
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
  if (enrolment === null) return err({ code: 'busy' })
  context.emit({ type: 'enrolled', enrolment })
  const { id: enrolmentId, looksLike } = enrolment
  if (looksLike !== null) context.emit({ type: 'look-alike', enrolmentId, looksLike })
  return ok(enrolment)
}

async function prepareEnrolment(
  context: AgentContext,
  order: ServerTicket & Pick<PendingEnrolment, 'acceptNewAccount'>,
): Promise<Result<PendingEnrolment, AgentRefusal>> {
  const { server, ticket, acceptNewAccount } = order
  const metadata = await context.directory.metadata(server)
  if (!metadata.ok) {
    const { code } = metadata.error
    return err(code === 'issuer' ? { code: 'address' } : { code })
  }
  const enrolUrl = metadata.value.endpoints.enrol ?? ''
  if (!belongsTo(server, enrolUrl)) return err({ code: 'address', detail: 'endpoints.enrol' })
  const id = newMessageId(context.randomBytes)
  const jws = await signMessage(typOf('enrol'), enrolPayload(context, order, id), context.key)
  const message = { enrolUrl, ticket, jws, acceptNewAccount }
  return ok({ state: 'pending', id, version: 1, server, ...message })
}

function enrolPayload(
  context: AgentContext,
  { server, ticket }: ServerTicket,
  thr: string,
): object {
  const { key, iss, inbox, agentName } = context
  const now = context.clock()
  const { kty, crv, x, y } = key.publicJwk
  return {
    ver: '1.0',
    iss,
    aud: server,
    sub: iss,
    jti: newMessageId(context.randomBytes),
    iat: now,
    exp: now + ENROL_LIFETIME_SECONDS,
    thr,
    seq: 0,
    prev: null,
    ...('link' in ticket ? { link: ticket.link } : ticket),
    jwk: { kty, crv, x, ...(y === undefined ? {} : { y }) },
    ...(inbox === undefined ? {} : { inbox }),
    ...(agentName === undefined ? {} : { agentName }),
  }
}

async function refuse(
  context: AgentContext,
  { server }: PendingEnrolment,
  refusal: AgentRefusal,
): Promise<Result<never, AgentRefusal>> {
  context.emit({ type: 'enrolment-refused', server, refusal })
  return err(refusal)
}
