// Money for one or several claims, that a booking of the bank or a credit of another claim brings:
// payments, claims with their lines, signed receipts and events are written together or not at all.
import { type Day, formatAmount } from '@parley/sdk/protocol'
import { bookPayment } from '../domain/claim/book-payment.ts'
import { outstandingOf } from '../domain/claim/claim.ts'
import type { PaymentCaution } from '../domain/matching/payment-cautions.ts'
import { payoffDayFor, payoffOn, remitOn } from '../domain/plan/payoff.ts'
import { agreementOf, type KeptAgreement, lookAtPlan, setRemitted } from '../storage/agreements.ts'
import { type Claim, changeClaim, setLinePaid, setLinesCredited } from '../storage/claims.ts'
import type { Tx } from '../storage/database.ts'
import { dunningCaseOf, rescheduleStep } from '../storage/dunning-cases.ts'
import { appendEvents, enqueue } from '../storage/events.ts'
import type { FoundClaim } from '../storage/match-candidates.ts'
import { insertPayment, type Payment } from '../storage/payments.ts'
import { endTasksOfKind } from '../storage/tasks.ts'
import { askForThankYou } from '../storage/thank-you-requests.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import type { Deps } from './deps.ts'
import { divisionOf, divisionOnWire } from './division-of-claim.ts'
import { endReminders } from './end-what-waited.ts'
import { feeOf } from './fee-of-plan.ts'
import { prepareMessage } from './prepare-message.ts'
import { type CautionedMoney, readPaymentCautions } from './read-cautions.ts'
import { Outrun } from './retry-when-outrun.ts'
import { tellAgency } from './tell-agency.ts'

export type MoneyDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'laws'>

/** A credit of another claim that pays. */
export interface SetOffMoney {
  /** The set-off: it pays once, as a booking does. */
  transactionId: string
  receivedOn: Day
  setOffFrom: string
}

export type MoneyIn = CautionedMoney | SetOffMoney

/** A claim and what of the money is for it. */
export interface ShareOfMoney {
  found: FoundClaim
  minor: bigint
}

/** After a part payment nobody is reminded for so long: the rest may be on its way. */
const REST_SECONDS = 2 * 86_400

interface Payoff {
  agreement: KeptAgreement
  remitted: bigint
  lines: readonly { line: number; credited: bigint }[]
}

interface Decided {
  claim: Claim
  /** The claim whose credit pays; undefined for money of the bank. */
  setOffFrom: string | undefined
  payment: Payment
  after: ReturnType<typeof bookPayment>['after']
  settles: boolean
  /** What of the plan's fee is not owed because this money ends the plan early. Spec: PLN-07. */
  payoff: Payoff | undefined
  cautions: readonly PaymentCaution[]
}

/**
 * Decides and signs what the money does to each claim; the function that it returns writes it, beside
 * whatever the caller writes about the booking.
 *
 * @throws {Outrun} from that function, when a claim or its thread changed since the decision.
 */
export async function prepareMoneyIn(
  deps: MoneyDeps,
  money: MoneyIn,
  shares: readonly ShareOfMoney[],
): Promise<(tx: Tx) => Promise<void>> {
  const now = deps.clock.now()
  const writes: ((tx: Tx) => Promise<void>)[] = []
  // In one order everywhere, so that two bookings do not wait for each other's claims.
  for (const share of shares.toSorted(byClaim)) {
    writes.push(await prepareShare(deps, { money, share, now }))
  }
  return async (tx) => {
    for (const write of writes) await write(tx)
  }
}

function byClaim(a: ShareOfMoney, b: ShareOfMoney): number {
  return a.found.claim.claimId < b.found.claim.claimId ? -1 : 1
}

async function prepareShare(
  deps: MoneyDeps,
  { money, share, now }: { money: MoneyIn; share: ShareOfMoney; now: number },
): Promise<(tx: Tx) => Promise<void>> {
  const { claim } = share.found
  const decided = await decide(deps, { money, share, now })
  const thread = await conversationOf(deps, claim)
  const receipt = await prepareMessage(deps, {
    thread,
    kind: 'receipt',
    body: receiptBody(decided),
    now,
  })
  return async (tx) => {
    await writeClaim(tx, decided)
    await insertPayment(tx, decided.payment)
    await appendToConversation(tx, thread, receipt, now)
    await writeEvents(tx, decided, { hasReceipt: !thread.isErased })
    if (claim.state === 'handed-over') {
      await tellAgency(deps, tx, { claim, origin: decided.payment.paymentId, now })
    }
  }
}

