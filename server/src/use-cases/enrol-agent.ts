// An agent proves its key and hands in the activation code, or the token of a link; it gets a
// pairwise id, the pinned account and its endpoints. Claims are addressed to it afterwards.
import { createHash } from 'node:crypto'
import {
  type CheckedJwk,
  checkPublicJwk,
  type EnrolMessage,
  err,
  JOSE_MEDIA_TYPE,
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
import { accountOf } from '../domain/claim/account.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { acrossCreditors, forCreditor } from '../storage/creditor-scope.ts'
import { type CreditorRow, holdAccountVersion, readCreditor } from '../storage/creditors.ts'
import type { Tx } from '../storage/database.ts'
import { lockDebtor } from '../storage/debtors.ts'
import {
  type Enrolment,
  findEnrolmentByThread,
  insertEnrolment,
  liveEnrolmentsOf,
  type NewEnrolment,
} from '../storage/enrolments.ts'
import { enqueue } from '../storage/events.ts'
import { findMessage, findThread, type PreparedMessage, queueDelivery } from '../storage/threads.ts'
import { addressOpenClaims } from './address-open-claims.ts'
import type { Deps } from './deps.ts'
import { prepareRevoke, writeRevoke } from './end-enrolment.ts'
import { type EnrolRight, findEnrolRight } from './enrol-right.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'
import { verifyIncoming, withDetail } from './verify-incoming.ts'

export type EnrolDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'addresses' | 'links' | 'outboxChanged'
>

const MAX_AGE_SECONDS = 86_400
const FIRST_CLAIMS = 20

/**
 * Enrols an agent; returns the signed enrolment, the same one for the same message. Refuses the
 * codes of `findEnrolRight`, `inbox-not-allowed`, `sequence-stale` for a thread that exists and the
 * signature's codes. Spec: ENR-01, ENR-02, LNK-02.
 */
export async function enrolAgent(deps: EnrolDeps, jws: string): Promise<Result<string, Refusal>> {
  const verified = await verifyEnrol(deps, jws)
  if (!verified.ok) return verified
  return await retryWhenOutrun(() => enrol(deps, verified.value))
}

/** A verified enrol message; `late` refuses it when it was not taken before. */
type EnrolIncoming = VerifiedMessage & {
  payload: EnrolMessage
  jwk: CheckedJwk
  late: Refusal | undefined
}

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
  const payload = { ...message.payload, ...parsed.value }
  return ok({ ...message, payload, jwk: jwk.value, late })
}

async function enrol(deps: EnrolDeps, message: EnrolIncoming): Promise<Result<string, Refusal>> {
  const found = await acrossCreditors(() => findRight(deps, message))
  if (!found.ok) return found
  const right = found.value
  if ('answered' in right) return ok(right.answered)
  return await forCreditor(right.creditorId, () => enrolWith(deps, message, right))
}

/** The right that the message names, with any creditor; or what it was answered before. */
async function findRight(
  deps: EnrolDeps,
  message: EnrolIncoming,
): Promise<Result<EnrolRight | { answered: string }, Refusal>> {
  const { payload } = message
  const before = await findMessage(deps.db, payload)
  if (before !== undefined) {
    return before.jws === message.jws && before.reply !== null
      ? ok({ answered: before.reply.body })
      : err(refusal('jti', 'another message had this jti'))
  }
  if (message.late !== undefined) return err(message.late)
  if (await isThreadTaken(deps, payload.thr)) {
    return err(refusal('sequence-stale', 'this thread exists: start one of your own'))
  }
  return await findEnrolRight(deps, payload)
}

async function enrolWith(
  deps: EnrolDeps,
  message: EnrolIncoming,
  right: EnrolRight,
): Promise<Result<string, Refusal>> {
  const made = await makeEnrolment(deps, message, right)
  await deps.db.transaction().execute((tx) => write(tx, made, right))
  deps.outboxChanged()
  // The bills that wait are there when the agent first pulls; the job addresses what is left.
  await addressOpenClaims(deps, made.row, FIRST_CLAIMS)
  return ok(made.enrolled)
}

async function isThreadTaken({ db }: EnrolDeps, thr: string): Promise<boolean> {
  const taken = (await findThread(db, thr)) ?? (await findEnrolmentByThread(db, thr))
  return taken !== undefined
}

