// Interest and fees of a claim change: the amount that is owed, the request over it and the items that
// explain it are written together. More is owed by a revision of the request; less may settle the claim.
import { formatAmount } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import { creditLines } from '../domain/claim/dispute.ts'
import type { ItemChange } from '../domain/compliance/charge-items.ts'
import { lookAtPlan } from '../storage/agreements.ts'
import { putCharges } from '../storage/charges.ts'
import { type Claim, changeClaim, planLinesOf, setLinesCredited } from '../storage/claims.ts'
import { markCharged, rescheduleStep } from '../storage/dunning-cases.ts'
import { appendEvents, type NewEvent } from '../storage/events.ts'
import { paymentsOfClaim } from '../storage/payments.ts'
import { askForThankYou } from '../storage/thank-you-requests.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { type ClaimSituation, readSituation, statusAfter } from './conversation-exchange.ts'
import type { Deps, Tx } from './deps.ts'
import { endWhatWaited } from './end-what-waited.ts'
import { type PlanDeps, planUnderHolds } from './hold-dunning.ts'
import { prepareMessage } from './prepare-message.ts'
import { prepareRevision } from './prepare-revision.ts'
import { Outrun } from './retry-when-outrun.ts'

export type ChargeDeps = Pick<Deps, 'clock' | 'ids' | 'signer' | 'publicUrl' | 'outboxChanged'> &
  PlanDeps

export interface ChargesWritten {
  claim: Claim
  changes: readonly ItemChange[]
  /** Who or what waived them; for the timeline. */
  by?: string
  /** The step that the charges belong to. */
  stepId?: string
}

/**
 * Writes changed charges. A reduction takes back no more than is still owed; the caller looks after
 * what was paid already.
 *
 * @throws {Outrun} when the claim changed since it was read.
 */
export async function writeCharges(deps: ChargeDeps, written: ChargesWritten): Promise<void> {
  const { claim, changes } = written
  const delta = changes.reduce((sum, { before, after }) => sum + after - before, 0n)
  const situation = await readSituation(deps, claim)
  if (situation.claim.version !== claim.version) throw new Outrun()
  const money = { principal: claim.principal + delta, charges: claim.charges + delta }
  const prepared = await prepare(deps, situation, money)
  await deps.db.transaction().execute(async (tx) => {
    await prepared.write(tx)
    await putCharges(
      tx,
      claim,
      changes.map(({ item }) => item),
    )
    if (written.stepId !== undefined) await markCharged(tx, claim, written.stepId)
    await appendEvents(tx, [
      ...changes.map((change) => chargeEvent(situation, written, change)),
      ...prepared.events,
    ])
  })
  deps.outboxChanged()
}

interface Prepared {
  write(tx: Tx): Promise<void>
  events: NewEvent[]
}

type Money = Pick<Claim, 'principal' | 'charges'>

async function prepare(
  deps: ChargeDeps,
  situation: ClaimSituation,
  money: Money,
): Promise<Prepared> {
  const { claim } = situation
  if (outstandingOf({ ...claim, ...money }) <= 0n) {
    return await prepareSettlement(deps, situation, money)
  }
  return claim.conversation === 'agreed'
    ? await prepareUnderPlan(deps, situation, money)
    : await prepareRequest(deps, situation, money)
}

/** The request over what is owed now. */
async function prepareRequest(
  deps: ChargeDeps,
  { claim, holds, now }: ClaimSituation,
  money: Money,
): Promise<Prepared> {
  const thread = await conversationOf(deps, claim)
  const revision = await prepareRevision(deps, { claim: { ...claim, ...money }, thread, now })
  const after = { ...claim, ...money, ...revision.change }
  const plan = await planUnderHolds(deps, { claim: after, holds, now })
  const { creditorId, claimId } = claim
  return {
    async write(tx) {
      const change = { ...money, ...revision.change, dunning: plan.dunning }
      if (!(await changeClaim(tx, claim, change))) throw new Outrun()
      await revision.write(tx)
      // The step that brought the charges stays due; an agent has its time before.
      const isWithAgent = revision.change.respondBy !== claim.respondBy
      if (isWithAgent && plan.nextActionAt !== undefined) {
        await rescheduleStep(tx, claim, plan.nextActionAt)
      }
    },
    events: [
      {
        creditorId,
        claimId,
        type: 'payment-request.revised',
        at: now,
        data: { revision: after.revision, reason: 'charges' },
      },
    ],
  }
}

/** What was agreed stands: its lines that fall due last bear what is not owed any more. */
async function prepareUnderPlan(
  deps: ChargeDeps,
  situation: ClaimSituation,
  money: Money,
): Promise<Prepared> {
  const { claim, now } = situation
  const thread = await conversationOf(deps, claim)
  const body = statusAfter(situation, { claim: money })
  const status = await prepareMessage(deps, { thread, kind: 'status', body, now })
  const lines = await planLinesOf(deps.db, claim)
  return {
    async write(tx) {
      if (!(await changeClaim(tx, claim, money))) throw new Outrun()
      await setLinesCredited(tx, claim, creditLines(lines, claim.principal - money.principal))
      await lookAtPlan(tx, claim, now)
      await appendToConversation(tx, thread, status, now)
    },
    events: [],
  }
}

/** Without the charges nothing is owed any more. */
async function prepareSettlement(
  deps: ChargeDeps,
  situation: ClaimSituation,
  money: Money,
): Promise<Prepared> {
  const { claim, now } = situation
  const settled = { ...money, state: 'settled' as const, dunning: 'idle' as const }
  const thread = await conversationOf(deps, claim)
  const body = statusAfter(situation, { claim: settled })
  const status = await prepareMessage(deps, { thread, kind: 'status', body, now })
  const lines = await planLinesOf(deps.db, claim)
  const payments = await paymentsOfClaim(deps.db, claim)
  const paymentId = payments.findLast(({ reversedAt }) => reversedAt === null)?.paymentId
  const { creditorId, claimId } = claim
  return {
    async write(tx) {
      if (!(await changeClaim(tx, claim, settled))) throw new Outrun()
      await setLinesCredited(tx, claim, creditLines(lines, claim.principal - money.principal))
      await appendToConversation(tx, thread, status, now)
      await endWhatWaited(tx, claim, { at: now, by: 'charges' })
      if (paymentId !== undefined) await askForThankYou(tx, { ...claim, paymentId })
    },
    events: [{ creditorId, claimId, type: 'payment-request.settled', at: now, data: {} }],
  }
}

function chargeEvent(
  { claim, now }: ClaimSituation,
  { by }: ChargesWritten,
  { kind, item, before, after }: ItemChange,
): NewEvent {
  const { creditorId, claimId, currency } = claim
  const text = (minor: bigint) => formatAmount({ minor, currency }).value
  const { rule, period, formula, reason } = item
  const data = { rule, period, currency, before: text(before), after: text(after), formula }
  const type =
    item.state === 'waived' ? 'charge.waived' : `charge.${kind === 'charged' ? 'added' : kind}`
  const event = { creditorId, claimId, type, at: now }
  // The rules give a code, somebody gives words.
  return by === undefined || reason === null
    ? { ...event, data: { ...data, reason } }
    : { ...event, data: { ...data, by }, words: { reason } }
}
