// Hands a composed message to the port of its channel and says how that ended, in one vocabulary for
// all channels. Writes nothing but what the port itself writes.
import type { Channel } from '../domain/compliance/profile.ts'
import type { MessageCost } from '../domain/delivery/provider-outcome.ts'
import { moveAfter, type ProviderRefusal } from '../domain/delivery/provider-outcome.ts'
import type { Composed } from './message-in-form.ts'
import type {
  BeforeLeaving,
  LetterPrinter,
  LetterService,
  Mailer,
  TextMessenger,
} from './outbound-ports.ts'

/** The ways to people; undefined for one that is not configured. */
export interface HumanPorts {
  mailer: Mailer | undefined
  messenger: TextMessenger | undefined
  letters: { printer: LetterPrinter; service: LetterService } | undefined
}

/** The channels whose messages can leave. A call is a task, and agents are reached by the protocol. */
export function channelsOfPorts({ mailer, messenger, letters }: HumanPorts): Channel[] {
  return [
    ...(mailer === undefined ? [] : (['email'] as const)),
    ...(messenger === undefined ? [] : (['sms'] as const)),
    ...(letters === undefined ? [] : (['letter', 'registered-letter'] as const)),
    'phone',
    'app',
  ]
}

/** How handing a message over ended. */
export type Delivered =
  | {
      kind: 'accepted'
      provider: string
      providerId: string | null
      cost?: MessageCost
      /** It may have left: nothing is repeated until the provider tells. */
      isUnsure?: boolean
    }
  /** It may leave later; `detail` names no person. */
  | {
      kind: 'later'
      detail: string
      retryAfterSeconds?: number
      /** It may have left already: only the same provider may be asked again. */
      mayHaveLeft?: boolean
    }
  /** It will never leave this way. */
  | { kind: 'never'; detail: string }
  /** No port of this channel is configured: the message waits for one. */
  | { kind: 'no-port' }

export interface Handing {
  readonly messageId: string
  readonly beforeLeaving: BeforeLeaving
  /** The provider that may have it already. */
  readonly onlyAt?: string
}

/** Hands a message to its channel; `call` and `app` have no port of the network. */
export async function deliverContent(
  ports: HumanPorts,
  handing: Handing,
  content: Exclude<Composed, { kind: 'call' | 'app' }>,
): Promise<Delivered> {
  switch (content.kind) {
    case 'mail':
      return await deliverMail(ports, handing, content)
    case 'sms':
      return await deliverText(ports, handing, content)
    case 'letter':
      return await deliverLetter(ports, handing, content)
  }
}

async function deliverMail(
  { mailer }: HumanPorts,
  { messageId, beforeLeaving }: Handing,
  { to, message, listHeaders }: Extract<Composed, { kind: 'mail' }>,
): Promise<Delivered> {
  if (mailer === undefined) return { kind: 'no-port' }
  const sent = await mailer.send({ to, messageId, ...message, listHeaders }, beforeLeaving)
  if (sent.ok) return { kind: 'accepted', provider: 'smtp', providerId: null }
  if (sent.error.code === 'unknown') return unsure('smtp')
  const detail = `the mail server: ${sent.error.detail}`
  return { kind: sent.error.code === 'permanent' ? 'never' : 'later', detail }
}

async function deliverText(
  { messenger }: HumanPorts,
  { messageId, beforeLeaving, onlyAt }: Handing,
  { to, text }: Extract<Composed, { kind: 'sms' }>,
): Promise<Delivered> {
  if (messenger === undefined) return { kind: 'no-port' }
  const keys = { reference: messageId, idempotencyKey: messageId }
  const only = onlyAt === undefined ? {} : { onlyAt }
  const outcome = await messenger.send({ to, text, ...keys, ...only }, beforeLeaving)
  if (outcome.kind === 'accepted') return accepted(outcome)
  return refused(outcome, outcome.provider)
}

async function deliverLetter(
  { letters }: HumanPorts,
  { messageId, beforeLeaving, onlyAt }: Handing,
  { letter, country, delivery }: Extract<Composed, { kind: 'letter' }>,
): Promise<Delivered> {
  if (letters === undefined) return { kind: 'no-port' }
  const printed = await letters.printer.print(letter)
  if (!printed.ok) return { kind: 'never', detail: `the letter: ${printed.error.code}` }
  const { pdf, pages } = printed.value
  const { recipient } = letter
  const only = onlyAt === undefined ? {} : { onlyAt }
  const outcome = await letters.service.send(
    { letterId: messageId, pdf, pages, recipient, country, delivery, ...only },
    beforeLeaving,
  )
  if (outcome.kind === 'accepted') return accepted(outcome)
  return refused(outcome, outcome.provider)
}

function accepted(outcome: {
  provider: string
  providerId: string
  cost?: MessageCost
}): Delivered {
  const { provider, providerId, cost } = outcome
  return { kind: 'accepted', provider, providerId, ...(cost === undefined ? {} : { cost }) }
}

function refused(refusal: ProviderRefusal, provider: string): Delivered {
  const detail = `${provider}: ${refusal.code}`
  switch (moveAfter(refusal)) {
    case 'give-up':
      return { kind: 'never', detail }
    case 'await-report':
      return unsure(provider)
    default: {
      const { retryAfterSeconds } = refusal
      return {
        kind: 'later',
        detail,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        ...(refusal.kind === 'unknown' ? { mayHaveLeft: true } : {}),
      }
    }
  }
}

function unsure(provider: string): Delivered {
  return { kind: 'accepted', provider, providerId: null, isUnsure: true }
}
