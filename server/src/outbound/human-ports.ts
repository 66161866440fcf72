// The ways to people that the configuration names, and the channels that they serve.
import type { Channel } from '../domain/compliance/profile.ts'
import type { SmsProvider } from '../domain/sms/sms-provider.ts'
import type { HumanPorts } from '../use-cases/deliver-content.ts'
import type { HttpCaller } from '../use-cases/outbound-ports.ts'
import { createMailer } from './email.ts'
import { createLetterService, createPrintFolder, createWebhookLetterProvider } from './letter.ts'
import { createLetterPrinter } from './letter-pdf.ts'
import { createTextMessenger } from './sms.ts'
import { createTextProviders } from './sms-providers.ts'

/** Who posts letters: a provider behind a signed webhook, a folder that a print shop empties. */
export interface LetterPosts {
  readonly webhook: { readonly url: string; readonly secret: string } | undefined
  readonly printFolder: string | undefined
}

export interface HumanPortsConfig {
  readonly smtpUrl: string | undefined
  readonly mailFrom: string
  readonly smsProviders: readonly SmsProvider[]
  readonly letters: LetterPosts
  readonly publicUrl: string
}

interface PortDeps {
  readonly http: HttpCaller
  readonly wallClock: { now(): number }
}

/** Builds the ports; one that is not configured is undefined. */
export function createHumanPorts(config: HumanPortsConfig, deps: PortDeps): HumanPorts {
  const { smtpUrl, mailFrom: from, smsProviders, publicUrl } = config
  const providers = createTextProviders(smsProviders, { ...deps, publicUrl })
  return {
    mailer: smtpUrl === undefined ? undefined : createMailer({ smtpUrl, from }),
    messenger:
      providers.length === 0
        ? undefined
        : createTextMessenger({ providers, clock: deps.wallClock }),
    letters: createLetters(config.letters, deps),
  }
}

function createLetters(
  { webhook, printFolder }: LetterPosts,
  deps: PortDeps,
): HumanPorts['letters'] {
  const providers = [
    ...(webhook === undefined
      ? []
      : [{ name: 'webhook', send: createWebhookLetterProvider({ ...deps, ...webhook }).send }]),
    ...(printFolder === undefined
      ? []
      : [{ name: 'print-folder', send: createPrintFolder({ folder: printFolder }).send }]),
  ]
  if (providers.length === 0) return undefined
  return { printer: createLetterPrinter(), service: createLetterService(providers) }
}

/**
 * The channels that journeys may use. E-mail, calls and agents always: mails wait for a server, a call
 * is a task. Texts and letters need somebody who carries them.
 */
export function servedChannels({ messenger, letters }: HumanPorts): ReadonlySet<Channel> {
  return new Set<Channel>([
    'email',
    'phone',
    'app',
    ...(messenger === undefined ? [] : (['sms'] as const)),
    ...(letters === undefined ? [] : (['letter', 'registered-letter'] as const)),
  ])
}
