// What an agent says about its enrolment: the end of it, its next key, the debtor's wishes. Each is
// answered with `noted`, and has taken effect when that is sent. Spec: ENR-05, ENR-06, ENR-08.
import {
  err,
  JOSE_MEDIA_TYPE,
  type MessageKind,
  ok,
  parsePayload,
  type Result,
  typOf,
  type VerifiedMessage,
} from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { acrossCreditors, forCreditor } from '../storage/creditor-scope.ts'
import type { Tx } from '../storage/database.ts'
import {
  agentKeys,
  appendToEnrolment,
  type Enrolment,
  findEnrolmentByThread,
} from '../storage/enrolments.ts'
import { prepareMessage } from './prepare-message.ts'
import { MAX_AGE_SECONDS, noSuchThread, type ReceiveDeps } from './receive-message.ts'
import { Outrun } from './retry-when-outrun.ts'
import { appendNoted, NO_REPLY, storedForm } from './take-noted.ts'
import { takePreference } from './take-preference.ts'
import { takeRekey } from './take-rekey.ts'
import { takeRevoke } from './take-revoke.ts'
import { placeInThread, unlessTaken, verifyIncoming } from './verify-incoming.ts'

/** What a message changes, in the transaction that stores it. */
export type EnrolmentEffect = (tx: Tx, deps: Pick<ReceiveDeps, 'clock' | 'ids'>) => Promise<void>

/** A message of an agent on the thread of its live enrolment, at its turn. */
export interface EnrolmentNotice {
  enrolment: Enrolment
  message: VerifiedMessage
  now: number
}

type Take = (notice: EnrolmentNotice) => Promise<Result<EnrolmentEffect, Refusal>>

const TAKERS: Partial<Record<MessageKind, Take>> = {
  revoke: takeRevoke,
  rekey: takeRekey,
  preference: takePreference,
}

/** Whether agents say this kind on the thread of their enrolment. */
export function isAboutEnrolment(kind: MessageKind): boolean {
  return kind in TAKERS || kind === 'noted'
}

/** Takes a message about an enrolment. Refuses `enrolment-ended` and the codes of its kind. */
export async function receiveEnrolmentMessage(
  deps: ReceiveDeps,
  { jws, kind, iss, thr }: { jws: string; kind: MessageKind; iss: string; thr: string },
): Promise<Result<StoredReply, Refusal>> {
  const enrolment = await acrossCreditors(() => findEnrolmentByThread(deps.db, thr))
  if (enrolment?.agentIss !== iss) return err(noSuchThread())
  return await forCreditor(enrolment.creditorId, () => ofEnrolment(deps, enrolment, { jws, kind }))
}

async function ofEnrolment(
  deps: ReceiveDeps,
  enrolment: Enrolment,
  { jws, kind }: { jws: string; kind: MessageKind },
): Promise<Result<StoredReply, Refusal>> {
  const now = deps.clock.now()
  const verified = await verifyIncoming(jws, {
    typ: typOf(kind),
    keys: agentKeys(enrolment),
    now,
    audience: deps.publicUrl,
    issuer: enrolment.agentIss,
    maxAgeSeconds: MAX_AGE_SECONDS,
  })
  if (!verified.ok) return verified
  const placed = await placeInThread(deps, { ...enrolment, claimId: null }, verified.value)
  if (placed.ok && placed.value !== undefined) return ok(placed.value)
  const { message } = verified.value
  if (kind === 'noted' && placed.ok) return await takeNoted(deps, { enrolment, message, now })
  if (enrolment.endedAt !== null) return err(enrolmentEnded())
  if (!placed.ok) return placed
  const effect = await TAKERS[kind]?.({ enrolment, message, now })
  if (effect === undefined) throw new Error(`nobody takes ${kind}`)
  if (!effect.ok) return await unlessTaken(deps, message, effect)
  return ok(await note(deps, { enrolment, message, now }, effect.value))
}

/** Why nothing is taken from the agent any more. */
export function enrolmentEnded(): Refusal {
  return refusal('enrolment-ended', 'this enrolment has ended: enrol again with a new code')
}

/** Also our revoke is noted, after the end. Refuses `schema` and `not-found`. */
async function takeNoted(
  deps: ReceiveDeps,
  { enrolment, message, now }: EnrolmentNotice,
): Promise<Result<StoredReply, Refusal>> {
  const parsed = parsePayload('noted', message.payload)
  if (!parsed.ok) return err(refusal('schema', parsed.error.detail, parsed.error.pointer))
  if (parsed.value.ref !== enrolment.lastHash) {
    return err(refusal('not-found', 'ref names no message of ours that waits for it', '/ref'))
  }
  await deps.db.transaction().execute(async (tx) => {
    if (!(await appendNoted(tx, enrolment, message, now))) throw new Outrun()
  })
  return ok(NO_REPLY)
}

async function note(
  deps: ReceiveDeps,
  { enrolment, message, now }: EnrolmentNotice,
  effect: EnrolmentEffect,
): Promise<StoredReply> {
  const theirs = storedForm(message)
  const noted = await prepareMessage(deps, {
    thread: { ...enrolment, peerIss: enrolment.agentIss },
    kind: 'noted',
    body: { ref: message.hash },
    now,
    after: theirs,
  })
  const reply = { status: 200, contentType: JOSE_MEDIA_TYPE, body: noted.jws }
  await deps.db.transaction().execute(async (tx) => {
    const messages = [{ ...theirs, reply }, noted]
    if (!(await appendToEnrolment(tx, enrolment, messages, now))) throw new Outrun()
    await effect(tx, deps)
  })
  deps.outboxChanged()
  return reply
}
