// Sends one queued message to a person: take it, compose it from the facts of now, hand it to its
// channel, write down how that ended. The journey decided before; nothing is planned here.

import { dayInZone, instantInZone } from '@parley/sdk/protocol'
import type { Channel } from '../domain/compliance/profile.ts'
import { nextChannel } from '../domain/dunning/choose-channels.ts'
import { stepIdOf } from '../domain/dunning/step-key.ts'
import { addWorkingDays } from '../domain/working-days.ts'
import { findClaim } from '../storage/claims.ts'
import { appendEvents, enqueue, type NewEvent } from '../storage/events.ts'
import {
  channelsOfStep,
  endMessage,
  type HumanMessage,
  type HumanMessageKey,
  insertHumanMessages,
  type MessageEnd,
  queuedSince,
  returnToQueue,
  stateOfMessage,
  type ToldAlong,
  takeForSending,
  untellAlong,
} from '../storage/human-messages.ts'
import { insertTasks } from '../storage/tasks.ts'
import { isThankYou } from './compose-answer.ts'
import { type ComposeDeps, type Composition, composeHumanMessage } from './compose-human-message.ts'
import { type Delivered, deliverContent, type HumanPorts } from './deliver-content.ts'
import type { Deps, Tx } from './deps.ts'
import { readStepSources } from './read-step-sources.ts'
import { prepareAgentReminder } from './remind-agent.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'
import { lawOfClaim, stepFactsOf } from './step-facts-of-claim.ts'
import { again, DONE, type WorkOutcome } from './work-outcome.ts'

export type SendDeps = ComposeDeps &
  HumanPorts &
  Pick<Deps, 'ids' | 'signer' | 'publicUrl' | 'vault' | 'outboxChanged'> & {
    log: { warn(facts: object, message: string): void }
  }

/** Longer than any conversation with a mail server or a provider may take. */
const SENDING_SECONDS = 180
/** Longer than the queue tries by itself: its job is looked after until then. */
const QUEUE_TRIES_SECONDS = 6 * 3_600
/** How long, and how often, a message is taken up again after the queue has given up. */
const TRY_FOR_SECONDS = 3 * 86_400
const TRY_AGAIN_SECONDS = 3_600

/** What was told to the log, once for each of its channels. */
const toldOf = new WeakMap<object, Set<string>>()

/**
 * Sends a message that is still queued and still right: `reminder.sent` or `thank-you.sent` follows
 * when its channel has accepted it. One that is not right any more is dropped, one that is turned away
 * for good has failed, each with `reminder.skipped`, and goes by the next channel of its step where
 * there is one; one that may leave later stays queued. `again` when the channel could not take it now.
 *
 * Between the channel's acceptance and the commit lies one statement: a process that dies there
 * leaves the message queued, and it is sent once more under the same id.
 */
export async function sendHumanMessage(deps: SendDeps, key: HumanMessageKey): Promise<WorkOutcome> {
  const message = await takeForSending(deps.db, key, SENDING_SECONDS)
  if (message === 'gone') return DONE
  if (message === 'busy') return again('another worker is sending this message')
  try {
    return await send(deps, message)
  } catch (error) {
    await returnToQueue(deps.db, message, deps.clock.now() + QUEUE_TRIES_SECONDS)
    throw error
  }
}

/**
 * After the last try of the queue: the message waits to be taken up again, for three days from when
 * it was written; after that it has failed.
 */
export async function giveUpHumanMessage(deps: SendDeps, key: HumanMessageKey): Promise<void> {
  const since = await queuedSince(deps.db, key)
  if (since === undefined) return
  const now = deps.clock.now()
  if (now < since + TRY_FOR_SECONDS) {
    await returnToQueue(deps.db, key, now + TRY_AGAIN_SECONDS)
    return
  }
  const message = await takeForSending(deps.db, key, SENDING_SECONDS)
  if (typeof message !== 'string') await fail(deps, message, 'undeliverable')
}

async function send(deps: SendDeps, message: HumanMessage): Promise<WorkOutcome> {
  if (message.toldIn !== null) return await awaitOther(deps, message, message.toldIn)
  const composed = await composeHumanMessage(deps, message)
  if (composed.kind === 'drop') {
    await drop(deps, message, composed.reason)
    return DONE
  }
  if (composed.kind === 'defer') {
    await defer(deps, message, composed)
    return DONE
  }
  const { content } = composed
  if (content.kind === 'app') return await remind(deps, message)
  if (content.kind === 'call') return await askForCall(deps, message, { composed, content })
  return await judge(deps, { message, composed }, await deliverContent(deps, message, content))
}

