// Sends one queued e-mail to a person: take it, compose it from the facts of now, hand it to the
// mail server, write down that it was accepted. The journey decided before; nothing is planned here.
import { appendEvent } from '../storage/events.ts'
import {
  endMessage,
  type HumanMessage,
  type HumanMessageKey,
  queuedSince,
  returnToQueue,
  takeForSending,
} from '../storage/human-messages.ts'
import { type ComposeDeps, type Composition, composeHumanMessage } from './compose-human-message.ts'
import type { Deps } from './deps.ts'
import type { Mailer } from './outbound-ports.ts'
import { again, DONE, type WorkOutcome } from './work-outcome.ts'

export type SendDeps = ComposeDeps &
  Pick<Deps, 'outboxChanged'> & {
    /** Undefined when no mail server is configured: messages then stay queued. */
    mailer: Mailer | undefined
    log: { warn(facts: object, message: string): void }
  }

/** Longer than any conversation with a mail server may take. */
const SENDING_SECONDS = 180
/** Longer than the queue tries by itself: its job is looked after until then. */
const QUEUE_TRIES_SECONDS = 6 * 3_600
/** How long, and how often, a message is taken up again after the queue has given up. */
const TRY_FOR_SECONDS = 3 * 86_400
const TRY_AGAIN_SECONDS = 3_600

const toldOf = new WeakSet<object>()

/**
 * Sends a message that is still queued and still right: `reminder.sent` or `thank-you.sent` follows
 * when the mail server has accepted it. One that is not right any more is dropped, one that the
 * server turns away for good has failed, each with `reminder.skipped`; one that may leave later
 * stays queued. `again` when the mail server could not take it now.
 *
 * Between the server's acceptance and the commit lies one statement: a process that dies there
 * leaves the message queued, and it is sent once more with the same Message-ID.
 */
export async function sendHumanMessage(deps: SendDeps, key: HumanMessageKey): Promise<WorkOutcome> {
  const { mailer } = deps
  if (mailer === undefined) {
    tellOnce(deps)
    return DONE
  }
  const message = await takeForSending(deps.db, key, SENDING_SECONDS)
  if (message === 'gone') return DONE
  if (message === 'busy') return again('another worker is sending this message')
  try {
    return await send(deps, mailer, message)
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
  if (since === undefined || deps.mailer === undefined) return
  const now = deps.clock.now()
  if (now < since + TRY_FOR_SECONDS) await returnToQueue(deps.db, key, now + TRY_AGAIN_SECONDS)
  else await end(deps, key, { state: 'failed', reason: 'undeliverable' })
}

async function send(deps: SendDeps, mailer: Mailer, message: HumanMessage): Promise<WorkOutcome> {
  const composed = await composeHumanMessage(deps, message)
  if (composed.kind === 'drop') {
    await end(deps, message, { state: 'dropped', reason: composed.reason })
    return DONE
  }
  if (composed.kind === 'defer') {
    await defer(deps, message, composed)
    return DONE
  }
  const { messageId } = message
  const sent = await mailer.send({ to: composed.to, messageId, ...composed.message })
  if (sent.ok) {
    await end(deps, message, { state: 'sent' })
    return DONE
  }
  if (sent.error.code === 'permanent') {
    await end(deps, message, { state: 'failed', reason: 'undeliverable' })
    return DONE
  }
  await returnToQueue(deps.db, message, deps.clock.now() + QUEUE_TRIES_SECONDS)
  return again(`the mail server: ${sent.error.detail}`)
}

type Ending = { state: 'sent' } | { state: 'failed' | 'dropped'; reason: string }

async function end(deps: SendDeps, key: HumanMessageKey, ending: Ending): Promise<void> {
  const at = deps.clock.now()
  await deps.db.transaction().execute(async (tx) => {
    const ended = await endMessage(tx, key, { state: ending.state, at })
    if (ended === undefined) return
    const { claimId, step, template } = ended
    const isSent = ending.state === 'sent'
    const sentType = template === 'thank-you' ? 'thank-you.sent' : 'reminder.sent'
    await appendEvent(tx, {
      creditorId: key.creditorId,
      claimId,
      type: isSent ? sentType : 'reminder.skipped',
      at,
      data: isSent ? { step, template, channel: 'email' } : { step, reason: ending.reason },
    })
  })
  deps.outboxChanged()
}

async function defer(
  deps: SendDeps,
  message: HumanMessage,
  { until, reason }: Extract<Composition, { kind: 'defer' }>,
): Promise<void> {
  const { creditorId, claimId, step } = message
  await deps.db.transaction().execute(async (tx) => {
    await returnToQueue(tx, message, until)
    const type = 'reminder.deferred'
    const data = { step, reason, until }
    await appendEvent(tx, { creditorId, claimId, type, at: deps.clock.now(), data })
  })
  deps.outboxChanged()
}

function tellOnce({ log }: SendDeps): void {
  if (toldOf.has(log)) return
  toldOf.add(log)
  log.warn({}, 'no mail server is configured: messages to people stay queued until one is')
}
