// A person approves a refund, refuses it, or tells that the bank did. Nobody approves what they chose.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { changeClaim, findClaim } from '../storage/claims.ts'
import { appendEvent } from '../storage/events.ts'
import { changeRefund, findRefund, type Refund } from '../storage/refunds.ts'
import { endTasksOfKind } from '../storage/tasks.ts'
import type { Along, Deps, Tx } from './deps.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'
import { signAct } from './sign-act.ts'

type DecideDeps = Pick<Deps, 'db' | 'clock' | 'signer' | 'publicUrl' | 'outboxChanged'>

interface RefundKey {
  creditorId: string
  refundId: string
}

export interface ApproveRefund extends RefundKey, Along {
  /** The member of staff who approves. */
  by: string
}

/**
 * Approves a refund; one that is approved stays so. Refuses `text-invalid`, `not-found`, `four-eyes` (who
 * chose it may not approve it), and `refund-decided` when it is refused or went elsewhere.
 */
export async function approveRefund(
  deps: DecideDeps,
  command: ApproveRefund,
): Promise<Result<Refund, Refusal>> {
  const refused = textRefusal(command.by, 70, '/by')
  if (refused !== undefined) return err(refused)
  return await retryWhenOutrun(() => approve(deps, command))
}

async function approve(
  deps: DecideDeps,
  { by, along, ...key }: ApproveRefund,
): Promise<Result<Refund, Refusal>> {
  const refund = await findRefund(deps.db, key)
  if (refund === undefined) return err(unknown())
  if (['approved', 'exported', 'paid'].includes(refund.state)) return ok(refund)
  if (refund.state !== 'chosen') return err(decided(refund))
  if (sameName(refund.chosenBy, by)) {
    return err(refusal('four-eyes', 'another person has to approve what you chose', '/by'))
  }
  const { creditorId, claimId, refundId } = refund
  const at = deps.clock.now()
  const data = { refundId, by }
  const event = await signAct(deps, { creditorId, claimId, type: 'refund.approved', at, data })
  await deps.db.transaction().execute(async (tx) => {
    const change = { state: 'approved', approvedBy: by } as const
    if (!(await changeRefund(tx, refund, change))) throw new Outrun()
    await appendEvent(tx, event)
    await endApproval(tx, refund, { by, at, along })
  })
  deps.outboxChanged()
  return ok({ ...refund, state: 'approved', approvedBy: by })
}

function sameName(one: string, other: string): boolean {
  const plain = (name: string) =>
    name.normalize('NFKC').replaceAll(/\s+/g, ' ').trim().toLowerCase()
  return plain(one) === plain(other)
}

export interface RefuseRefund extends RefundKey, Along {
  by: string
  reason: string
}

/**
 * Refuses a refund that has not left, or tells that the bank refused it: the money is owed to the customer
 * again. One that is refused stays so. Refuses `text-invalid`, `not-found` and `refund-decided`.
 */
export async function refuseRefund(
  deps: DecideDeps,
  command: RefuseRefund,
): Promise<Result<Refund, Refusal>> {
  const refused = textRefusal(command.by, 70, '/by') ?? textRefusal(command.reason, 140, '/reason')
  if (refused !== undefined) return err(refused)
  return await retryWhenOutrun(() => refuse(deps, command))
}

async function refuse(
  deps: DecideDeps,
  { by, reason, along, ...key }: RefuseRefund,
): Promise<Result<Refund, Refusal>> {
  const refund = await findRefund(deps.db, key)
  if (refund === undefined) return err(unknown())
  if (refund.state === 'refused') return ok(refund)
  if (!['chosen', 'approved', 'exported'].includes(refund.state)) return err(decided(refund))
  const claim = await findClaim(deps.db, refund)
  if (claim === undefined) throw new Error(`refund ${refund.refundId} has no claim`)
  const { creditorId, claimId, refundId } = refund
  const at = deps.clock.now()
  const event = await signAct(deps, {
    ...{ creditorId, claimId, type: 'refund.refused', at },
    data: { refundId, by },
    words: { reason },
  })
  await deps.db.transaction().execute(async (tx) => {
    const givenBack = claim.givenBack - refund.amount
    if (!(await changeClaim(tx, claim, { givenBack }))) throw new Outrun()
    const change = { state: 'refused', endedAt: at } as const
    if (!(await changeRefund(tx, refund, change))) throw new Outrun()
    await appendEvent(tx, event)
    await endApproval(tx, refund, { by, at, along })
  })
  deps.outboxChanged()
  return ok({ ...refund, state: 'refused', endedAt: at })
}

/** The task that asked for it ends with it; at the desk that is the task's own transaction. */
async function endApproval(
  tx: Tx,
  refund: Refund,
  { by, at, along }: { by: string; at: number } & Along,
): Promise<void> {
  if (along !== undefined) return await along(tx)
  const { refundId: origin } = refund
  await endTasksOfKind(tx, refund, { kind: 'approve-refund', origin, by, at })
}

function unknown(): Refusal {
  return refusal('not-found', 'you have no refund with this id')
}

function decided({ state }: Refund): Refusal {
  return refusal('refund-decided', `the refund is ${state}`)
}
