// Sends one queued message to a person: take it, compose it from the facts of now, hand it to its
// channel, write down how that ended. The journey decided before; nothing is planned here.

import type { StoredLeaving } from '../storage/column-types.ts'
import type { HumanMessageKey } from '../storage/human-messages.ts'
import { isSameNotice } from '../storage/notices.ts'
import {
  letGo,
  noteLeaving,
  postpone,
  queuedSince,
  returnToQueue,
  type TakenMessage,
  takeForSending,
} from '../storage/sending-messages.ts'
import { askForCall } from './ask-for-call.ts'
import { type ComposeDeps, type Composition, composeHumanMessage } from './compose-human-message.ts'
import { type Delivered, deliverContent, type Handing, type HumanPorts } from './deliver-content.ts'
import type { Deps } from './deps.ts'
import { deferMessage, dropMessage, failMessage, finishMessage } from './end-human-message.ts'
import type { Carrier } from './outbound-ports.ts'
import { prepareAgentReminder } from './remind-agent.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'
import { awaitOther, endAlong } from './tell-along.ts'
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
 * Before its last byte the message is written down as leaving. A process that dies after that has
 * perhaps sent it: it is asked for again only where the provider knows it by its key, and else ends
 * as sent with the delivery `unknown`, which gives nobody a term and costs nobody anything.
 */
export async function sendHumanMessage(deps: SendDeps, key: HumanMessageKey): Promise<WorkOutcome> {
  const message = await takeForSending(deps.db, key, SENDING_SECONDS)
  if (message === 'gone') return DONE
  if (message === 'busy') return again('another worker is sending this message')
  try {
    return await send(deps, message)
  } catch (error) {
    await letGo(deps.db, message, deps.clock.now() + QUEUE_TRIES_SECONDS)
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
    await postpone(deps.db, key, now + TRY_AGAIN_SECONDS)
    return
  }
  const message = await takeForSending(deps.db, key, SENDING_SECONDS)
  if (typeof message === 'string') return
  if (message.leaving === null) await failMessage(deps, message, 'undeliverable')
  else await finishUnsure(deps, message, message.leaving)
}

async function send(deps: SendDeps, message: TakenMessage): Promise<WorkOutcome> {
  const { leaving } = message
  if (leaving !== null && !leaving.mayRepeat) return await finishUnsure(deps, message, leaving)
  if (message.toldIn !== null) return await awaitOther(deps, message, message.toldIn)
  const composed = await composeHumanMessage(deps, message)
  if (leaving !== null && !isRepeatable(deps, { message, leaving, composed })) {
    return await finishUnsure(deps, message, leaving)
  }
  if (composed.kind === 'drop') {
    await dropMessage(deps, message, composed.reason)
    return DONE
  }
  if (composed.kind === 'defer') {
    await deferMessage(deps, message, composed)
    return DONE
  }
  const { content } = composed
  if (content.kind === 'app') return await remind(deps, message)
  if (content.kind === 'call') {
    const { script } = content
    await askForCall(deps, message, { script, notice: composed.notice?.stored ?? null })
    return DONE
  }
  const handing: Handing = {
    messageId: message.messageId,
    beforeLeaving: (carrier) => writeLeaving(deps, { message, composed }, carrier),
    ...(leaving === null ? {} : { onlyAt: leaving.provider }),
  }
  return await judge(deps, { message, composed }, await deliverContent(deps, handing, content))
}

async function writeLeaving(
  { db, clock }: SendDeps,
  { message, composed }: Sending,
  { provider, mayRepeat }: Carrier,
): Promise<void> {
  const { notice, told = [] } = composed
  const leaving = { at: clock.now(), provider, mayRepeat, notice: notice?.stored ?? null, told }
  if (await noteLeaving(db, message, leaving)) return
  throw new Error('the message is another sender’s by now')
}

/**
 * What may have left is asked for again for as long as other messages are tried, and only as it was:
 * a notice that would state something else by now is not the one that the person may hold.
 */
function isRepeatable(
  { clock }: SendDeps,
  {
    message,
    leaving,
    composed,
  }: { message: TakenMessage; leaving: StoredLeaving; composed: Composition },
): boolean {
  if (composed.kind === 'drop' || clock.now() >= message.createdAt + TRY_FOR_SECONDS) return false
  return composed.kind === 'defer' || isSameNotice(composed.notice?.stored ?? null, leaving.notice)
}

/** An earlier sender broke off: the message left, or it did not, and nobody will know. */
async function finishUnsure(
  deps: SendDeps,
  message: TakenMessage,
  { at, provider, notice, told }: StoredLeaving,
): Promise<WorkOutcome> {
  const end = { state: 'sent', provider, delivery: 'unknown', notice } as const
  const along = { told, at, delivery: 'unknown' } as const
  await finishMessage(deps, message, end, (tx) => endAlong(tx, message, along))
  return DONE
}

interface Sending {
  message: TakenMessage
  composed: Extract<Composition, { kind: 'ready' }>
}

async function judge(
  deps: SendDeps,
  { message, composed }: Sending,
  delivered: Delivered,
): Promise<WorkOutcome> {
  const { leaving } = message
  switch (delivered.kind) {
    case 'accepted': {
      const { told = [], notice } = composed
      const end = { ...sentBy(delivered), notice: notice?.stored ?? null }
      const along = { told, at: deps.clock.now(), delivery: end.delivery }
      await finishMessage(deps, message, end, (tx) => endAlong(tx, message, along))
      return DONE
    }
    case 'never':
      // A no to the second asking says nothing of the first.
      if (leaving !== null) return await finishUnsure(deps, message, leaving)
      await failMessage(deps, message, 'undeliverable')
      return DONE
    case 'no-port':
      tellOnce(deps, message.channel)
      await giveBack(deps, { message, seconds: TRY_AGAIN_SECONDS, mayHaveLeft: leaving !== null })
      return DONE
    case 'later': {
      const { detail, retryAfterSeconds: seconds = QUEUE_TRIES_SECONDS } = delivered
      const mayHaveLeft = delivered.mayHaveLeft === true || leaving !== null
      await giveBack(deps, { message, seconds, mayHaveLeft })
      return again(detail)
    }
  }
}

async function giveBack(
  { db, clock }: SendDeps,
  {
    message,
    seconds,
    mayHaveLeft,
  }: { message: TakenMessage; seconds: number; mayHaveLeft: boolean },
): Promise<void> {
  const give = mayHaveLeft ? letGo : returnToQueue
  await give(db, message, clock.now() + seconds)
}

function sentBy(delivered: Extract<Delivered, { kind: 'accepted' }>) {
  const { provider, providerId, cost, isUnsure = false } = delivered
  return {
    state: 'sent' as const,
    provider,
    providerId,
    delivery: isUnsure ? ('unknown' as const) : ('accepted' as const),
    ...(cost === undefined ? {} : { cost }),
  }
}

/** The person's agent gets the signed reminder; one that is gone since leaves the message unsent. */
async function remind(deps: SendDeps, message: TakenMessage): Promise<WorkOutcome> {
  return await retryWhenOutrun(async () => {
    const append = await prepareAgentReminder(deps, message)
    if (append === undefined) await failMessage(deps, message, 'no-address')
    else await finishMessage(deps, message, { state: 'sent', provider: 'parley' }, append)
    return DONE
  })
}

function tellOnce({ log }: SendDeps, channel: string): void {
  const told = toldOf.get(log) ?? new Set<string>()
  toldOf.set(log, told)
  if (told.has(channel)) return
  told.add(channel)
  log.warn({ channel }, 'nothing is configured for this channel: its messages stay queued')
}
