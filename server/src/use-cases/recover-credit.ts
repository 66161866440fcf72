// Money that was paid too much is needed again: a bank took back a payment that it came from, or one that had
// paid the bill itself. Refunds that have not left are stopped, set-offs without money behind them are taken
// back, and what is there pays its own bill; what has left is a task for a person.
import { formatAmount } from '@parley/sdk/protocol'
import { payFromOverpaid } from '../domain/claim/book-payment.ts'
import { neededOn } from '../domain/credit/credit-owed.ts'
import { lookAtPlan } from '../storage/agreements.ts'
import { changeClaim, planLinesOf, setLinePaid } from '../storage/claims.ts'
import { appendEvents, type NewEvent } from '../storage/events.ts'
import { divideAgain, paymentsOfClaim } from '../storage/payments.ts'
import { changeRefund, type Refund } from '../storage/refunds.ts'
import { type SetOff, standingSetOff } from '../storage/set-offs.ts'
import { endTasksOfKind, insertTasks } from '../storage/tasks.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { readSituation, statusAfter } from './conversation-exchange.ts'
import type { CreditDeps, CreditSituation } from './credit-situation.ts'
import type { Deps } from './deps.ts'
import { divisionsAgain } from './division-of-claim.ts'
import { endWhatWaited } from './end-what-waited.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { prepareMoneyBack } from './money-back.ts'
import { newTask } from './new-task.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun } from './retry-when-outrun.ts'
import { tellAgency } from './tell-agency.ts'

export type RecoverDeps = CreditDeps &
  PlanDeps &
  Pick<Deps, 'ids' | 'signer' | 'publicUrl' | 'outboxChanged'>

/**
 * Takes the next step by which money of a claim comes back to where it is needed, and tells whether it
 * did: then the claim is another one.
 *
 * @throws {Outrun} when somebody else was faster.
 */
export async function recoverCredit(
  deps: RecoverDeps,
  situation: CreditSituation,
): Promise<boolean> {
  const { claim, credit } = situation
  const needed = neededOn(claim)
  const stopped = refundsToStop(situation, needed - credit)
  const isUncovered = credit < 0n && stopped.length === 0
  const setOff = isUncovered ? await standingSetOff(deps.db, claim) : undefined
  if (stopped.length > 0) await stopRefunds(deps, situation, stopped)
  else if (setOff !== undefined) await takeSetOffBack(deps, situation, setOff)
  else if (credit > 0n && needed > 0n) await payOwnClaim(deps, situation)
  else {
    await (isUncovered ? askPerson(deps, situation) : endLook(deps, situation))
    return false
  }
  deps.outboxChanged()
  return true
}

/** The newest first, until they make up for what is missing. */
function refundsToStop({ refunds }: CreditSituation, missing: bigint): Refund[] {
  let left = missing
  return refunds.filter(({ state, amount }) => {
    if (left <= 0n || (state !== 'chosen' && state !== 'approved')) return false
    left -= amount
    return true
  })
}

async function stopRefunds(
  { db }: RecoverDeps,
  { claim, now: at }: CreditSituation,
  stopped: readonly Refund[],
): Promise<void> {
  const { creditorId, claimId } = claim
  const back = stopped.reduce((sum, { amount }) => sum + amount, 0n)
  await db.transaction().execute(async (tx) => {
    const givenBack = claim.givenBack - back
    if (!(await changeClaim(tx, claim, { givenBack }))) throw new Outrun()
    for (const refund of stopped) {
      const change = { state: 'withdrawn', endedAt: at } as const
      if (!(await changeRefund(tx, refund, change))) throw new Outrun()
      const { refundId: origin } = refund
      await endTasksOfKind(tx, claim, { kind: 'approve-refund', origin, at, by: 'return' })
    }
    await appendEvents(
      tx,
      stopped.map(({ refundId }) => {
        return { creditorId, claimId, type: 'refund.withdrawn', at, data: { refundId } }
      }),
    )
  })
}

