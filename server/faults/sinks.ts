// Where everything ends up that leaves the server: a mailbox (real SMTP), a receiver of webhooks, and the
// rail of the bank. They only write down what arrived and when; the checker judges it.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Rail } from '@parley/sdk/bank'
import { SMTPServer } from 'smtp-server'

export interface Mail {
  /** The message's own id, the same for every copy. */
  readonly id: string
  readonly to: string
  /** Milliseconds since the run began. */
  readonly at: number
}

/** A mailbox that takes every mail. */
export async function openMailbox(elapsed: () => number) {
  const mails: Mail[] = []
  const mailbox = { mails, url: '', slowMs: 0, close: async () => {} }
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const id = /^Message-ID: <(.+)@/im.exec(Buffer.concat(chunks).toString())?.[1] ?? ''
        mails.push({ id, to: session.envelope.rcptTo[0]?.address ?? '', at: elapsed() })
        setTimeout(done, mailbox.slowMs)
      })
    },
  })
  smtp.on('error', () => {})
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()))
  mailbox.url = `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`
  mailbox.close = () => new Promise((resolve) => smtp.close(() => resolve()))
  return mailbox
}

export type Mailbox = Awaited<ReturnType<typeof openMailbox>>

export interface ToldEvent {
  readonly id: string
  readonly type: string
  readonly claimId: string
  readonly at: number
}

/** How a receiver of webhooks behaves, by the last part of its path; every other path is good. */
export const BAD_MANNERS = ['500', '429', 'hang', '302', 'garbage', 'drip'] as const

/** A creditor's systems: one that takes webhooks, and some that do not. */
export async function openWebhooks(elapsed: () => number) {
  const told: ToldEvent[] = []
  const receiver = { told, origin: '', close: async () => {} }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const manner = request.url?.split('/').at(-1) ?? ''
    if (manner === 'hang') return
    if (manner === '302') return void response.writeHead(302, { location: '/' }).end()
    if (manner === 'garbage') return void request.socket.end('\0\r\n no HTTP at all')
    if (manner === 'drip') {
      response.writeHead(200)
      for (let n = 0; n < 300 && !response.destroyed; n += 1) {
        response.write('.')
        await sleep(100)
      }
      return void response.end()
    }
    if (manner === '500' || manner === '429') return void response.writeHead(Number(manner)).end()
    const { type, data } = JSON.parse(body) as { type: string; data: { paymentRequestId: string } }
    const id = String(request.headers['webhook-id'])
    told.push({ id, type, claimId: data.paymentRequestId, at: elapsed() })
    response.writeHead(204).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  receiver.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  receiver.close = async () => {
    server.closeAllConnections()
    server.close()
  }
  return receiver
}

export type WebhookSink = Awaited<ReturnType<typeof openWebhooks>>

export interface Booking {
  readonly key: string
  readonly agreementId: string
  readonly line: number
  readonly minor: string
  readonly at: number
}

/** A rail that moves the money at once and, as asked, loses the answer. */
export function openRail(elapsed: () => number) {
  const bookings: Booking[] = []
  const known = new Map<string, string>()
  const sink = { bookings, losesAnswers: 0 }
  const rail: Rail = {
    async pay({ key, idempotencyKey, amount }) {
      if (!known.has(idempotencyKey)) {
        known.set(idempotencyKey, `rail-${known.size + 1}`)
        const { agreementId, line } = key
        const minor = String(amount.minor)
        bookings.push({ key: idempotencyKey, agreementId, line, minor, at: elapsed() })
      }
      if (sink.losesAnswers > 0) {
        sink.losesAnswers -= 1
        throw new Error('the answer of the rail was lost')
      }
      return { outcome: 'settled', railId: known.get(idempotencyKey) ?? '' }
    },
    async find({ idempotencyKey }) {
      const railId = known.get(idempotencyKey)
      return railId === undefined ? { outcome: 'not-found' } : { outcome: 'settled', railId }
    },
  }
  return { sink, rail }
}

export type RailSink = ReturnType<typeof openRail>['sink']
