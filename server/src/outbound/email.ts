// Sends mail through the SMTP server of the configuration. Composes nothing: subject and both
// parts come ready. Nothing that a caller passes can add a header, a recipient or an attachment.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { createTransport, type SendMailOptions } from 'nodemailer'
import type { Mail, Mailer, MailFailure } from '../use-cases/outbound-ports.ts'
import { type Departure, holdEnd } from './mail-departure.ts'

export interface MailerOptions {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the start. */
  readonly smtpUrl: string
  /** The sender, `Name <address>` or an address; its domain also names our Message-IDs. */
  readonly from: string
}

/** A mail with what its stream has to wait for. */
interface Departing extends SendMailOptions {
  departure: Departure
}

const CONNECTIONS = 5
const TIMEOUTS = {
  connectionTimeout: 5_000,
  greetingTimeout: 5_000,
  dnsTimeout: 5_000,
  socketTimeout: 20_000,
}

/** An address as RFC 5321 writes it without quotes, comments, routes or lists. */
const ADDRESS = /^[^\s<>()[\]\\,:;"@\p{Cc}]{1,64}@[^\s<>()[\]\\,:;"@\p{Cc}]{1,253}$/u
const CONTROL = /\p{Cc}/u
const MESSAGE_ID = /^[A-Za-z0-9_-]{1,100}$/
const LIST_HEADERS = new Set(['List-Unsubscribe', 'List-Unsubscribe-Post', 'List-Help', 'List-Id'])

/**
 * Opens a pool of SMTP connections. `send` answers `permanent` for a message that the server, or
 * the check of its headers, turns away for good, and `temporary` for everything that may pass later
 * (RFC 5321 §4.2.1: 4yz replies; also lost connections and refused logins, which an operator mends).
 * A connection lost when the end of the data was on its way answers `unknown` (RFC 5321 §4.5.3.2.6
 * warns of the second copy): `beforeLeaving` is awaited before that end is written.
 */
export function createMailer(options: MailerOptions): Mailer {
  const transport = createTransport({
    url: options.smtpUrl,
    pool: true,
    maxConnections: CONNECTIONS,
    // The queue sends again; the pool must not do so behind its back.
    maxRequeues: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...TIMEOUTS,
  })
  transport.use('stream', ({ message, data }, done) => {
    message?.processFunc((mail) => holdEnd(mail, (data as Departing).departure))
    done()
  })
  const domain = /@([^@>\s]+)>?\s*$/.exec(options.from)?.[1] ?? 'localhost'
  return {
    async send(mail, beforeLeaving) {
      const fault = faultOf(mail)
      if (fault !== undefined) return err({ code: 'permanent', detail: fault })
      const departure: Departure = { beforeLeaving, isLeaving: false }
      const departing: Departing = {
        from: options.from,
        to: { name: '', address: mail.to },
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        messageId: `<${mail.messageId}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated', ...mail.listHeaders },
        departure,
      }
      try {
        await transport.sendMail(departing)
        return ok(undefined)
      } catch (error) {
        return failed(error, departure)
      }
    },
    async close() {
      transport.close()
    },
  }
}

/** The first value that could break out of its header, or undefined. */
function faultOf(mail: Mail): string | undefined {
  if (mail.to.length > 254 || !ADDRESS.test(mail.to)) return 'the recipient is no mail address'
  if (CONTROL.test(mail.subject)) return 'the subject has control characters'
  if (!MESSAGE_ID.test(mail.messageId)) return 'the message id has other characters than ids have'
  for (const [name, value] of Object.entries(mail.listHeaders ?? {})) {
    if (!LIST_HEADERS.has(name)) return `${JSON.stringify(name)} is no header of lists`
    if (CONTROL.test(value)) return `${name} has control characters`
  }
  return undefined
}

function failed(error: unknown, { isLeaving }: Departure): Result<never, MailFailure> {
  const { code = 'unknown', responseCode } = error as { code?: string; responseCode?: number }
  const isRefused = responseCode !== undefined && responseCode >= 500 && responseCode < 600
  // 503 blames the order of commands of this session, and EAUTH our own login: not the message.
  const isPermanent = isRefused && responseCode !== 503 && code !== 'EAUTH'
  // The server's own words may repeat the recipient: only codes go to the log.
  const detail = responseCode === undefined ? code : `${code} ${responseCode}`
  // Behind the end of the data nothing but a no says that the mail was not taken.
  if (isLeaving && !((responseCode ?? 0) >= 400)) return err({ code: 'unknown', detail })
  return err({ code: isPermanent ? 'permanent' : 'temporary', detail })
}
