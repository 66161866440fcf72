// What the senders do with a store in memory, as compose-human-message.ts and send-human-message.ts do it.
import type { Channel } from '../../src/domain/compliance/profile.ts'
import { nextChannel } from '../../src/domain/dunning/choose-channels.ts'
import { decideSending } from '../../src/domain/dunning/decide-step.ts'
import { stepIdOf } from '../../src/domain/dunning/step-key.ts'
import { noticeOf } from '../../src/use-cases/message-input.ts'
import { quoteOn } from '../../src/use-cases/quote-claim.ts'
import { stepFactsOf } from '../../src/use-cases/step-facts-of-claim.ts'
import { DAY, HOUR } from '../domain/dunning/support-facts.ts'
import { JOURNEYS } from '../domain/dunning/support-journeys.ts'
import { DECIDE_DEPS } from './due-cases.ts'
import {
  booksOf,
  contactsOf,
  type KeptClaim,
  type KeptMessage,
  newId,
  type Person,
  quotedOf,
  sourcesOf,
} from './simulated-store.ts'

const { journeys } = JOURNEYS
const TRY_AGAIN_SECONDS = HOUR
const TRY_FOR_SECONDS = 3 * DAY

export function sendQueued(person: Person): number {
  let sent = 0
  for (const kept of person.claims) {
    for (const message of [...kept.messages]) {
      if (message.state !== 'queued' || message.tryAt > person.now) continue
      send(person, kept, message)
      if (message.state === 'queued' && message.tryAt <= person.now) {
        throw new Error(`${message.step} is looked at in vain`)
      }
      sent += 1
    }
  }
  return sent
}

/** As compose-human-message.ts and send-human-message.ts. */
function send(person: Person, kept: KeptClaim, message: KeptMessage): void {
  const { now } = person
  const journey = journeys.get(message.journeyId ?? '')
  const [stepId] = stepIdOf(message.step).split('/')
  const step = journey?.steps.find(({ id }) => id === stepId)
  if (journey === undefined || step === undefined) throw new Error(`no step ${message.step}`)
  const channel = message.channel as Channel
  const sources = sourcesOf(person, kept, contactsOf(person, ['sent'], message))
  const on = { stepsDone: [], triggerAt: message.createdAt, anchorDay: null }
  const facts = stepFactsOf(sources, { journey, on }, DECIDE_DEPS)
  const decision = decideSending({ journey, step, facts }, channel)
  if (decision.kind === 'skip') {
    message.state = 'dropped'
    return
  }
  if (decision.kind === 'defer') {
    message.tryAt = decision.until ?? now + DAY
    return
  }
  const hasPort = ['email', 'sms'].includes(channel)
  if (hasPort && person.ways === 'later' && now < message.createdAt + TRY_FOR_SECONDS) {
    message.tryAt = now + TRY_AGAIN_SECONDS
    return
  }
  if (hasPort && (person.ways === 'later' || person.ways === 'never')) {
    fail(kept, message, { step, facts, now })
    return
  }
  if (message.isNotice && facts.law !== null) {
    const { law } = facts
    const quoted = quoteOn({ ...quotedOf(sources), law }, booksOf(kept))
    const { messageId } = message
    message.notice = noticeOf(kept.claim, { step, law, channel, messageId }, quoted).stored
  }
  person.onLeaving({ kept, message, at: now })
  const delivery = hasPort && person.ways === 'broken' ? 'unknown' : 'accepted'
  Object.assign(message, { state: 'sent', sentAt: now, delivery })
}

function fail(
  kept: KeptClaim,
  message: KeptMessage,
  {
    step,
    facts,
    now,
  }: {
    step: Parameters<typeof nextChannel>[0]
    facts: ReturnType<typeof stepFactsOf>
    now: number
  },
): void {
  message.state = 'failed'
  const tried = kept.messages.filter((it) => it.step === message.step).map((it) => it.channel)
  const channel = nextChannel(step, tried as Channel[], facts)
  if (channel === null) return
  const fresh = { messageId: newId('hm'), channel, createdAt: now, tryAt: now }
  kept.messages.push({ ...message, ...fresh, state: 'queued' })
}
