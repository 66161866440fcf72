// Where the well-behaved creditors hear of their claims: checks each signature, notes when an event came
// first, and answers at once.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

export interface WebhookReceiver {
  /** The address for a creditor, before the secret is known. */
  urlOf(creditor: number): string
  setSecret(creditor: number, secret: string): void
  /** Calls once the event has come, also when it has come before. */
  onEvent(type: string, claimId: string, heard: () => void): void
  /** How many expected events have not come yet. */
  missing(): number
  /** Deliveries with a wrong signature, and those of an event that had come before. */
  counts(): { forged: number; repeated: number; received: number }
  close(): Promise<void>
}

interface Payload {
  type: string
  data: { paymentRequestId: string }
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const secrets = new Map<string, Webhook>()
  const seen = new Set<string>()
  const unclaimed = new Set<string>()
  const waiting = new Map<string, () => void>()
  const counts = { forged: 0, repeated: 0, received: 0 }

  function receive(url: string, headers: Record<string, string>, body: string): number {
    try {
      secrets.get(url)?.verify(body, headers)
    } catch {
      counts.forged += 1
      return 401
    }
    const id = `${url} ${headers['webhook-id']}`
    counts.received += 1
    if (seen.has(id)) counts.repeated += 1
    seen.add(id)
    const { type, data } = JSON.parse(body) as Payload
    const event = `${type} ${data.paymentRequestId}`
    const heard = waiting.get(event)
    if (heard === undefined) unclaimed.add(event)
    waiting.delete(event)
    heard?.()
    return 204
  }

  const server = createServer(async (request, reply) => {
    const body = (await buffer(request)).toString()
    const headers = request.headers as Record<string, string>
    reply.writeHead(receive(request.url ?? '', headers, body)).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    urlOf: (creditor) => `http://127.0.0.1:${port}/${creditor}`,
    setSecret: (creditor, secret) => void secrets.set(`/${creditor}`, new Webhook(secret)),
    onEvent(type, claimId, heard) {
      const event = `${type} ${claimId}`
      if (unclaimed.delete(event)) heard()
      else waiting.set(event, heard)
    },
    missing: () => waiting.size,
    counts: () => ({ ...counts }),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
