// Booked payments that do not stand any more: the bank took the money back, or a person took it off the
// claim. The claim is owed again, as far as nothing else pays for it, and the debtor's side gets a signed
// status, because it holds a receipt that no longer stands.
import { formatAmount } from '@parley/sdk/protocol'
import { type AccountChange, takePaymentBack } from '../domain/claim/book-payment.ts'
import { statusOf } from '../domain/claim/status-of.ts'
import { takeRemissionBack } from '../domain/plan/payoff.ts'
import { agreementOf, type KeptAgreement, lookAtPlan, setRemitted } from '../storage/agreements.ts'
import { type Claim, changeClaim, setLinePaid, setLinesCredited } from '../storage/claims.ts'
import type { CreditorRow } from '../storage/creditors.ts'
import type { Tx } from '../storage/database.ts'
import { dunningCaseOf, endDunning, openCase, rescheduleStep } from '../storage/dunning-cases.ts'
import { appendEvents } from '../storage/events.ts'
import { claimsById, type FoundClaim } from '../storage/match-candidates.ts'
import {
  divideAgain,
  markReversed,
  type Payment,
  paymentsOfClaim,
  standingPayments,
} from '../storage/payments.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { readSituation } from './conversation-exchange.ts'
import type { Deps } from './deps.ts'
import { divisionsAgain } from './division-of-claim.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { GRACE_SECONDS, planRemindersAgain, type RemindersAgain } from './plan-reminders-again.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun } from './retry-when-outrun.ts'
import { tellAgency, wentToAgency } from './tell-agency.ts'

type BackDeps = Pick<Deps, 'clock' | 'ids' | 'signer' | 'publicUrl'> & PlanDeps

/** Why payments do not stand: the bank took the money back with a reason, or a person took it off. */
export type BackBecause =
  | { kind: 'returned'; reason: string | undefined }
  | { kind: 'unmatched'; reason: string }

export interface MoneyBack {
  creditor: CreditorRow
  /** Our transaction that brought the money. */
  transactionId: string
  because: BackBecause
}

interface Decided {
  /** With the fee that is owed again when the plan was not paid off after all. */
  claim: Claim
  remission: { agreement: KeptAgreement; lines: { line: number; credited: bigint }[] } | undefined
  returned: Payment
  moved: readonly Payment[]
  after: AccountChange
  /** Null while nothing is owed. */
  reminders: RemindersAgain | null
  now: number
}

/** What taking a transaction's money off all of its claims comes to. */
export interface PreparedMoneyBack {
  /** The claims that it paid. */
  claimIds: readonly string[]
  write(tx: Tx): Promise<void>
}

/**
 * Decides and signs what is written when the money of a transaction stands on none of its claims.
 *
 * @throws {Outrun} from `write`, when a claim, its payments or its thread changed since the decision.
 */
export async function prepareMoneyBack(
  deps: BackDeps,
  back: MoneyBack,
): Promise<PreparedMoneyBack> {
  const { creditorId } = back.creditor
  const payments = await standingPayments(deps.db, { creditorId, ...back })
  const claimIds = payments.map(({ claimId }) => claimId)
  const found = await claimsById(deps.db, creditorId, claimIds)
  const writes: ((tx: Tx) => Promise<void>)[] = []
  for (const one of found) writes.push(await prepareShareBack(deps, back, one))
  return {
    claimIds,
    async write(tx) {
      for (const write of writes) await write(tx)
    },
  }
}

async function prepareShareBack(
  deps: BackDeps,
  back: MoneyBack,
  found: FoundClaim,
): Promise<(tx: Tx) => Promise<void>> {
  const thread = await conversationOf(deps, found.claim)
  const decided = await decide(deps, back, { ...found, isErased: thread.isErased })
  const { claim, now } = decided
  const situation = await readSituation(deps, claim)
  const status = await prepareMessage(deps, {
    thread,
    kind: 'status',
    // How the plan stands follows when it was looked at.
    body: statusOf({ ...situation, plan: undefined, claim: { ...claim, ...decided.after } }),
    now,
  })
  return async (tx) => {
    await writeClaim(tx, decided)
    await appendToConversation(tx, thread, status, now)
    await writeEvents(tx, decided, back.because)
    if (decided.after.state === 'handed-over') {
      await tellAgency(deps, tx, { claim, origin: `back:${decided.returned.paymentId}`, now })
    }
  }
}

