// Enrolment: an activation code in, a pinned creditor out. The signed enrol message is kept before it
// is sent, so that a crash in between costs nothing: the same bytes get the same reply.

import { postMessage } from '../peer/post-message.ts'
import { dayInZone } from '../protocol/days.ts'
import { peekClaims } from '../protocol/decode.ts'
import type { Creditor, EnrolledMessage } from '../protocol/generated/messages.ts'
import { signingInputHash } from '../protocol/hash.ts'
import { isIssuer } from '../protocol/identifiers.ts'
import type { PublicJwk } from '../protocol/keys.ts'
import { JOSE_MEDIA_TYPE, parsePayload, typOf } from '../protocol/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { signMessage } from '../protocol/sign.ts'
import { verifyMessage } from '../protocol/verify.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { newMessageId } from './answer.ts'
import { changeEnrolment } from './change-enrolment.ts'
import { checkCreditor } from './check-content.ts'
import type { AgentContext } from './context.ts'
import type {
  ActiveEnrolment,
  EndedEnrolment,
  EnrolmentTicket,
  PendingEnrolment,
} from './enrolment.ts'
import { resemblesKnown } from './known-names.ts'
import { EMPTY_LANE } from './lane.ts'
import { publicHalf } from './own-keys.ts'
import { pinnedCreditor } from './pinned-account.ts'
import { readLink } from './read-link.ts'

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
 * Refuses `activation-code`, `address`, `metadata`, `key-unavailable`, `unreachable` (kept;
 * `resume` tries again), `peer-refused` (dropped), and whatever `readLink` and `finishEnrolment`
 * refuse.
 */
export async function enrol(
  context: AgentContext,
  order: EnrolmentOrder,
): Promise<Result<ActiveEnrolment, AgentRefusal>> {
  const ticket = await ticketOf(context, order)
  if (!ticket.ok) return ticket
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

/**
 * Reads the reply to an enrol message and pins what it says. The reply is judged as of its `iat`:
 * it is bound to our own message by `prev`, and a retry may fetch it late.
 *
 * Refuses the codes of the strict layer, `schema`, `content-invalid`, `sequence` (not the reply to
 * this message), `address` (URLs of another origin) and `account` (another one than was pinned, or
 * than the link showed).
 */
async function finishEnrolment(
  context: AgentContext,
  pending: PendingEnrolment,
  jws: string,
): Promise<Result<ActiveEnrolment, AgentRefusal>> {
  const { server, ticket } = pending
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
  const { thr, seq, prev } = verified.value.payload
  const ownHash = await signingInputHash(pending.jws)
  const isReply = thr === pending.id && seq === 1 && prev === ownHash
  if (!isReply) return err({ code: 'sequence' })
  const parsed = parsePayload('enrolled', verified.value.payload)
  if (!parsed.ok) return err({ code: 'schema', detail: parsed.error.pointer })
  const { creditor, pull, messages } = parsed.value
  const named = checkCreditor(creditor)
  if (!named.ok) return named
  if (!belongsTo(server, pull) || !belongsTo(server, messages)) return err({ code: 'address' })
  const isShown = !('link' in ticket) || isSameAccount(ticket.shown, creditor)
  const enrolled = { ...parsed.value, hash: verified.value.hash, jws }
  const active = await establish(context, { pending, ownHash, enrolled })
  const isChanged = await changesAccount(context, pending, active)
  return isShown && !isChanged ? ok(active) : err({ code: 'account' })
}

interface Enrolled {
  readonly pending: PendingEnrolment
  readonly ownHash: string
  readonly enrolled: EnrolledMessage & { readonly hash: string; readonly jws: string }
}

async function establish(
  context: AgentContext,
  { pending, ownHash, enrolled }: Enrolled,
): Promise<ActiveEnrolment> {
  const { server, id } = pending
  const { sub, creditor, pull, messages, hash, jti, jws } = enrolled
  const at = context.clock()
  const peeked = peekClaims(pending.jws)
  const ownJti = peeked.ok ? String(peeked.value.payload.jti) : ''
  const named = { server, creditorId: creditor.id, name: creditor.name, since: at }
  return {
    ...{ state: 'active', id, version: 0, server, sub, creditor, announced: null },
    ...{ pullUrl: pull, messagesUrl: messages, enrolledAt: at },
    keys: { current: null, next: null, former: [] },
    thr: id,
    lane: {
      ...EMPTY_LANE,
      messages: [
        { from: 'agent', kind: 'enrol', jti: ownJti, hash: ownHash, jws: pending.jws, at },
        { from: 'creditor', kind: 'enrolled', jti, hash, jws, at },
      ],
    },
    looksLike: resemblesKnown(await context.store.enrolments(), named),
  }
}

function isSameAccount(left: Creditor, right: Creditor): boolean {
  return left.id === right.id && left.account.iban === right.account.iban
}

async function changesAccount(
  { store }: AgentContext,
  pending: PendingEnrolment,
  active: ActiveEnrolment,
): Promise<boolean> {
  if (pending.acceptNewAccount) return false
  const now = active.enrolledAt
  const moment = { today: dayInZone(now, 'UTC'), now }
  return (await store.enrolments())
    .filter((enrolment) => enrolment.state === 'active')
    .filter(
      ({ server, creditor }) => server === active.server && creditor.id === active.creditor.id,
    )
    .some((known) => !isSameAccount(pinnedCreditor(known, moment), active.creditor))
}

/**
 * Keeps an enrolment. The same debtor's earlier one with this server lends its id, so that its
 * conversations go on; the place in its inbox holds only as long as the inbox is the same.
 */
async function keepEnrolment(
  context: AgentContext,
  active: ActiveEnrolment,
): Promise<ActiveEnrolment | null> {
  const { store } = context
  const earlier = (await store.enrolments())
    .filter((enrolment) => enrolment.state === 'active')
    .find(({ server, sub }) => server === active.server && sub === active.sub)
  const id = earlier?.id ?? active.id
  const kept = await changeEnrolment(context, id, async (known) => {
    // Another process has taken the same reply in.
    if (known?.state === 'active' && known.thr === active.thr) {
      return { enrolment: null, outcome: known }
    }
    const former = known === undefined || known.state === 'pending' ? [] : formerKeys(known)
    const enrolment = { ...active, id, keys: { ...active.keys, former } }
    return { enrolment, outcome: enrolment }
  })
  if (kept === null) return null
  if (earlier !== undefined && earlier.pullUrl !== kept.pullUrl) await store.saveCursor(id, null)
  if (active.id !== id) await store.removeEnrolment(active.id)
  return kept
}

function formerKeys({ keys }: ActiveEnrolment | EndedEnrolment): readonly PublicJwk[] {
  const rotated = [keys.current, keys.next].filter((jwk) => jwk !== null)
  return [...keys.former, ...rotated.map(publicHalf)]
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
