// An answer of a person takes effect, whatever the channel: portal, mail, text message, phone, letter.
// The claim, its holds, the agent's signed status, the event and the task are written together.
import { type Amount, dayInZone, err, formatAmount, ok, type Result } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import { decideDispute } from '../domain/claim/dispute.ts'
import { type HolidayCalendar, holidaysNamed } from '../domain/compliance/holidays.ts'
import type { IncomingAction } from '../domain/incoming/propose-action.ts'
import { effectOfReply, type ReplyEffect, type Said } from '../domain/incoming/reply-effect.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type Claim, findClaim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import type { Tx } from '../storage/database.ts'
import { closeChannel, findDebtor } from '../storage/debtors.ts'
import { appendEvent } from '../storage/events.ts'
import {
  countPersonReplies,
  findPersonReply,
  insertPersonReply,
} from '../storage/person-replies.ts'
import { insertTasks } from '../storage/tasks.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { prepareHoldChange } from './change-holds.ts'
import { dateWishStep } from './compose-answer.ts'
import {
  type ClaimSituation,
  type ExchangeDeps,
  readSituation,
  statusAfter,
} from './conversation-exchange.ts'
import type { Deps } from './deps.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { newTask } from './new-task.ts'
import { prepareMessage } from './prepare-message.ts'
import { queueAnswer } from './queue-answer.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'

export type ReplyDeps = ExchangeDeps &
  PlanDeps &
  Pick<Deps, 'vault'> & {
    /** Public holidays by country, and `TARGET` for the banks. */
    calendars: ReadonlyMap<string, HolidayCalendar>
  }

/** Two machines that answer each other must come to an end. */
export const MAX_ANSWERS_A_DAY = 5

/** What a person answered about one claim. */
export interface PersonReply extends Omit<Said, 'disputed'> {
  readonly creditorId: string
  readonly claimId: string
  /** Names the message: the same one has one effect. */
  readonly origin: string
  /** The part in dispute; all that is owed without. */
  readonly disputed?: Amount
  /** The person's own words and number, for whoever follows up; sealed. */
  readonly text?: string
  readonly phone?: string
}

/** What followed; the first time and every time after it. */
export interface TakenReply {
  readonly action: IncomingAction
  readonly isNew: boolean
}

/**
 * Gives an answer its effect; the same message once more has none. Refuses `not-found`, and for a
 * dispute of a part `amount-invalid` and `currency-mismatch`. A closed claim refuses nothing.
 */
export async function takeReply(
  deps: ReplyDeps,
  reply: PersonReply,
): Promise<Result<TakenReply, Refusal>> {
  return await retryWhenOutrun(() => take(deps, reply))
}

async function take(deps: ReplyDeps, reply: PersonReply): Promise<Result<TakenReply, Refusal>> {
  if ((await findClaim(deps.db, reply)) === undefined) {
    return err(refusal('not-found', 'you have no payment request with this id'))
  }
  const before = await findPersonReply(deps.db, reply)
  if (before !== undefined) return ok({ action: actionOf(before), isNew: false })
  const situation = await readSituation(deps, reply)
  const disputed = disputedPart(situation.claim, reply)
  if (!disputed.ok) return disputed
  const said = { ...reply, disputed: disputed.value }
  const effect = effectOfReply(said, await factsOf(deps, situation))
  await write(deps, situation, { reply, effect })
  return ok({ action: effect.action, isNew: true })
}

function actionOf({ action, day }: { action: string; day: string | null }): IncomingAction {
  return { kind: action, ...(day === null ? {} : { day }) } as IncomingAction
}

/** The disputed amount in minor units: all that is owed where no part is named. */
function disputedPart(claim: Claim, reply: PersonReply): Result<bigint, Refusal> {
  if (reply.action.kind !== 'open-dispute' || claim.state !== 'open') return ok(0n)
  const { currency } = claim
  const part = reply.disputed ?? formatAmount({ minor: outstandingOf(claim), currency })
  const decided = decideDispute(claim, part)
  if (!decided.ok || decided.value > 0n) return decided
  return err(refusal('amount-invalid', 'a dispute is about more than nothing', '/amount/value'))
}