/** What the claim owes is paid by what is too much on it, before anybody is asked for either. */
async function payOwnClaim(
  deps: RecoverDeps,
  { claim, credit, now }: CreditSituation,
): Promise<void> {
  const lines = await planLinesOf(deps.db, claim)
  const payments = (await paymentsOfClaim(deps.db, claim)).filter((it) => it.reversedAt === null)
  const { moved, after } = payFromOverpaid({ ...claim, lines }, payments)
  const divided = await divisionsAgain(deps, claim, { before: payments, moved })
  const { paid, overpaid, state } = after
  const settles = state === 'settled'
  const change = { paid, overpaid, state, ...(settles ? { dunning: 'idle' as const } : {}) }
  const situation = await readSituation(deps, claim)
  const thread = await conversationOf(deps, claim)
  const reason = { code: 'credit-applied' }
  const body = { ...statusAfter(situation, { claim: change }), reason }
  const status = await prepareMessage(deps, { thread, kind: 'status', body, now })
  const { creditorId, claimId, currency } = claim
  const text = (minor: bigint) => formatAmount({ minor, currency }).value
  const event = (type: string, data: NewEvent['data']) => {
    return { creditorId, claimId, type, at: now, data }
  }
  await deps.db.transaction().execute(async (tx) => {
    if (!(await changeClaim(tx, claim, change))) throw new Outrun()
    for (const line of after.lines) await setLinePaid(tx, claim, line)
    for (const payment of divided) await divideAgain(tx, payment)
    if (settles) await endWhatWaited(tx, claim, { at: now, by: 'credit' })
    else await lookAtPlan(tx, claim, now)
    await appendToConversation(tx, thread, status, now)
    const amount = text(paid - claim.paid)
    const outstanding = text(after.outstanding)
    await appendEvents(tx, [
      event('credit.applied', {
        amount,
        currency,
        left: text(credit - paid + claim.paid),
        outstanding,
      }),
      ...(settles ? [event('payment-request.settled', {})] : []),
    ])
    if (claim.state === 'handed-over') {
      await tellAgency(deps, tx, { claim, origin: `credit:${claim.version}`, now })
    }
  })
}

/** The money that paid the other bill is not there any more: it is owed again as after a return. */
async function takeSetOffBack(
  deps: RecoverDeps,
  { claim, creditor, now: at }: CreditSituation,
  { setOffId, toClaimId, amount }: SetOff,
): Promise<void> {
  const { creditorId, claimId, currency } = claim
  const because = { kind: 'returned' as const, reason: undefined }
  const back = await prepareMoneyBack(deps, { creditor, transactionId: setOffId, because })
  const givenBack = claim.givenBack - amount
  const { value } = formatAmount({ minor: amount, currency })
  const data = { amount: value, currency, to: toClaimId }
  await deps.db.transaction().execute(async (tx) => {
    // In the order of their ids, as when it was set off.
    const isFirst = claimId < toClaimId
    if (!isFirst) await back.write(tx)
    if (!(await changeClaim(tx, claim, { givenBack }))) throw new Outrun()
    if (isFirst) await back.write(tx)
    await appendEvents(tx, [{ creditorId, claimId, type: 'credit.set-off-returned', at, data }])
  })
}

const LOOK = 'credit-not-covered'
const LOOK_SECONDS = 2 * 86_400

/** What has left the house cannot be stopped: each time that it is not covered a person looks. */
async function askPerson(
  deps: RecoverDeps,
  { claim, credit, now }: CreditSituation,
): Promise<void> {
  const payments = await paymentsOfClaim(deps.db, claim)
  const returned = payments.filter(({ reversedAt }) => reversedAt !== null).length
  const origin = `missing:${credit}:${claim.givenBack}:${returned}`
  const task = newTask(deps, claim, { kind: LOOK, origin, dueAt: now + LOOK_SECONDS, now })
  await deps.db.transaction().execute((tx) => insertTasks(tx, [task]))
}

/** What was missing came in again: nobody has to talk about it any more. */
async function endLook({ db }: RecoverDeps, { claim, now: at }: CreditSituation): Promise<void> {
  await db
    .transaction()
    .execute((tx) => endTasksOfKind(tx, claim, { kind: LOOK, at, by: 'payment' }))
}