interface MadeEnrolment {
  row: NewEnrolment
  enrolled: string
  /** Sent to the inbox before anything else. */
  challenge: PreparedMessage | undefined
  /** Enrolments that this one takes the place of, and what their agents are told. */
  replaced: { enrolment: Enrolment; revoke: PreparedMessage }[]
  creditor: CreditorRow
}

async function write(tx: Tx, made: MadeEnrolment, right: EnrolRight): Promise<void> {
  const { row, challenge, replaced, creditor } = made
  const { creditorId, enrolmentId, at } = row
  if (!(await lockDebtor(tx, row))) throw new Outrun()
  const live = await liveEnrolmentsOf(tx, row)
  const isAsSeen = live.every(({ enrolmentId: id }) => right.live.some((e) => e.enrolmentId === id))
  if (!isAsSeen || live.length !== right.live.length) throw new Outrun()
  if ((await holdAccountVersion(tx, creditorId)) !== creditor.accountVersion) throw new Outrun()
  if (!(await right.use(tx, at))) throw new Outrun()
  for (const { enrolment, revoke } of replaced) {
    await writeRevoke(tx, enrolment, { revoke, by: 'replaced', at })
  }
  await insertEnrolment(tx, row)
  if (challenge !== undefined) {
    await queueDelivery(tx, { ...row, claimId: null, seq: challenge.seq })
    await enqueue(tx, creditorId, 'prove-inbox', { enrolmentId })
  }
  await enqueue(tx, creditorId, 'address-open-claims', { enrolmentId })
  if (creditor.nextAccount !== null) await enqueue(tx, creditorId, 'announce-account', {})
}

async function makeEnrolment(
  deps: EnrolDeps,
  message: EnrolIncoming,
  right: EnrolRight,
): Promise<MadeEnrolment> {
  const { payload, jwk } = message
  const now = deps.clock.now()
  const creditor = await readCreditor(deps.db, right.creditorId)
  const pullToken = toBase64Url(deps.ids.randomBytes(32))
  const thread = {
    creditorId: right.creditorId,
    thr: payload.thr,
    peerIss: payload.iss,
    sub: deps.ids.newId('sub'),
    lastSeq: 0,
    lastHash: message.hash,
  }
  const enrolled = await prepareMessage(deps, {
    thread,
    kind: 'enrolled',
    body: {
      creditor: { id: creditor.creditorId, name: creditor.name, account: accountOf(creditor) },
      pull: `${deps.publicUrl}/parley/inbox/${pullToken}`,
      messages: `${deps.publicUrl}/parley/messages`,
    },
    now,
  })
  const challenge =
    payload.inbox === undefined
      ? undefined
      : await prepareMessage(deps, {
          thread,
          kind: 'challenge',
          body: { nonce: toBase64Url(deps.ids.randomBytes(16)) },
          now,
          after: enrolled,
        })
  const reply: StoredReply = { status: 201, contentType: JOSE_MEDIA_TYPE, body: enrolled.jws }
  const row: NewEnrolment = {
    creditorId: right.creditorId,
    debtorId: right.debtorId,
    onlyClaimId: right.onlyClaimId,
    enrolmentId: deps.ids.newId('en'),
    agentIss: payload.iss,
    sub: thread.sub,
    thr: payload.thr,
    kid: message.kid,
    publicJwk: jwk,
    inbox: payload.inbox ?? null,
    pullTokenHash: createHash('sha256').update(pullToken).digest(),
    pinnedIban: creditor.iban,
    // An account that is announced but not in use yet is still to be told.
    accountVersion: creditor.accountVersion - (creditor.nextAccount === null ? 0 : 1),
    messages: [
      { ...opening(message), reply },
      enrolled,
      ...(challenge === undefined ? [] : [challenge]),
    ],
    at: now,
  }
  const replaced = await Promise.all(
    right.replaces.map(async (enrolment) => ({
      enrolment,
      revoke: await prepareRevoke(deps, enrolment, 'replaced'),
    })),
  )
  return { row, enrolled: enrolled.jws, challenge, replaced, creditor }
}

function opening({ payload, header, hash, jws }: EnrolIncoming): PreparedMessage {
  const { thr, seq, iss, jti } = payload
  return { thr, seq, iss, jti, typ: header.typ, hash, jws }
}