/** What is told in another message waits for it, and leaves by itself when that one is gone. */
async function awaitOther(
  deps: SendDeps,
  message: HumanMessage,
  messageId: string,
): Promise<WorkOutcome> {
  const lead = { creditorId: message.creditorId, messageId }
  if ((await stateOfMessage(deps.db, lead)) !== 'queued') {
    await deps.db.transaction().execute((tx) => letLeave(tx, lead))
    deps.outboxChanged()
  }
  await returnToQueue(deps.db, message, deps.clock.now() + TRY_AGAIN_SECONDS)
  return DONE
}

async function letLeave(tx: Tx, lead: HumanMessageKey): Promise<void> {
  for (const { creditorId, messageId } of await untellAlong(tx, lead)) {
    await enqueue(tx, creditorId, 'send-message', { messageId })
  }
}

/** Ends what a message has told along; what it left out leaves by itself. */
async function endAlong(
  deps: SendDeps,
  tx: Tx,
  message: HumanMessage,
  told: readonly ToldAlong[],
): Promise<void> {
  const at = deps.clock.now()
  const { channel } = message
  for (const { creditorId, claimId, messageId, step, template } of told) {
    if (!(await endMessage(tx, { creditorId, messageId }, { state: 'sent', at }))) continue
    const data = { step: stepIdOf(step), template, channel, toldIn: message.messageId }
    await appendEvents(tx, [{ creditorId, claimId, type: 'reminder.sent', at, data }])
  }
  await letLeave(tx, message)
}

type Ready = Extract<Composition, { kind: 'ready' }>

async function judge(
  deps: SendDeps,
  { message, composed }: { message: HumanMessage; composed: Ready },
  delivered: Delivered,
): Promise<WorkOutcome> {
  switch (delivered.kind) {
    case 'accepted':
      await finish(
        deps,
        message,
        { ...sentBy(delivered), notice: composed.notice?.stored ?? null },
        (tx) => endAlong(deps, tx, message, composed.told ?? []),
      )
      return DONE
    case 'never':
      await fail(deps, message, 'undeliverable')
      return DONE
    case 'no-port':
      tellOnce(deps, message.channel)
      await returnToQueue(deps.db, message, deps.clock.now() + TRY_AGAIN_SECONDS)
      return DONE
    case 'later': {
      const { detail, retryAfterSeconds = QUEUE_TRIES_SECONDS } = delivered
      await returnToQueue(deps.db, message, deps.clock.now() + retryAfterSeconds)
      return again(detail)
    }
  }
}

function sentBy(delivered: Extract<Delivered, { kind: 'accepted' }>): Omit<MessageEnd, 'at'> {
  const { provider, providerId, cost, isUnsure = false } = delivered
  return {
    state: 'sent',
    provider,
    providerId,
    delivery: isUnsure ? 'unknown' : 'accepted',
    ...(cost === undefined ? {} : { cost }),
  }
}

/** The person's agent gets the signed reminder; one that is gone since leaves the message unsent. */
async function remind(deps: SendDeps, message: HumanMessage): Promise<WorkOutcome> {
  return await retryWhenOutrun(async () => {
    const append = await prepareAgentReminder(deps, message)
    if (append === undefined) await fail(deps, message, 'no-address')
    else await finish(deps, message, { state: 'sent', provider: 'parley' }, append)
    return DONE
  })
}

const CALL_WITHIN_DAYS = 1
const END_OF_WORK = '17:00'

/** A call is made by a person: the task holds what to say. */
async function askForCall(
  deps: SendDeps,
  message: HumanMessage,
  call: { composed: Ready; content: Extract<Ready['content'], { kind: 'call' }> },
): Promise<WorkOutcome> {
  const now = deps.clock.now()
  const claim = await findClaim(deps.db, message)
  if (claim === undefined) return DONE
  const { creditor, ...sources } = await readStepSources(deps.db, claim, now)
  const holidays = lawOfClaim(deps.laws, { ...sources, creditor })?.holidays ?? new Set<string>()
  const today = dayInZone(now, creditor.timeZone)
  const day = addWorkingDays(today, CALL_WITHIN_DAYS, holidays)
  const { creditorId, claimId, debtorId, messageId } = message
  const details = deps.vault.seal(JSON.stringify({ script: call.content.script }))
  const kind = 'call-the-customer'
  const dueAt = instantInZone(day, END_OF_WORK, creditor.timeZone)
  const notice = call.composed.notice?.stored ?? null
  await finish(deps, message, { state: 'sent', provider: 'desk', notice }, async (tx) => {
    const taskId = deps.ids.newId('tk')
    const common = { creditorId, taskId, claimId, debtorId, kind, details, dueAt, createdAt: now }
    await insertTasks(tx, [{ ...common, origin: messageId }])
  })
  return DONE
}

