// Sends text messages through a list of providers: the first that may and can takes the message.
// Composes nothing and decides nothing about whether the person may be written to.
import { moveAfter, type ProviderRefusal } from '../domain/delivery/provider-outcome.ts'
import { type Bucket, fullBucket, type Rate, takeToken } from '../domain/delivery/token-bucket.ts'
import { E164 } from '../domain/sms/sms-event.ts'
import { countSegments } from '../domain/sms/text-segments.ts'
import type {
  BeforeLeaving,
  TextAccepted,
  TextMessage,
  TextMessenger,
  TextOutcome,
} from '../use-cases/outbound-ports.ts'

export type TextAnswer = TextAccepted | ProviderRefusal

export interface TextProvider {
  readonly name: string
  /** The most that this process hands to the provider. */
  readonly rate: Rate
  /** It keeps keys: however often it is asked, it sends one message for a key. */
  readonly mayRepeat: boolean
  send(message: TextMessage): Promise<TextAnswer>
}

/** What a kind of provider brings; its name and rate are configured. */
export type TextSender = Pick<TextProvider, 'mayRepeat' | 'send'>

export interface TextMessengerOptions {
  /** In order of preference. */
  readonly providers: readonly TextProvider[]
  readonly clock: { now(): number }
  /** Longer texts are refused; 3 by default. */
  readonly maxSegments?: number
}

/**
 * Builds the messenger. Refuses a number that is not E.164 and a text that is empty, too long or has
 * control characters as `permanent`. A provider whose rate is used up is passed over. The outcome
 * of a message that no provider took is the refusal of the first that surely did not send it, or
 * of the one where it may have left.
 */
export function createTextMessenger(options: TextMessengerOptions): TextMessenger {
  const { providers, clock, maxSegments = 3 } = options
  const buckets = new Map<string, Bucket>()
  return {
    async send(message, beforeLeaving) {
      const fault = faultOf(message, maxSegments)
      if (fault !== undefined) return { ...fault, provider: 'none' }
      const asked = providers.filter(({ name }) => [undefined, name].includes(message.onlyAt))
      let outcome: TextOutcome = { ...NO_PROVIDER, provider: 'none' }
      for (const provider of asked) {
        const now = clock.now()
        const answer = await askWithinRate(provider, message, { buckets, now, beforeLeaving })
        if (answer.kind === 'accepted') return { ...answer, provider: provider.name }
        outcome = moreHopeful(outcome, { ...answer, provider: provider.name })
        if (moveAfter(answer) !== 'other-provider') return { ...answer, provider: provider.name }
      }
      return outcome
    },
  }
}

const NO_PROVIDER: ProviderRefusal = { kind: 'temporary', blames: 'provider', code: 'no-provider' }

interface Asking {
  buckets: Map<string, Bucket>
  now: number
  beforeLeaving: BeforeLeaving | undefined
}

async function askWithinRate(
  provider: TextProvider,
  message: TextMessage,
  { buckets, now, beforeLeaving }: Asking,
): Promise<TextAnswer> {
  const { name, rate, mayRepeat } = provider
  const taken = takeToken(buckets.get(name) ?? fullBucket(rate, now), rate, now)
  buckets.set(name, taken.bucket)
  const retryAfterSeconds = taken.waitSeconds
  if (retryAfterSeconds === 0) {
    await beforeLeaving?.({ provider: name, mayRepeat })
    return await provider.send(message)
  }
  return { kind: 'temporary', blames: 'provider', code: 'our-rate', retryAfterSeconds }
}

/** Of two refusals the one that may pass: a message is given up only when no provider may take it. */
function moreHopeful(before: TextOutcome, next: TextOutcome): TextOutcome {
  if (before.provider === 'none') return next
  return before.kind === 'permanent' && next.kind === 'temporary' ? next : before
}

function faultOf({ to, text }: TextMessage, maxSegments: number): ProviderRefusal | undefined {
  if (!E164.test(to)) return { kind: 'permanent', blames: 'recipient', code: 'number-invalid' }
  if (text.trim() === '') return { kind: 'permanent', blames: 'message', code: 'text-empty' }
  if (/[^\P{Cc}\n]/u.test(text) || !text.isWellFormed()) {
    return { kind: 'permanent', blames: 'message', code: 'text-unsafe' }
  }
  return countSegments(text).segments > maxSegments
    ? { kind: 'permanent', blames: 'message', code: 'text-too-long' }
    : undefined
}
