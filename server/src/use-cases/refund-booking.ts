// A refund that shows up on a statement: it has left, or the bank sent it back. The end-to-end id of our own
// order names it; nothing else does.
import { formatAmount } from '@parley/sdk/protocol'
import { EVIDENCE_WEIGHTS } from '../domain/matching/evidence-weights.ts'
import type { MatchCandidate } from '../domain/matching/match-types.ts'
import { changeClaim, findClaim } from '../storage/claims.ts'
import type { Tx } from '../storage/database.ts'
import { appendEvent } from '../storage/events.ts'
import {
  changeRefund,
  type Refund,
  type RefundChange,
  refundOfEndToEndId,
} from '../storage/refunds.ts'
import { insertTasks } from '../storage/tasks.ts'
import type { Deps } from './deps.ts'
import type { IncomingBooking } from './incoming-booking.ts'
import { newTask } from './new-task.ts'
import { Outrun } from './retry-when-outrun.ts'

type RefundDeps = Pick<Deps, 'db' | 'clock' | 'ids'>

/** How the booking of a refund is stored, and what is written beside it. */
export interface RefundBooking {
  state: 'refund' | 'unmatched'
  reason: string
  claimId: string | null
  candidates: MatchCandidate[]
  /** @throws {Outrun} when the refund or its claim changed since they were read. */
  write(tx: Tx, transactionId: string): Promise<void>
}

const LOOK_SECONDS = 2 * 86_400

/**
 * Decides on the booking of a refund of ours; undefined for every other one. A refund that leaves is
 * `paid`, also one that was refused before: what left is counted. One that comes back is `returned`, and
 * owed to the customer again, also where the bank lists the return first. What fits no order of ours is
 * shown to a person.
 */
export async function prepareRefundBooking(
  deps: RefundDeps,
  booking: IncomingBooking,
): Promise<RefundBooking | undefined> {
  const { transaction, creditor } = booking
  const { endToEndId, direction, reversal, returnReason, amount } = transaction
  if (endToEndId === undefined) return undefined
  const comesBack = reversal || returnReason !== undefined
  // Money of ours leaves without a reversal, and comes back with one.
  if ((direction === 'credit') !== comesBack) return undefined
  const { creditorId } = creditor
  const refund = await refundOfEndToEndId(deps.db, { creditorId, endToEndId })
  if (refund === undefined) return undefined
  const fits = refund.amount === amount.minor && refund.currency === amount.currency
  const isTurn = comesBack ? mayReturn(refund) : mayLeave(refund)
  return fits && isTurn ? await move(deps, { booking, refund, comesBack }) : differing(refund)
}

function mayLeave({ paidTransactionId }: Refund): boolean {
  return paidTransactionId === null
}

function mayReturn({ state }: Refund): boolean {
  return state === 'exported' || state === 'paid'
}

function differing({ claimId }: Refund): RefundBooking {
  const score = EVIDENCE_WEIGHTS['same-end-to-end-id']
  const candidates = [{ claimId, score, reasons: ['same-end-to-end-id' as const] }]
  return {
    ...{ state: 'unmatched', reason: 'refund-differs', claimId: null, candidates },
    write: async () => {},
  }
}

interface Moved {
  booking: IncomingBooking
  refund: Refund
  comesBack: boolean
}

async function move(
  deps: RefundDeps,
  { booking, refund, comesBack }: Moved,
): Promise<RefundBooking> {
  const claim = await findClaim(deps.db, refund)
  if (claim === undefined) throw new Error(`refund ${refund.refundId} has no claim`)
  const now = deps.clock.now()
  // What was refused, or never exported, is not counted as given back: now it is.
  const isUncounted = ['refused', 'withdrawn'].includes(refund.state)
  const isUnexpected = !comesBack && !['exported', 'returned'].includes(refund.state)
  const less = comesBack ? -refund.amount : isUncounted ? refund.amount : 0n
  const kind = comesBack ? 'refund-returned' : 'refund-paid-unexpectedly'
  const task = newTask(deps, claim, {
    kind,
    origin: refund.refundId,
    dueAt: now + LOOK_SECONDS,
    now,
  })
  return {
    state: 'refund',
    reason: comesBack ? 'refund-returned' : 'refund-paid',
    claimId: claim.claimId,
    candidates: [],
    async write(tx, transactionId) {
      const givenBack = claim.givenBack + less
      if (less !== 0n && !(await changeClaim(tx, claim, { givenBack }))) throw new Outrun()
      const change = changeOf({ refund, comesBack }, transactionId, now)
      if (!(await changeRefund(tx, refund, change))) throw new Outrun()
      if (comesBack || isUnexpected) await insertTasks(tx, [task])
      await appendEvent(tx, eventOf({ booking, refund, comesBack }, now))
    },
  }
}

function changeOf(
  { refund, comesBack }: Pick<Moved, 'refund' | 'comesBack'>,
  transactionId: string,
  at: number,
): RefundChange {
  if (comesBack) return { state: 'returned', returnedTransactionId: transactionId, endedAt: at }
  // Its return was listed first: it stays owed to the customer.
  if (refund.state === 'returned') return { paidTransactionId: transactionId }
  return { state: 'paid', paidTransactionId: transactionId, endedAt: at }
}

/** An ISO 20022 return reason; what banks write beside it may hold a name. */
const REASON_CODE = /^[A-Z]{2}[0-9]{2}$/

function eventOf({ booking, refund, comesBack }: Moved, at: number) {
  const { creditorId, claimId, refundId, amount, currency } = refund
  const { value } = formatAmount({ minor: amount, currency })
  const { returnReason } = booking.transaction
  const isCode = returnReason !== undefined && REASON_CODE.test(returnReason)
  const type = comesBack ? 'refund.returned' : 'refund.paid'
  const reason = comesBack ? { reason: isCode ? returnReason : null } : {}
  return { creditorId, claimId, type, at, data: { refundId, amount: value, currency, ...reason } }
}