/** Ends a message that has left. */
async function finish(
  deps: SendDeps,
  message: HumanMessage,
  end: Omit<MessageEnd, 'at'>,
  more: (tx: Tx) => Promise<void> = async () => {},
): Promise<void> {
  const at = deps.clock.now()
  const { creditorId, claimId, step, template, channel } = message
  const type = typeOf(message)
  await deps.db.transaction().execute(async (tx) => {
    if (!(await endMessage(tx, message, { ...end, at }))) return
    await more(tx)
    await appendEvents(tx, [
      { creditorId, claimId, type, at, data: { step: stepIdOf(step), template, channel } },
    ])
  })
  deps.outboxChanged()
}

function typeOf({ step, channel }: HumanMessage): string {
  if (channel === 'app') return 'agent.reminded'
  return isThankYou({ step }) ? 'thank-you.sent' : 'reminder.sent'
}

/** What does not go by this channel may go by another. */
const OTHER_CHANNEL = new Set(['address-unusable', 'no-address', 'agent-not-reminded'])

/** What must not leave: nobody hears of it, and a text that cannot be written is looked at. */
async function drop(deps: SendDeps, message: HumanMessage, reason: string): Promise<void> {
  if (OTHER_CHANNEL.has(reason)) return await fail(deps, message, reason)
  const at = deps.clock.now()
  await deps.db.transaction().execute(async (tx) => {
    if (!(await endMessage(tx, message, { state: 'dropped', at }))) return
    if (reason === 'facts-missing') await askForFacts(deps, tx, message)
    await letLeave(tx, message)
    await appendEvents(tx, [skipped(message, reason, at)])
  })
  deps.outboxChanged()
}

async function askForFacts(deps: SendDeps, tx: Tx, message: HumanMessage): Promise<void> {
  const { creditorId, claimId, debtorId, messageId } = message
  const now = deps.clock.now()
  await insertTasks(tx, [
    {
      creditorId,
      taskId: deps.ids.newId('tk'),
      claimId,
      debtorId,
      kind: 'complete-notice',
      origin: messageId,
      details: null,
      dueAt: now + 86_400,
      createdAt: now,
    },
  ])
}

/** What was turned away for good goes by the next channel of its step. */
async function fail(deps: SendDeps, message: HumanMessage, reason: string): Promise<void> {
  const at = deps.clock.now()
  const next = await fallbackOf(deps, message)
  await deps.db.transaction().execute(async (tx) => {
    if (!(await endMessage(tx, message, { state: 'failed', at }))) return
    await appendEvents(tx, [skipped(message, reason, at)])
    await letLeave(tx, message)
    if (next === null) return
    const messageId = deps.ids.newId('hm')
    const [isNew] = await insertHumanMessages(tx, [
      { ...message, messageId, channel: next, createdAt: at },
    ])
    if (isNew !== undefined) {
      await enqueue(tx, message.creditorId, 'send-message', { messageId })
    }
  })
  deps.outboxChanged()
}

async function fallbackOf(deps: SendDeps, message: HumanMessage): Promise<Channel | null> {
  const { journeyId, journeyVersion } = message
  const journey = await deps.journeyBook.versionOf(journeyId ?? '', journeyVersion ?? 0)
  const step = journey?.steps.find(({ id }) => id === stepIdOf(message.step))
  const claim = await findClaim(deps.db, message)
  if (journey === undefined || step === undefined || claim === undefined) return null
  const tried = await channelsOfStep(deps.db, message)
  const sources = await readStepSources(deps.db, claim, deps.clock.now())
  const on = { stepsDone: [], triggerAt: message.createdAt, anchorDay: null }
  const { reach, law } = stepFactsOf(sources, { journey, on }, deps)
  return nextChannel(step, tried as Channel[], { reach, law })
}

async function defer(
  deps: SendDeps,
  message: HumanMessage,
  { until, reason }: Extract<Composition, { kind: 'defer' }>,
): Promise<void> {
  const { creditorId, claimId, step } = message
  const at = deps.clock.now()
  await deps.db.transaction().execute(async (tx) => {
    await returnToQueue(tx, message, until)
    const data = { step: stepIdOf(step), reason, until }
    await appendEvents(tx, [{ creditorId, claimId, type: 'reminder.deferred', at, data }])
  })
  deps.outboxChanged()
}

function skipped(message: HumanMessage, reason: string, at: number): NewEvent {
  const { creditorId, claimId, step, channel } = message
  return {
    creditorId,
    claimId,
    type: 'reminder.skipped',
    at,
    data: { step: stepIdOf(step), channel, reason },
  }
}

function tellOnce({ log }: SendDeps, channel: string): void {
  const told = toldOf.get(log) ?? new Set<string>()
  toldOf.set(log, told)
  if (told.has(channel)) return
  told.add(channel)
  log.warn({ channel }, 'nothing is configured for this channel: its messages stay queued')
}