async function factsOf(deps: ReplyDeps, { claim, holds, now }: ClaimSituation) {
  const [debtor, creditor] = await Promise.all([
    findDebtor(deps.db, claim),
    readCreditor(deps.db, claim.creditorId),
  ])
  const timeZone = debtor?.timeZone ?? creditor.timeZone
  const bankHolidays = holidaysNamed(deps.calendars, 'TARGET')
  const staffHolidays = deps.calendars.has(creditor.country)
    ? holidaysNamed(deps.calendars, creditor.country)
    : bankHolidays
  const today = dayInZone(now, timeZone)
  return { now, timeZone, today, claim, holds, bankHolidays, staffHolidays }
}

interface Decided {
  reply: PersonReply
  effect: ReplyEffect
}

async function write(
  deps: ReplyDeps,
  situation: ClaimSituation,
  { reply, effect }: Decided,
): Promise<void> {
  const { claim, now } = situation
  const held = await prepareHold(deps, situation, effect)
  await deps.db.transaction().execute(async (tx) => {
    await held?.(tx)
    const { creditorId, claimId } = claim
    const day = 'day' in effect.action ? effect.action.day : null
    const { origin, channel } = reply
    const row = { creditorId, claimId, origin, channel, action: effect.action.kind, day, at: now }
    if (!(await insertPersonReply(tx, row))) throw new Outrun()
    if (effect.closes !== undefined) await closeChannel(tx, claim, effect.closes)
    await writeTask(deps, tx, { claim, reply, effect, now })
    await answerWish(deps, tx, { claim, reply, effect, now })
    await appendEvent(tx, { creditorId, claimId, at: now, ...effect.event })
  })
  deps.outboxChanged()
}

/** What the hold does to claim, journey and agent; undefined where nothing is held. */
async function prepareHold(deps: ReplyDeps, situation: ClaimSituation, effect: ReplyEffect) {
  const { put, disputed } = effect
  if (put === undefined) return undefined
  const { claim, now } = situation
  const change = await prepareHoldChange(deps, situation, {
    put,
    ...(disputed === undefined ? {} : { claim: { disputed } }),
  })
  const thread = await conversationOf(deps, claim)
  const body = statusAfter(situation, { claim: change.after, holds: change.holds })
  const status = await prepareMessage(deps, { thread, kind: 'status', body, now })
  return async (tx: Tx) => {
    await change.write(tx)
    await appendToConversation(tx, thread, status, now)
  }
}

/** A wish for another day that came by mail is answered by mail, within bounds. */
async function answerWish(
  deps: ReplyDeps,
  tx: Tx,
  { claim, reply, effect, now }: Decided & { claim: Claim; now: number },
): Promise<void> {
  const isWish = effect.action.kind === 'offer-day' || effect.action.kind === 'offer-choice'
  if (!isWish || reply.channel !== 'email' || claim.state !== 'open') return
  const lately = { channel: 'email', since: now - 86_400 }
  if ((await countPersonReplies(tx, claim, lately)) > MAX_ANSWERS_A_DAY) return
  await queueAnswer(deps, tx, {
    claim,
    step: dateWishStep(reply.origin),
    channel: 'email',
    template: 'date-wish-t1',
  })
}

async function writeTask(
  deps: ReplyDeps,
  tx: Tx,
  { claim, reply, effect, now }: Decided & { claim: Claim; now: number },
): Promise<void> {
  const { task } = effect
  if (task === undefined) return
  const details = JSON.stringify(detailsOf(reply))
  await insertTasks(tx, [newTask(deps, claim, { ...task, origin: reply.origin, details, now })])
}

/** What whoever takes up the task must know. */
function detailsOf(reply: PersonReply) {
  const { channel, action, text, phone, reason, disputed, paidOn } = reply
  return { channel, proposed: action, text, phone, reason, disputed, paidOn }
}