async function decide(
  deps: BackDeps,
  { creditor, transactionId }: MoneyBack,
  found: FoundClaim & { isErased: boolean },
): Promise<Decided> {
  const now = deps.clock.now()
  const agreement = await agreementOf(deps.db, found.claim)
  const { claim, lines, remission } = withoutRemission(found, agreement)
  const payments = await paymentsOfClaim(deps.db, claim)
  const standing = payments.filter(({ reversedAt }) => reversedAt === null)
  const returned = standing.find((payment) => payment.transactionId === transactionId)
  if (returned === undefined) throw new Outrun()
  const others = standing.filter((one) => one !== returned)
  const isBeforePlan = agreement !== undefined && returned.createdAt < agreement.agreedAt
  const share = { ...returned, isBeforePlan }
  // What an agency had is its matter again, and nobody here reminds of it.
  const owedAs = (await wentToAgency(deps, claim)) ? 'handed-over' : 'open'
  const taken = takePaymentBack({ ...claim, lines }, share, others, owedAs)
  const { after } = taken
  const moved = await divisionsAgain(deps, claim, { before: others, moved: taken.moved })
  const isOwed = after.state === 'open' && after.outstanding > 0n && after.paid < claim.paid
  // Nobody is left to write to, and nothing may be charged.
  const isAsked = isOwed && !found.isErased
  const owed = lines.map((line) => ({
    ...line,
    ...after.lines.find((it) => it.line === line.line),
  }))
  const reminders = isAsked
    ? await planRemindersAgain(deps, { creditor, claim, lines: owed, now })
    : null
  return { claim, remission, returned, moved, after, reminders, now }
}

/** The plan was not paid off after all: the fee for the time that is left is owed as it was agreed. */
function withoutRemission(
  { claim, lines }: FoundClaim,
  agreement: KeptAgreement | undefined,
): Pick<FoundClaim, 'claim' | 'lines'> & Pick<Decided, 'remission'> {
  if (agreement === undefined || agreement.remitted === 0n) {
    return { claim, lines, remission: undefined }
  }
  const back = takeRemissionBack(lines, agreement.remitted)
  return {
    claim: { ...claim, price: claim.price + agreement.remitted },
    lines: lines.map((line) => ({ ...line, ...back.find((it) => it.line === line.line) })),
    remission: { agreement, lines: back },
  }
}

async function writeClaim(tx: Tx, decided: Decided): Promise<void> {
  const { claim, remission, returned, moved, after, reminders, now } = decided
  const standing = await dunningCaseOf(tx, claim)
  // The journey of a credit has nothing to say about what is owed again.
  const isOfCredit = standing !== undefined && claim.state !== 'open'
  if (isOfCredit && reminders !== null) await endDunning(tx, claim)
  const planned = isOfCredit ? undefined : standing
  const isNew = planned === undefined && reminders !== null
  const { paid, overpaid, state } = after
  const { price } = claim
  const change = { paid, overpaid, state, price, ...(isNew ? { dunning: reminders.dunning } : {}) }
  if (!(await changeClaim(tx, claim, change))) throw new Outrun()
  for (const line of after.lines) await setLinePaid(tx, claim, line)
  if (remission !== undefined) {
    await setLinesCredited(tx, claim, remission.lines)
    await setRemitted(tx, remission.agreement, 0n)
  }
  await lookAtPlan(tx, claim, now)
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

async function writeEvents(tx: Tx, decided: Decided, because: BackBecause): Promise<void> {
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
    event(`payment.${because.kind}`, {
      paymentId,
      amount: text(returned.amount),
      currency,
      outstanding,
      reason: reasonOf(because),
    }),
    ...(isReopened ? [event('payment-request.reopened', { paymentId, outstanding })] : []),
  ])
}

function reasonOf({ kind, reason }: BackBecause): string | null {
  if (kind === 'unmatched') return reason
  return reason !== undefined && REASON_CODE.test(reason) ? reason : null
}
