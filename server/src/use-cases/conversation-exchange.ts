// A message of the agent about a claim and our reply to it: what both rest on, and how they are
// written. They take their places in the thread together with what follows, or not at all.
import { JOSE_MEDIA_TYPE, type VerifiedMessage } from '@parley/sdk/protocol'
import type { ClaimHold } from '../domain/claim/holds.ts'
import { type StatusBody, type StatusFacts, statusOf } from '../domain/claim/status-of.ts'
import { holdsOf } from '../storage/claim-holds.ts'
import { type Claim, findClaim } from '../storage/claims.ts'
import type { StoredReply } from '../storage/column-types.ts'
import type { Tx } from '../storage/database.ts'
import { appendMessages, type PreparedMessage, type Thread } from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { type NextMessage, prepareMessage } from './prepare-message.ts'
import { type PlanInForce, readPlan } from './read-plan.ts'
import { Outrun } from './retry-when-outrun.ts'

export type ExchangeDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'outboxChanged'
>

/** A verified message of an agent whose turn it is, with its payload parsed. */
export interface FromAgent<Payload> {
  thread: Thread
  message: VerifiedMessage
  payload: Payload
}

/** A claim with what a status says beside it. */
export interface ClaimSituation {
  claim: Claim
  holds: ClaimHold[]
  agreementId: string | undefined
  /** The agreed plan as it stood when it was read. */
  plan: PlanInForce | undefined
  now: number
}

/** @throws {Error} for a thread without a claim. */
export async function readSituation(
  deps: Pick<Deps, 'db' | 'clock'>,
  key: { creditorId: string; claimId: string },
): Promise<ClaimSituation> {
  // The claim is read first: whoever changes a hold raises its version.
  const claim = await findClaim(deps.db, key)
  if (claim === undefined) throw new Error(`there is no claim ${key.claimId}`)
  const holds = await holdsOf(deps.db, key)
  const now = deps.clock.now()
  const plan = await readPlan(deps.db, key, now)
  return { claim, holds, agreementId: plan?.agreement.agreementId, plan, now }
}

/** The status of a situation in which some of the claim and its holds are about to change. */
export function statusAfter(
  { claim, holds, agreementId, plan, now }: ClaimSituation,
  change: { claim?: Partial<StatusFacts['claim']>; holds?: readonly ClaimHold[] } = {},
): StatusBody {
  return statusOf({
    claim: { ...claim, ...change.claim },
    holds: change.holds ?? holds,
    agreementId,
    plan,
    now,
  })
}

/**
 * Signs the reply and writes both messages; `write` adds what follows from them to the transaction.
 *
 * @throws {Outrun} when the thread or the claim moved since they were read.
 */
export async function exchange<K extends 'status' | 'quote'>(
  deps: ExchangeDeps,
  said: { thread: Thread; message: VerifiedMessage; now: number },
  answer: Pick<NextMessage<K>, 'kind' | 'body'> & { write?: (tx: Tx) => Promise<void> },
): Promise<StoredReply> {
  const { thread, now } = said
  const theirs = storedForm(said.message)
  const { kind, body } = answer
  const ours = await prepareMessage(deps, { thread, kind, body, now, after: theirs })
  const reply = { status: 200, contentType: JOSE_MEDIA_TYPE, body: ours.jws }
  await deps.db.transaction().execute(async (tx) => {
    // The claim before its thread, as everywhere: two writers never wait for each other.
    await answer.write?.(tx)
    if (!(await appendMessages(tx, thread, [{ ...theirs, reply }, ours], now))) throw new Outrun()
  })
  deps.outboxChanged()
  return reply
}

/** A verified message in the form in which threads keep it. */
export function storedForm({ payload, header, hash, jws }: VerifiedMessage): PreparedMessage {
  const { thr, seq, iss, jti } = payload
  return { thr, seq, iss, jti, typ: header.typ, hash, jws }
}
