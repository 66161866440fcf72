// A booked payment that the bank took back: the claim is owed again, as far as nothing else pays for
// it. The debtor's side gets a signed status, because it holds a receipt that no longer stands.
import { formatAmount } from '@parley/sdk/protocol'
import { type AccountChange, takePaymentBack } from '../domain/claim/book-payment.ts'
import { statusOf } from '../domain/claim/status-of.ts'
import { agreementOf } from '../storage/agreements.ts'
import { insertBankTransaction } from '../storage/bank-transactions.ts'
import { type Claim, changeClaim, setLinePaid } from '../storage/claims.ts'
import type { Tx } from '../storage/database.ts'
import { dunningCaseOf, endDunning, openCase, rescheduleStep } from '../storage/dunning-cases.ts'
import { appendEvents } from '../storage/events.ts'
import type { FoundClaim } from '../storage/match-candidates.ts'
import { divideAgain, markReversed, type Payment, paymentsOfClaim } from '../storage/payments.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { readSituation } from './conversation-exchange.ts'
import type { Deps } from './deps.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { bankTransactionOf, type IncomingBooking } from './incoming-booking.ts'
import { GRACE_SECONDS, planRemindersAgain, type RemindersAgain } from './plan-reminders-again.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun } from './retry-when-outrun.ts'
import { tellAgency, wentToAgency } from './tell-agency.ts'

type ReversalDeps = Pick<Deps, 'clock' | 'ids' | 'signer' | 'publicUrl'> & PlanDeps

export interface ReversalMatch {
  found: FoundClaim
  /** Our transaction that brought the money. */
  transactionId: string
  reason: string
}

interface Decided {
  claim: Claim
  returned: Payment
  moved: readonly Payment[]
  after: AccountChange
  /** Null while nothing is owed. */
  reminders: RemindersAgain | null
  now: number
}

/**
 * Takes a booked payment back. Returns false when the booking was stored before.
 *
 * @throws {Outrun} when the claim, its payments or its thread changed since the decision.
 */
export async function writeReversal(
  deps: ReversalDeps,
  booking: IncomingBooking,
  match: ReversalMatch,
): Promise<boolean> {
  const decided = await decide(deps, booking, match)
  const { claim, now } = decided
  const thread = await conversationOf(deps, claim)
  const situation = await readSituation(deps, claim)
  const status = await prepareMessage(deps, {
    thread,
    kind: 'status',
    body: statusOf({ ...situation, claim: { ...claim, ...decided.after } }),
    now,
  })
  return await deps.db.transaction().execute(async (tx) => {
    const row = bankTransactionOf(booking, {
      transactionId: deps.ids.newId('bt'),
      state: 'reversal',
      reason: match.reason,
      claimId: claim.claimId,
      candidates: [],
      importedAt: now,
    })
    if (!(await insertBankTransaction(tx, row))) return false
    await writeClaim(tx, decided)
    await appendToConversation(tx, thread, status, now)
    await writeEvents(tx, decided, booking.transaction.returnReason)
    if (decided.after.state === 'handed-over') {
      await tellAgency(deps, tx, { claim, origin: `back:${decided.returned.paymentId}`, now })
    }
    return true
  })
}

async function decide(
  deps: ReversalDeps,
  booking: IncomingBooking,
  { found: { claim, lines }, transactionId }: ReversalMatch,
): Promise<Decided> {
  const now = deps.clock.now()
  const payments = await paymentsOfClaim(deps.db, claim)
  const returned = payments.find((payment) => payment.transactionId === transactionId)
  if (returned === undefined || returned.reversedAt !== null) throw new Outrun()
  const others = payments.filter((one) => one !== returned && one.reversedAt === null)
  const agreement = await agreementOf(deps.db, claim)
  const isBeforePlan = agreement !== undefined && returned.createdAt < agreement.agreedAt
  const share = { ...returned, isBeforePlan }
  // What an agency had is its matter again, and nobody here reminds of it.
  const owedAs = (await wentToAgency(deps, claim)) ? 'handed-over' : 'open'
  const { moved, after } = takePaymentBack({ ...claim, lines }, share, others, owedAs)
  const isOwed = after.state === 'open' && after.outstanding > 0n && after.paid < claim.paid
  const owed = lines.map((line) => ({
    ...line,
    ...after.lines.find((it) => it.line === line.line),
  }))
  const reminders = isOwed
    ? await planRemindersAgain(deps, { creditor: booking.creditor, claim, lines: owed, now })
    : null
  return { claim, returned, moved, after, reminders, now }
}

async function writeClaim(tx: Tx, decided: Decided): Promise<void> {
  const { claim, returned, moved, after, reminders, now } = decided
  const standing = await dunningCaseOf(tx, claim)
  // The journey of a credit has nothing to say about what is owed again.
  const isOfCredit = standing !== undefined && claim.state !== 'open'
  if (isOfCredit && reminders !== null) await endDunning(tx, claim)
  const planned = isOfCredit ? undefined : standing
  const isNew = planned === undefined && reminders !== null
  const { paid, overpaid, state } = after
  const change = { paid, overpaid, state, ...(isNew ? { dunning: reminders.dunning } : {}) }
  if (!(await changeClaim(tx, claim, change))) throw new Outrun()
  for (const line of after.lines) await setLinePaid(tx, claim, line)
  if (!(await markReversed(tx, returned, now))) throw new Outrun()
  for (const payment of moved) await divideAgain(tx, payment)
  if (isNew && reminders.opened !== undefined) await openCase(tx, reminders.opened)
  const graceEnds = now + GRACE_SECONDS
  if (planned !== undefined && planned.nextActionAt < graceEnds) {
    await rescheduleStep(tx, claim, graceEnds)
  }
}

/** An ISO 20022 return reason; what banks write beside it may hold a name. */
const REASON_CODE = /^[A-Z]{2}[0-9]{2}$/

async function writeEvents(tx: Tx, decided: Decided, reason: string | undefined): Promise<void> {
  const { claim, returned, after, now } = decided
  const { creditorId, claimId, currency } = claim
  const text = (minor: bigint) => formatAmount({ minor, currency }).value
  const outstanding = text(after.outstanding)
  const event = (type: string, data: Record<string, string | null>) => {
    return { creditorId, claimId, type, at: now, data }
  }
  const { paymentId } = returned
  const isReopened = claim.state === 'settled' && after.state !== 'settled'
  await appendEvents(tx, [
    event('payment.returned', {
      paymentId,
      amount: text(returned.amount),
      currency,
      outstanding,
      reason: reason !== undefined && REASON_CODE.test(reason) ? reason : null,
    }),
    ...(isReopened ? [event('payment-request.reopened', { paymentId, outstanding })] : []),
  ])
}
