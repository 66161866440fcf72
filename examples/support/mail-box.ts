// People's mail boxes: a real SMTP server on loopback, for programs that look at what arrives.
import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A mail that arrived. */
export interface ArrivedMail {
  /** All recipients, separated by commas. */
  readonly to: string
  readonly subject: string
  /** The person's page about the bill, when the mail has its link. */
  readonly portalUrl: string | null
  readonly raw: Buffer
}

/** An SMTP server that takes every mail. */
export interface MailBox {
  /** `smtp://…`, for PARLEY_SMTP_URL. */
  readonly url: string
  close(): Promise<void>
}

/** Listens on a free port. `onMail` is told before the sender hears that the mail was taken. */
export async function openMailBox(onMail: (mail: ArrivedMail) => void): Promise<MailBox> {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(', ')
        read(Buffer.concat(chunks), to)
          .then(onMail)
          .then(() => done(), done)
      })
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()))
  const { port } = smtp.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => smtp.close(() => resolve())),
  }
}

async function read(raw: Buffer, to: string): Promise<ArrivedMail> {
  const { subject = '', text = '' } = await PostalMime.parse(raw)
  const portalUrl = /https?:\/\/[^\s"<>]+\/p\/[A-Za-z0-9_-]+/.exec(text)?.[0] ?? null
  return { to, subject, portalUrl, raw }
}
