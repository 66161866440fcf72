// The creditor changes amount, due date or documents of a request that nobody agreed on yet: the
// conversation goes on with the next request, and page and mails show what holds now.
import { err, formatAmount, ok, type Result } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import { decideRevision, type RevisedFields } from '../domain/claim/revise.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type Claim, changeClaim, findClaim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { rescheduleStep } from '../storage/dunning-cases.ts'
import { appendEvent, type NewEvent } from '../storage/events.ts'
import { conversationOf } from './append-to-conversation.ts'
import { readSituation } from './conversation-exchange.ts'
import { dayOf } from './day-of.ts'
import type { Deps } from './deps.ts'
import { type PlanDeps, planUnderHolds } from './hold-dunning.ts'
import { prepareRevision, type RevisionDeps } from './prepare-revision.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'

type ReviseDeps = RevisionDeps & PlanDeps & Pick<Deps, 'outboxChanged'>

export interface RevisePaymentRequest extends RevisedFields {
  creditorId: string
  claimId: string
  /** A code for the timeline. */
  reason?: string
}

/** Refuses `not-found` and as decideRevision does; what changes nothing has no effect. */
export async function revisePaymentRequest(
  deps: ReviseDeps,
  command: RevisePaymentRequest,
): Promise<Result<void, Refusal>> {
  return await retryWhenOutrun(() => revise(deps, command))
}

async function revise(
  deps: ReviseDeps,
  command: RevisePaymentRequest,
): Promise<Result<void, Refusal>> {
  if ((await findClaim(deps.db, command)) === undefined) {
    return err(refusal('not-found', 'you have no payment request with this id'))
  }
  const { claim, holds, now } = await readSituation(deps, command)
  const { timeZone } = await readCreditor(deps.db, claim.creditorId)
  const decided = decideRevision(claim, command, dayOf(now, timeZone))
  if (!decided.ok) return decided
  if (decided.value === undefined) return ok(undefined)
  const thread = await conversationOf(deps, claim)
  const values = { ...decided.value, disputed: disputedAfter(claim, decided.value) }
  const revision = await prepareRevision(deps, { claim: { ...claim, ...values }, thread, now })
  const after = { ...claim, ...values, ...revision.change }
  const plan = await planUnderHolds(deps, { claim: after, holds, now })
  await deps.db.transaction().execute(async (tx) => {
    const change = { ...values, ...revision.change, dunning: plan.dunning }
    if (!(await changeClaim(tx, claim, change))) throw new Outrun()
    await revision.write(tx)
    if (plan.nextActionAt !== undefined) await rescheduleStep(tx, claim, plan.nextActionAt)
    await appendEvent(tx, eventOf(after, { at: now, reason: command.reason ?? null }))
  })
  deps.outboxChanged()
  return ok(undefined)
}

/** No more is disputed than is owed. */
function disputedAfter(claim: Claim, { principal }: { principal: bigint }): bigint {
  const owed = outstandingOf({ ...claim, principal })
  return claim.disputed < owed ? claim.disputed : owed
}

function eventOf(claim: Claim, { at, reason }: { at: number; reason: string | null }): NewEvent {
  const { creditorId, claimId, currency, revision, dueDate, principal } = claim
  const { value } = formatAmount({ minor: principal, currency })
  const data = { revision, amount: value, currency, dueDate, reason }
  return { creditorId, claimId, type: 'payment-request.revised', at, data }
}
