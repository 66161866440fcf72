// After an enrolment: every open claim of the debtor that nobody agreed on yet, or the one claim of a
// link, becomes a request addressed to the agent, in a new thread. Running twice has one effect.
import { formatAmount, toBase64Url } from '@parley/sdk/protocol'
import { dunningIn, outstandingOf } from '../domain/claim/claim.ts'
import { standingAt } from '../domain/claim/holds.ts'
import { holdsOf } from '../storage/claim-holds.ts'
import { changeClaim, claimsToAddress, findClaim } from '../storage/claims.ts'
import { type CreditorRow, readCreditor } from '../storage/creditors.ts'
import { rescheduleStep } from '../storage/dunning-cases.ts'
import { type Enrolment, findEnrolment, holdLive } from '../storage/enrolments.ts'
import { appendEvent } from '../storage/events.ts'
import { findThread, openThread, queueDelivery } from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { prepareMessage } from './prepare-message.ts'
import { requestOfClaim } from './request-of-claim.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'

type AddressDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'outboxChanged'>

/** Addresses the open claims that an enrolment is for, or some of them; returns how many. Spec: LNK-02. */
export async function addressOpenClaims(
  deps: AddressDeps,
  key: { creditorId: string; enrolmentId: string },
  limit = Number.POSITIVE_INFINITY,
): Promise<number> {
  const enrolment = await findEnrolment(deps.db, key)
  if (enrolment === undefined || enrolment.endedAt !== null) return 0
  const claims = (await claimsToAddress(deps.db, enrolment)).slice(0, limit)
  const creditor = await readCreditor(deps.db, key.creditorId)
  for (const { claimId } of claims) {
    await retryWhenOutrun(() => address(deps, { enrolment, creditor, claimId }))
  }
  if (claims.length > 0) deps.outboxChanged()
  return claims.length
}

async function address(
  deps: AddressDeps,
  {
    enrolment,
    creditor,
    claimId,
  }: { enrolment: Enrolment; creditor: CreditorRow; claimId: string },
): Promise<void> {
  const claim = await findClaim(deps.db, { creditorId: enrolment.creditorId, claimId })
  if (claim?.state !== 'open' || claim.conversation === 'agreed') return
  const current = await findThread(deps.db, claim.thr)
  if (current?.enrolmentId === enrolment.enrolmentId) return
  const now = deps.clock.now()
  const respondBy = now + creditor.responseTimeHours * 3_600
  const thread = {
    creditorId: claim.creditorId,
    thr: toBase64Url(deps.ids.randomBytes(16)),
    claimId: claim.claimId,
    peerRole: 'agent' as const,
    peerIss: enrolment.agentIss,
    sub: enrolment.sub,
    enrolmentId: enrolment.enrolmentId,
  }
  const outstanding = outstandingOf(claim)
  const first = await prepareMessage(deps, {
    thread: { ...thread, lastSeq: -1, lastHash: null },
    kind: 'request',
    body: await requestOfClaim(deps, { claim, creditor, now, respondBy, enrolment }),
    now,
  })
  await deps.db.transaction().execute(async (tx) => {
    if (!(await holdLive(tx, enrolment))) return
    const isHeld = standingAt(await holdsOf(tx, claim), now).length > 0
    const dunning = dunningIn(claim, isHeld ? 'holding' : 'idle')
    const change = { conversation: 'sent' as const, dunning, respondBy, thr: thread.thr }
    if (!(await changeClaim(tx, claim, change))) throw new Outrun()
    await openThread(tx, thread, [first], now)
    await queueDelivery(tx, { ...thread, seq: 0 })
    await rescheduleStep(tx, claim, respondBy)
    await appendEvent(tx, {
      creditorId: claim.creditorId,
      claimId: claim.claimId,
      type: 'negotiation.offered',
      at: now,
      data: { outstanding: formatAmount({ minor: outstanding, currency: claim.currency }).value },
    })
  })
}
