// A real SMTP server on loopback. It keeps what arrives and can refuse at every step.
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  from: string
  recipients: string[]
  /** Headers and body as they came over the wire. */
  raw: string
}

export interface MailServer {
  url: string
  mails: ReceivedMail[]
  connections: number
  /** Refuses each next recipient with this reply. */
  refuseRecipient: { code: number; text: string } | undefined
  /** Refuses each next message after its data with this reply. */
  refuseData: { code: number; text: string } | undefined
  /** Takes each next message and cuts all connections instead of answering. */
  cutsAfterData: boolean
  /** Milliseconds between a mail's data and the answer that accepts it. */
  slowness: number
  close(): Promise<void>
}

/** Starts a server on a free port; `requireLogin` lets only `shop` with `secret` in. */
export async function startMailServer(
  options: { requireLogin?: boolean } = {},
): Promise<MailServer> {
  const smtp = new SMTPServer({
    authOptional: options.requireLogin !== true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onConnect(_session, done) {
      server.connections += 1
      done()
    },
    onAuth({ username, password }, _session, done) {
      if (username === 'shop' && password === 'secret') done(null, { user: username })
      else done(refusal({ code: 535, text: 'wrong password' }))
    },
    onRcptTo(_address, _session, done) {
      done(server.refuseRecipient === undefined ? null : refusal(server.refuseRecipient))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (server.refuseData !== undefined) return done(refusal(server.refuseData))
        const { mailFrom, rcptTo } = session.envelope
        server.mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          recipients: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
        })
        if (server.cutsAfterData) for (const socket of sockets) socket.destroy()
        else if (server.slowness === 0) done()
        else setTimeout(done, server.slowness)
      })
    },
  })
  smtp.on('error', () => {})
  const sockets = new Set<Socket>()
  smtp.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()))
  const { port } = smtp.server.address() as AddressInfo
  const server: MailServer = {
    url: `smtp://127.0.0.1:${port}`,
    mails: [],
    connections: 0,
    refuseRecipient: undefined,
    refuseData: undefined,
    cutsAfterData: false,
    slowness: 0,
    close: () => new Promise((resolve) => smtp.close(() => resolve())),
  }
  return server
}

function refusal({ code, text }: { code: number; text: string }): Error {
  return Object.assign(new Error(text), { responseCode: code })
}
