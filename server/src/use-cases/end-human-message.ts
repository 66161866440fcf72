// How a message to a person ends: it left, it must not leave, it cannot leave this way, or it waits. The
// message, the timeline and what follows are written together.
import type { Channel } from '../domain/compliance/profile.ts'
import { nextChannel } from '../domain/dunning/choose-channels.ts'
import { stepIdOf } from '../domain/dunning/step-key.ts'
import { findClaim } from '../storage/claims.ts'
import { appendEvents, enqueue, type NewEvent } from '../storage/events.ts'
import {
  channelsOfStep,
  type HumanMessage,
  insertHumanMessages,
} from '../storage/human-messages.ts'
import {
  endMessage,
  letGo,
  type MessageEnd,
  returnToQueue,
  type TakenMessage,
} from '../storage/sending-messages.ts'
import { insertTasks } from '../storage/tasks.ts'
import { isThankYou } from './compose-answer.ts'
import type { Composition } from './compose-human-message.ts'
import type { Deps, Tx } from './deps.ts'
import { newTask } from './new-task.ts'
import { readStepSources } from './read-step-sources.ts'
import { stepFactsOf } from './step-facts-of-claim.ts'
import { letLeave } from './tell-along.ts'

export type EndDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'journeyBook' | 'laws' | 'servedChannels' | 'outboxChanged'
>

/** Ends a message that has left. */
export async function finishMessage(
  deps: EndDeps,
  message: HumanMessage,
  end: Omit<MessageEnd, 'at'>,
  more: (tx: Tx) => Promise<void> = async () => {},
): Promise<void> {
  const at = deps.clock.now()
  const { creditorId, claimId, step, template, channel } = message
  const type = typeOf(message)
  const data = { step: stepIdOf(step), template, channel }
  const told = end.delivery === 'unknown' ? { ...data, delivery: 'unknown' } : data
  await deps.db.transaction().execute(async (tx) => {
    if (!(await endMessage(tx, message, { ...end, at }))) return
    await more(tx)
    await appendEvents(tx, [{ creditorId, claimId, type, at, data: told }])
  })
  deps.outboxChanged()
}

function typeOf({ step, channel }: HumanMessage): string {
  if (channel === 'app') return 'agent.reminded'
  return isThankYou({ step }) ? 'thank-you.sent' : 'reminder.sent'
}

/** What does not go by this channel may go by another. */
const OTHER_CHANNEL = new Set([
  'address-unusable',
  'no-address',
  'agent-not-reminded',
  'sender-incomplete',
])

/** What a person must add before such a message can leave. */
const NEEDS_FACTS = new Set(['facts-missing', 'sender-incomplete'])

/** What must not leave: nobody hears of it, and a text that cannot be written is looked at. */
export async function dropMessage(
  deps: EndDeps,
  message: TakenMessage,
  reason: string,
): Promise<void> {
  if (OTHER_CHANNEL.has(reason)) return await failMessage(deps, message, reason)
  const at = deps.clock.now()
  await deps.db.transaction().execute(async (tx) => {
    if (!(await endMessage(tx, message, { state: 'dropped', at }, message.sendingUntil))) return
    if (NEEDS_FACTS.has(reason)) await askForFacts(deps, tx, message)
    await letLeave(tx, message)
    await appendEvents(tx, [skipped(message, reason, at)])
  })
  deps.outboxChanged()
}

async function askForFacts(deps: EndDeps, tx: Tx, message: HumanMessage): Promise<void> {
  const now = deps.clock.now()
  const asked = { kind: 'complete-notice', origin: message.messageId }
  await insertTasks(tx, [newTask(deps, message, { ...asked, dueAt: now + 86_400, now })])
}

/** What was turned away for good goes by the next channel of its step. */
export async function failMessage(
  deps: EndDeps,
  message: TakenMessage,
  reason: string,
): Promise<void> {
  const at = deps.clock.now()
  const next = await fallbackOf(deps, message)
  await deps.db.transaction().execute(async (tx) => {
    if (!(await endMessage(tx, message, { state: 'failed', at }, message.sendingUntil))) return
    await appendEvents(tx, [skipped(message, reason, at)])
    if (NEEDS_FACTS.has(reason)) await askForFacts(deps, tx, message)
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

async function fallbackOf(deps: EndDeps, message: HumanMessage): Promise<Channel | null> {
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

/** Puts a message off, with the reason. */
export async function deferMessage(
  deps: EndDeps,
  message: TakenMessage,
  { until, reason }: Extract<Composition, { kind: 'defer' }>,
): Promise<void> {
  const { creditorId, claimId, step } = message
  const at = deps.clock.now()
  await deps.db.transaction().execute(async (tx) => {
    // Whether it left already is not known any better by morning.
    const giveBack = message.leaving === null ? returnToQueue : letGo
    if (!(await giveBack(tx, message, until))) return
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