async function decide(
  deps: MoneyDeps,
  { money, share, now }: { money: MoneyIn; share: ShareOfMoney; now: number },
): Promise<Decided> {
  const { claim, lines } = share.found
  const agreement = await agreementOf(deps.db, claim)
  const remitted = remittedBy({ ...share, agreement, day: money.receivedOn })
  const remission = remitOn(lines, remitted)
  const owed = {
    ...claim,
    price: claim.price - remitted,
    lines: lines.map((line) => ({ ...line, ...remission.find((it) => it.line === line.line) })),
  }
  const booked = bookPayment(owed, share.minor)
  const { after } = booked
  const credited = share.minor - booked.share.overpaid
  const payment: Payment = {
    creditorId: claim.creditorId,
    paymentId: deps.ids.newId('py'),
    claimId: claim.claimId,
    transactionId: money.transactionId,
    amount: share.minor,
    ...booked.share,
    receivedOn: money.receivedOn,
    reversedAt: null,
    createdAt: now,
    division: await divisionOf(deps, owed, credited),
  }
  const { overpaid } = booked.share
  const setOffFrom = 'setOffFrom' in money ? money.setOffFrom : undefined
  const cautions =
    'setOffFrom' in money
      ? []
      : await readPaymentCautions(deps, money, { found: share.found, overpaid })
  const settles = claim.state !== 'settled' && after.state === 'settled'
  const payoff =
    agreement === undefined || remitted === 0n
      ? undefined
      : { agreement, remitted, lines: remission }
  return { claim, setOffFrom, payment, after, settles, payoff, cautions }
}

/** What settles a claim on a day, in minor units: less than is outstanding where a plan ends early. */
export async function settlingAmount(
  { db }: Pick<Deps, 'db'>,
  { claim, lines }: FoundClaim,
  day: Day,
): Promise<bigint> {
  const agreement = await agreementOf(db, claim)
  if (agreement === undefined || claim.state !== 'open') return outstandingOf(claim)
  return payoffOn({ claim, fee: feeOf(agreement), lines }, payoffDayFor(day)).total
}

/** Who pays what ends the plan on the day owes no fee for the time that is left, asked for or not. */
function remittedBy({
  found: { claim, lines },
  minor,
  agreement,
  day,
}: ShareOfMoney & { agreement: KeptAgreement | undefined; day: Day }): bigint {
  if (agreement === undefined || claim.state !== 'open') return 0n
  const { total, remitted } = payoffOn({ claim, fee: feeOf(agreement), lines }, payoffDayFor(day))
  return minor >= total ? remitted : 0n
}

function receiptBody({ claim, setOffFrom, payment, after }: Decided) {
  const money = (minor: bigint) => formatAmount({ minor, currency: claim.currency })
  const { division } = payment
  return {
    requestId: claim.claimId,
    receiptId: payment.paymentId,
    amount: money(payment.amount),
    receivedOn: payment.receivedOn,
    allocations: payment.allocations.map(({ line, minor }) => ({ line, amount: money(minor) })),
    ...(setOffFrom === undefined ? {} : { setOffFrom }),
    overpaid: money(payment.overpaid),
    outstanding: money(after.outstanding),
    ...(division === null ? {} : { division: divisionOnWire(division, claim.currency) }),
  }
}

async function writeClaim(tx: Tx, { claim, payment, after, settles, payoff }: Decided) {
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
    await endReminders(tx, claim, { at, as: 'paid' })
  } else if (state === 'open') {
    const planned = await dunningCaseOf(tx, claim)
    const rest = payment.createdAt + REST_SECONDS
    if (planned !== undefined && planned.nextActionAt < rest) await rescheduleStep(tx, claim, rest)
  }
}

async function writeEvents(
  tx: Tx,
  { claim, setOffFrom, payment, after, settles, payoff, cautions }: Decided,
  { hasReceipt }: { hasReceipt: boolean },
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
    ...(hasReceipt ? [event('receipt.issued', { receiptId: paymentId })] : []),
    ...(payoff === undefined
      ? []
      : [event('plan.paid-off', { paymentId, remitted: text(payoff.remitted), currency })]),
    ...(cautions.length === 0
      ? []
      : [event('payment.flagged', { paymentId, cautions: cautions.join(' ') })]),
    ...(settles ? [event('payment-request.settled', { paymentId })] : []),
  ])
  // What began after this money was there is not owed.
  if (claim.charges > 0n) await enqueue(tx, creditorId, 'recompute-charges', { claimId })
  // Who deals with an agency hears from the agency: it may know of more than this bill.
  if (settles && claim.state === 'open') await askForThankYou(tx, { ...claim, paymentId })
}
