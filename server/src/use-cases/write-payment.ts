// Money for a claim: the booking, the payment, the claim with its lines, the signed receipt and the
// events are written together or not at all.
import { formatAmount } from '@parley/sdk/protocol'
import { bookPayment } from '../domain/claim/book-payment.ts'
import { payoffDayFor, payoffOn, remitOn } from '../domain/plan/payoff.ts'
import { agreementOf, type KeptAgreement, lookAtPlan, setRemitted } from '../storage/agreements.ts'
import { insertBankTransaction } from '../storage/bank-transactions.ts'
import { releaseHold } from '../storage/claim-holds.ts'
import { type Claim, changeClaim, setLinePaid, setLinesCredited } from '../storage/claims.ts'
import type { Tx } from '../storage/database.ts'
import { dunningCaseOf, endDunning, rescheduleStep } from '../storage/dunning-cases.ts'
import { appendEvents, enqueue } from '../storage/events.ts'
import type { FoundClaim } from '../storage/match-candidates.ts'
import { insertPayment, type Payment } from '../storage/payments.ts'
import { endTasksOfKind } from '../storage/tasks.ts'
import { askForThankYou } from '../storage/thank-you-requests.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import type { Deps } from './deps.ts'
import { feeOf } from './fee-of-plan.ts'
import { bankTransactionOf, type IncomingBooking, receivedOn } from './incoming-booking.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun } from './retry-when-outrun.ts'
import { tellAgency } from './tell-agency.ts'

type PaymentDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl'>

/** After a part payment nobody is reminded for so long: the rest may be on its way. */
const REST_SECONDS = 2 * 86_400

interface Payoff {
  agreement: KeptAgreement
  remitted: bigint
  lines: readonly { line: number; credited: bigint }[]
}

/** What a person told has come true. */
const KEPT_BY_PAYING = ['already-paid', 'promise', 'collection-failed'] as const

interface Decided {
  payment: Payment
  after: ReturnType<typeof bookPayment>['after']
  settles: boolean
  /** What of the plan's fee is not owed because this money ends the plan early. Spec: PLN-07. */
  payoff: Payoff | undefined
}

/**
 * Books a matched credit on its claim. Returns false when the booking was stored before.
 *
 * @throws {Outrun} when the claim or its thread changed since the decision.
 */
export async function writePayment(
  deps: PaymentDeps,
  booking: IncomingBooking,
  match: { found: FoundClaim; reason: string },
): Promise<boolean> {
  const { claim } = match.found
  const now = deps.clock.now()
  const agreement = await agreementOf(deps.db, claim)
  const decided = decide(deps, booking, { ...match.found, agreement, now })
  const thread = await conversationOf(deps, claim)
  const receipt = await prepareMessage(deps, {
    thread,
    kind: 'receipt',
    body: receiptBody(claim, decided),
    now,
  })
  const { payment } = decided
  return await deps.db.transaction().execute(async (tx) => {
    const row = bankTransactionOf(booking, {
      transactionId: payment.transactionId,
      state: 'matched',
      reason: match.reason,
      claimId: claim.claimId,
      candidates: [],
      importedAt: now,
    })
    if (!(await insertBankTransaction(tx, row))) return false
    await writeClaim(tx, claim, decided)
    await insertPayment(tx, payment)
    await appendToConversation(tx, thread, receipt, now)
    await writeEvents(tx, claim, decided)
    if (claim.state === 'handed-over')
      await tellAgency(deps, tx, { claim, origin: payment.paymentId, now })
    return true
  })
}

