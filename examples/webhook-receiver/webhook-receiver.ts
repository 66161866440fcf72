// A shop hears of its claims by webhook: it checks the signature before it believes anything, and
// acts once on an event that comes twice.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createCreditorClient, verifyWebhook, type WebhookEvent } from '@parley/sdk/creditor'
import { toNodeListener } from '@parley/sdk/node'

const { PARLEY_SERVER = 'http://127.0.0.1:8080', PARLEY_API_KEY = '' } = process.env
const { api, unwrap } = createCreditorClient({ baseUrl: PARLEY_SERVER, apiKey: PARLEY_API_KEY })

let secret = ''
const seen = new Set<string>()
const events: WebhookEvent[] = []
let wake = () => {}

async function receive(request: Request): Promise<Response> {
  const id = request.headers.get('webhook-id') ?? ''
  const verified = await verifyWebhook(request, secret)
  if (!verified.ok) return new Response(null, { status: 401 })
  if (!seen.has(id)) events.push(verified.value)
  seen.add(id)
  wake()
  return new Response(null, { status: 204 })
}

const server = createServer(toNodeListener(receive)).listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/parley`

const endpoint = await unwrap(api.POST('/v1/webhook-endpoints', { body: { url } }))
secret = endpoint.secret

const forged = await fetch(url, { method: 'POST', body: '{"type":"payment-request.settled"}' })
assert.equal(forged.status, 401)
console.log('a forged event is refused')

const arrived = new Promise<void>((resolve) => {
  wake = resolve
})
const issued = await unwrap(
  api.POST('/v1/payment-requests', {
    body: {
      invoiceNumber: '2026-0300',
      debtor: { externalId: 'C-3', name: 'Eva Koch' },
      amount: { value: '19.90', currency: 'EUR' },
      dueDate: new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10),
    },
  }),
)
const deadline = AbortSignal.timeout(20_000)
await Promise.race([arrived, once(deadline, 'abort').then(() => assert.fail('no event came'))])
const [event] = events
assert.equal(event?.type, 'payment-request.issued')
assert.equal(event?.data['paymentRequestId'], issued.id)
console.log(`${event?.type} for ${issued.invoiceNumber}`)
server.close()
server.closeAllConnections()
