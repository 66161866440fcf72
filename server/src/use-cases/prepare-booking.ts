// Money on a claim, whether a booking of the bank brings it or a credit of another claim: the payment,
// the claim with its lines, the signed receipt and the events, prepared outside of a transaction and
// written inside.
import { formatAmount } from '@parley/sdk/protocol'
import { bookPayment } from '../domain/claim/book-payment.ts'
import { releaseHold } from '../storage/claim-holds.ts'
import { type Claim, changeClaim, type PlanLineRow, setLinePaid } from '../storage/claims.ts'
import type { Tx } from '../storage/database.ts'
import { dunningCaseOf, endDunning, rescheduleStep } from '../storage/dunning-cases.ts'
import { appendEvents, enqueue } from '../storage/events.ts'
import { insertPayment, type Payment } from '../storage/payments.ts'
import { endTasksOfKind } from '../storage/tasks.ts'
import { askForThankYou } from '../storage/thank-you-requests.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import type { Deps } from './deps.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun } from './retry-when-outrun.ts'
import { tellAgency } from './tell-agency.ts'

export type BookingDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl'>

/** After a part payment nobody is reminded for so long: the rest may be on its way. */
const REST_SECONDS = 2 * 86_400

/** What a person told has come true. */
const KEPT_BY_PAYING = ['already-paid', 'promise', 'collection-failed'] as const

interface Decided {
  payment: Payment
  after: ReturnType<typeof bookPayment>['after']
  settles: boolean
}

/** Money that is to be booked. */
export interface MoneyForClaim {
  claim: Claim
  lines: readonly PlanLineRow[]
  minor: bigint
  /** What brought it: of the bank, or a set-off. It pays once. */
  transactionId: string
  receivedOn: string
  /** The claim whose credit pays; the bank brought it without. */
  setOffFrom?: string
}

export interface PreparedBooking {
  payment: Payment
  /** @throws {Outrun} when the claim or its thread changed since the decision. */
  write(tx: Tx): Promise<void>
}

/** Decides how money is divided on a claim and signs the receipt. */
export async function prepareBooking(
  deps: BookingDeps,
  money: MoneyForClaim,
): Promise<PreparedBooking> {
  const { claim } = money
  const now = deps.clock.now()
  const decided = decide(deps, money, now)
  const { payment } = decided
  const thread = await conversationOf(deps, claim)
  const receipt = await prepareMessage(deps, {
    thread,
    kind: 'receipt',
    body: receiptBody(money, decided),
    now,
  })
  return {
    payment,
    async write(tx) {
      await writeClaim(tx, claim, decided)
      await insertPayment(tx, payment)
      await appendToConversation(tx, thread, receipt, now)
      await writeEvents(tx, money, decided)
      if (claim.state === 'handed-over')
        await tellAgency(deps, tx, { claim, origin: payment.paymentId, now })
    },
  }
}

function decide(
  deps: BookingDeps,
  { claim, lines, minor, transactionId, receivedOn }: MoneyForClaim,
  now: number,
): Decided {
  const { share, after } = bookPayment({ ...claim, lines }, minor)
  const payment: Payment = {
    creditorId: claim.creditorId,
    paymentId: deps.ids.newId('py'),
    claimId: claim.claimId,
    transactionId,
    amount: minor,
    ...share,
    receivedOn,
    reversedAt: null,
    createdAt: now,
  }
  return { payment, after, settles: claim.state !== 'settled' && after.state === 'settled' }
}

function receiptBody({ claim, setOffFrom }: MoneyForClaim, { payment, after }: Decided) {
  const money = (minor: bigint) => formatAmount({ minor, currency: claim.currency })
  return {
    requestId: claim.claimId,
    receiptId: payment.paymentId,
    amount: money(payment.amount),
    receivedOn: payment.receivedOn,
    allocations: payment.allocations.map(({ line, minor }) => ({ line, amount: money(minor) })),
    ...(setOffFrom === undefined ? {} : { setOffFrom }),
    overpaid: money(payment.overpaid),
    outstanding: money(after.outstanding),
  }
}

async function writeClaim(tx: Tx, claim: Claim, { payment, after, settles }: Decided) {
  const { paid, overpaid, state } = after
  const change = { paid, overpaid, state, ...(settles ? { dunning: 'idle' as const } : {}) }
  if (!(await changeClaim(tx, claim, change))) throw new Outrun()
  for (const line of after.lines) await setLinePaid(tx, claim, line)
  const { createdAt: at } = payment
  await endTasksOfKind(tx, claim, { kind: 'look-for-payment', at, by: 'payment' })
  if (settles) {
    await endDunning(tx, claim)
    for (const reason of KEPT_BY_PAYING) await releaseHold(tx, claim, { reason, at, as: 'paid' })
  } else if (state === 'open') {
    const planned = await dunningCaseOf(tx, claim)
    const rest = payment.createdAt + REST_SECONDS
    if (planned !== undefined && planned.nextActionAt < rest) await rescheduleStep(tx, claim, rest)
  }
}

async function writeEvents(
  tx: Tx,
  { claim, setOffFrom }: MoneyForClaim,
  { payment, after, settles }: Decided,
) {
  const { creditorId, claimId, currency } = claim
  const { paymentId, createdAt: at } = payment
  const text = (minor: bigint) => formatAmount({ minor, currency }).value
  const event = (type: string, data: Record<string, string>) => {
    return { creditorId, claimId, type, at, data }
  }
  await appendEvents(tx, [
    event(setOffFrom === undefined ? 'payment.received' : 'credit.received', {
      paymentId,
      ...(setOffFrom === undefined ? {} : { from: setOffFrom }),
      amount: text(payment.amount),
      currency,
      overpaid: text(payment.overpaid),
      outstanding: text(after.outstanding),
    }),
    event('receipt.issued', { receiptId: paymentId }),
    ...(settles ? [event('payment-request.settled', { paymentId })] : []),
  ])
  // What began after this money was there is not owed.
  if (claim.charges > 0n) await enqueue(tx, creditorId, 'recompute-charges', { claimId })
  // Who deals with an agency hears from the agency: it may know of more than this bill.
  if (settles && claim.state === 'open') await askForThankYou(tx, { ...claim, paymentId })
}
