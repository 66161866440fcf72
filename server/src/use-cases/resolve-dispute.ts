// The creditor decides on a dispute. Upheld, what is owed falls by a credit, which may settle the
// claim; a request that nobody agreed on is revised with it. Rejected, reminders go on. Spec: DIS-02.
import { type Amount, err, formatAmount, ok, type Result } from '@parley/sdk/protocol'
import { isWithAgent, outstandingOf } from '../domain/claim/claim.ts'
import { feeLeft } from '../domain/claim/credit-note.ts'
import { creditLines, type DisputeDecision, decideResolution } from '../domain/claim/dispute.ts'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { lookAtPlan } from '../storage/agreements.ts'
import { lastRelease } from '../storage/claim-holds.ts'
import {
  type Claim,
  type ClaimChange,
  findClaim,
  planLinesOf,
  setLinesCredited,
} from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { appendEvents, type NewEvent } from '../storage/events.ts'
import type { PreparedMessage, Thread } from '../storage/threads.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { prepareHoldChange } from './change-holds.ts'
import {
  type ClaimSituation,
  type ExchangeDeps,
  readSituation,
  statusAfter,
} from './conversation-exchange.ts'
import type { Along } from './deps.ts'
import { endWhatWaited } from './end-what-waited.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { prepareMessage } from './prepare-message.ts'
import { prepareRevision, type Revision } from './prepare-revision.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'

type ResolveDeps = ExchangeDeps & PlanDeps

export interface ResolveDispute extends DisputeDecision, Along {
  creditorId: string
  claimId: string
  credit?: Amount
  /** Told to the agent. */
  text?: string
}

/**
 * Decides on the open dispute of a claim; the decision of before once more has no effect. Refuses
 * `text-invalid`, `not-found`, `dispute-unknown`, and as decideResolution does.
 */
export async function resolveDispute(
  deps: ResolveDeps,
  command: ResolveDispute,
): Promise<Result<void, Refusal>> {
  const { text } = command
  const refused = text === undefined ? undefined : textRefusal(text, 105, '/text')
  if (refused !== undefined) return err(refused)
  return await retryWhenOutrun(() => resolve(deps, command))
}

async function resolve(deps: ResolveDeps, command: ResolveDispute): Promise<Result<void, Refusal>> {
  if ((await findClaim(deps.db, command)) === undefined) {
    return err(refusal('not-found', 'you have no payment request with this id'))
  }
  const situation = await readSituation(deps, command)
  if (!situation.holds.some(({ reason }) => reason === 'dispute')) {
    return await decidedBefore(deps, command)
  }
  const credit = decideResolution(situation.claim, command)
  if (!credit.ok) return credit
  await write(deps, situation, { command, credit: credit.value })
  return ok(undefined)
}

/** How a decision is remembered; with the credit that was asked for, if any. */
function nameOf({ outcome, credit }: DisputeDecision): string {
  return credit === undefined ? outcome : `${outcome} ${credit.value} ${credit.currency}`
}

async function decidedBefore(
  deps: ResolveDeps,
  command: ResolveDispute,
): Promise<Result<void, Refusal>> {
  const last = await lastRelease(deps.db, command, 'dispute')
  return last === nameOf(command)
    ? ok(undefined)
    : err(refusal('dispute-unknown', 'nothing is disputed'))
}

interface Decided {
  command: ResolveDispute
  /** What is forgiven, in minor units. */
  credit: bigint
}

/** A decision with everything that is signed for it. */
interface Prepared {
  thread: Thread
  status: PreparedMessage
  /** The request over what is left; undefined when a plan stands or nothing is left. */
  revision: Revision | undefined
  claim: ClaimChange
}

async function write(
  deps: ResolveDeps,
  situation: ClaimSituation,
  decided: Decided,
): Promise<void> {
  const { claim, now } = situation
  const prepared = await prepare(deps, situation, decided)
  const change = await prepareHoldChange(deps, situation, {
    claim: prepared.claim,
    release: { reason: 'dispute', as: nameOf(decided.command) },
  })
  const lines = await planLinesOf(deps.db, claim)
  const less = decided.credit + feeLeft(claim, decided.credit)
  const { thread, status, revision } = prepared
  await deps.db.transaction().execute(async (tx) => {
    await change.write(tx)
    await appendToConversation(tx, thread, status, now)
    if (revision === undefined) await setLinesCredited(tx, claim, creditLines(lines, less))
    else await revision.write(tx)
    if (change.after.state === 'settled') await endWhatWaited(tx, claim, { at: now, by: 'dispute' })
    else if (decided.credit > 0n) await lookAtPlan(tx, claim, now)
    await appendEvents(tx, eventsOf(situation, decided, change.after))
    await decided.command.along?.(tx)
  })
  deps.outboxChanged()
}

async function prepare(
  deps: ResolveDeps,
  situation: ClaimSituation,
  { command, credit }: Decided,
): Promise<Prepared> {
  const { claim, holds, now } = situation
  const thread = await conversationOf(deps, claim)
  const money = moneyAfter(claim, credit)
  const { outcome, text } = command
  const reason = { code: `dispute-${outcome}`, ...(text === undefined ? {} : { text }) }
  const left = holds.filter((hold) => hold.reason !== 'dispute')
  const body = { ...statusAfter(situation, { claim: money, holds: left }), reason }
  const status = await prepareMessage(deps, { thread, kind: 'status', body, now })
  const isRevised = credit > 0n && money.state === 'open' && claim.conversation !== 'agreed'
  const revision = isRevised
    ? await prepareRevision(deps, { claim: { ...claim, ...money }, thread, now, after: status })
    : undefined
  const time = revision === undefined ? await timeAgain(deps, situation, thread) : revision.change
  return { thread, status, revision, claim: { ...money, ...time } }
}

function moneyAfter(claim: Claim, credit: bigint) {
  const price = claim.price - feeLeft(claim, credit)
  const after = { price, credit: claim.credit + credit, disputed: 0n }
  const isSettled = claim.state === 'open' && outstandingOf({ ...claim, ...after }) === 0n
  return isSettled
    ? { ...after, state: 'settled' as const, dunning: 'idle' as const }
    : { ...after, state: claim.state }
}

/** An agent that has not answered yet has its whole time to answer again. */
async function timeAgain(
  deps: ResolveDeps,
  { claim, now }: ClaimSituation,
  { enrolmentId }: Thread,
): Promise<ClaimChange> {
  if (enrolmentId === null || !isWithAgent(claim.conversation)) return {}
  const { responseTimeHours } = await readCreditor(deps.db, claim.creditorId)
  return { respondBy: Math.max(claim.respondBy, now + responseTimeHours * 3_600) }
}

function eventsOf(
  { claim, now }: ClaimSituation,
  { command, credit }: Decided,
  after: Claim,
): NewEvent[] {
  const { creditorId, claimId, currency } = claim
  const event = (type: string, data: NewEvent['data']) => {
    return { creditorId, claimId, type, at: now, data }
  }
  const value = formatAmount({ minor: credit, currency }).value
  const isSettled = claim.state === 'open' && after.state === 'settled'
  const { revision } = after
  const outstanding = formatAmount({ minor: outstandingOf(after), currency }).value
  return [
    event(
      `dispute.${command.outcome}`,
      credit > 0n ? { credit: value, currency, outstanding } : {},
    ),
    ...(revision > claim.revision ? [event('payment-request.revised', { revision })] : []),
    ...(isSettled ? [event('payment-request.settled', { credit: value })] : []),
  ]
}