function decide(
  deps: PaymentDeps,
  booking: IncomingBooking,
  {
    claim,
    lines,
    agreement,
    now,
  }: FoundClaim & { agreement: KeptAgreement | undefined; now: number },
): Decided {
  const { minor } = booking.transaction.amount
  const receivedDay = receivedOn(booking, now)
  const remitted = remittedBy({ claim, lines, agreement, minor, day: receivedDay })
  const credited = remitOn(lines, remitted)
  const { share, after } = bookPayment(
    {
      ...claim,
      price: claim.price - remitted,
      lines: lines.map((line) => ({ ...line, ...credited.find((it) => it.line === line.line) })),
    },
    minor,
  )
  const payment: Payment = {
    creditorId: claim.creditorId,
    paymentId: deps.ids.newId('py'),
    claimId: claim.claimId,
    transactionId: deps.ids.newId('bt'),
    amount: minor,
    ...share,
    receivedOn: receivedDay,
    reversedAt: null,
    createdAt: now,
  }
  const settles = claim.state !== 'settled' && after.state === 'settled'
  const payoff =
    agreement === undefined || remitted === 0n
      ? undefined
      : { agreement, remitted, lines: credited }
  return { payment, after, settles, payoff }
}

/** Who pays what ends the plan on the day owes no fee for the time that is left, asked for or not. */
function remittedBy(of: {
  claim: Claim
  lines: FoundClaim['lines']
  agreement: KeptAgreement | undefined
  minor: bigint
  day: string
}): bigint {
  const { claim, lines, agreement, minor, day } = of
  if (agreement === undefined || claim.state !== 'open') return 0n
  const { total, remitted } = payoffOn({ claim, fee: feeOf(agreement), lines }, payoffDayFor(day))
  return minor >= total ? remitted : 0n
}

function receiptBody(claim: Claim, { payment, after }: Decided) {
  const money = (minor: bigint) => formatAmount({ minor, currency: claim.currency })
  return {
    requestId: claim.claimId,
    receiptId: payment.paymentId,
    amount: money(payment.amount),
    receivedOn: payment.receivedOn,
    allocations: payment.allocations.map(({ line, minor }) => ({ line, amount: money(minor) })),
    overpaid: money(payment.overpaid),
    outstanding: money(after.outstanding),
  }
}

async function writeClaim(tx: Tx, claim: Claim, { payment, after, settles, payoff }: Decided) {
  const { paid, overpaid, state } = after
  const price = claim.price - (payoff?.remitted ?? 0n)
  const change = { paid, overpaid, state, price, ...(settles ? { dunning: 'idle' as const } : {}) }
  if (!(await changeClaim(tx, claim, change))) throw new Outrun()
  const { createdAt: at } = payment
  if (payoff !== undefined) {
    await setLinesCredited(tx, claim, payoff.lines)
    await setRemitted(tx, payoff.agreement, payoff.agreement.remitted + payoff.remitted)
  }
  for (const line of after.lines) await setLinePaid(tx, claim, line)
  await lookAtPlan(tx, claim, at)
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

async function writeEvents(tx: Tx, claim: Claim, { payment, after, settles, payoff }: Decided) {
  const { creditorId, claimId, currency } = claim
  const { paymentId, createdAt: at } = payment
  const text = (minor: bigint) => formatAmount({ minor, currency }).value
  const event = (type: string, data: Record<string, string>) => {
    return { creditorId, claimId, type, at, data }
  }
  await appendEvents(tx, [
    event('payment.received', {
      paymentId,
      amount: text(payment.amount),
      currency,
      overpaid: text(payment.overpaid),
      outstanding: text(after.outstanding),
    }),
    event('receipt.issued', { receiptId: paymentId }),
    ...(payoff === undefined
      ? []
      : [event('plan.paid-off', { paymentId, remitted: text(payoff.remitted), currency })]),
    ...(settles ? [event('payment-request.settled', { paymentId })] : []),
  ])
  // What began after this money was there is not owed.
  if (claim.charges > 0n) await enqueue(tx, creditorId, 'recompute-charges', { claimId })
  // Who deals with an agency hears from the agency: it may know of more than this bill.
  if (settles && claim.state === 'open') await askForThankYou(tx, { ...claim, paymentId })
}
