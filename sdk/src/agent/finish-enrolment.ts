// From the reply to an enrol message to a creditor that is pinned.

import { dayInZone } from '../protocol/days.ts'
import { peekClaims } from '../protocol/decode.ts'
import type { Creditor, EnrolledMessage } from '../protocol/generated/messages.ts'
import { signingInputHash } from '../protocol/hash.ts'
import { isIssuer } from '../protocol/identifiers.ts'
import type { PublicJwk } from '../protocol/keys.ts'
import { parsePayload, typOf } from '../protocol/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { verifyMessage } from '../protocol/verify.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { changeEnrolment } from './change-enrolment.ts'
import { checkCreditor } from './check-content.ts'
import type { AgentContext } from './context.ts'
import type { ActiveEnrolment, EndedEnrolment, PendingEnrolment } from './enrolment.ts'
import { resemblesKnown } from './known-names.ts'
import { EMPTY_LANE } from './lane.ts'
import { publicHalf } from './own-keys.ts'
import { pinnedCreditor } from './pinned-account.ts'

/**
 * Reads the reply to an enrol message and pins what it says. The reply is judged as of its `iat`:
 * it is bound to our own message by `prev`, and a retry may fetch it late.
 *
 * Refuses the codes of the strict layer, `schema`, `content-invalid`, `sequence` (not the reply to
 * this message), `address` (URLs of another origin) and `account` (another one than was pinned, or
 * than the link showed).
 */
export async function finishEnrolment(
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
export async function keepEnrolment(
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

/** An address counts only at the origin of the party that signed it. */
export function belongsTo(issuer: string, url: string): boolean {
  return isIssuer(issuer, { allowLoopbackHttp: true }) && URL.parse(url)?.origin === issuer
}
