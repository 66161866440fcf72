// The end of an enrolment, by either side: nothing more is sent to the agent but our own revoke, and
// claims that it was talking about turn to people at once. Spec: ENR-05.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { Tx } from '../storage/database.ts'
import { findDebtor } from '../storage/debtors.ts'
import { releaseClaims } from '../storage/enrolment-claims.ts'
import {
  appendToEnrolment,
  type Enrolment,
  type EnrolmentEnd,
  endEnrolment,
  liveEnrolmentsOf,
} from '../storage/enrolments.ts'
import { appendEvents } from '../storage/events.ts'
import { type PreparedMessage, queueDelivery } from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'

type EndDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'outboxChanged'>

/** Signs the message by which we end an enrolment. */
export async function prepareRevoke(
  deps: Pick<Deps, 'clock' | 'ids' | 'signer' | 'publicUrl'>,
  enrolment: Enrolment,
  code: 'replaced' | 'creditor',
): Promise<PreparedMessage> {
  return await prepareMessage(deps, {
    thread: { ...enrolment, peerIss: enrolment.agentIss },
    kind: 'revoke',
    body: { reason: { code } },
    now: deps.clock.now(),
  })
}

/** Ends an enrolment and leaves the revoke for its agent. @throws {Outrun} */
export async function writeRevoke(
  tx: Tx,
  enrolment: Enrolment,
  { revoke, by, at }: { revoke: PreparedMessage; by: EnrolmentEnd; at: number },
): Promise<void> {
  if (!(await appendToEnrolment(tx, enrolment, [revoke], at))) throw new Outrun()
  await queueDelivery(tx, { ...enrolment, claimId: null, seq: revoke.seq })
  if (!(await endEnrolment(tx, enrolment, { by, at }))) throw new Outrun()
}

/** Hands the claims of an ended enrolment to people: their next step is due now. */
export async function turnToPeople(
  tx: Tx,
  enrolment: Enrolment,
  { by, at }: { by: EnrolmentEnd; at: number },
): Promise<void> {
  const { creditorId } = enrolment
  const claimIds = await releaseClaims(tx, enrolment, at)
  await appendEvents(
    tx,
    claimIds.map((claimId) => ({ creditorId, claimId, type: 'enrolment.ended', at, data: { by } })),
  )
}

/**
 * Ends every enrolment of a debtor at the creditor's wish. Refuses `not-found` for an unknown debtor
 * and for one without an agent.
 */
export async function endEnrolmentsOf(
  deps: EndDeps,
  key: { creditorId: string; debtorId: string },
): Promise<Result<void, Refusal>> {
  const debtor = await findDebtor(deps.db, key)
  if (debtor === undefined) return err(refusal('not-found', 'you have no debtor with this id'))
  const ended = await retryWhenOutrun(() => endLive(deps, key))
  if (ended === 0) return err(refusal('not-found', 'no agent is enrolled for this debtor'))
  deps.outboxChanged()
  return ok(undefined)
}

async function endLive(
  deps: EndDeps,
  key: { creditorId: string; debtorId: string },
): Promise<number> {
  const live = await liveEnrolmentsOf(deps.db, key)
  const at = deps.clock.now()
  const ends: { enrolment: Enrolment; revoke: PreparedMessage }[] = []
  for (const enrolment of live) {
    ends.push({ enrolment, revoke: await prepareRevoke(deps, enrolment, 'creditor') })
  }
  await deps.db.transaction().execute(async (tx) => {
    for (const { enrolment, revoke } of ends) {
      await writeRevoke(tx, enrolment, { revoke, by: 'creditor', at })
      await turnToPeople(tx, enrolment, { by: 'creditor', at })
    }
  })
  return live.length
}
