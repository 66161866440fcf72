// A creditor issues one bill, and anybody checks the signed request with the keys that the server
// publishes: the form, the signature, and that it may not be paid by itself.
import assert from 'node:assert/strict'
import { createCreditorClient } from '@parley/sdk/creditor'
import { ANYONE, type JwkSet, parsePayload, typOf, verifyMessage } from '@parley/sdk/protocol'

const { PARLEY_SERVER = 'http://127.0.0.1:8080', PARLEY_API_KEY = '' } = process.env
const client = createCreditorClient({ baseUrl: PARLEY_SERVER, apiKey: PARLEY_API_KEY })

const issued = await client.unwrap(
  client.api.POST('/v1/payment-requests', {
    body: {
      invoiceNumber: '2026-0001',
      debtor: { externalId: 'C-17', name: 'Anouk de Vries', language: 'nl' },
      amount: { value: '120.50', currency: 'EUR' },
      dueDate: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10),
    },
  }),
)
console.log(`issued ${issued.id}, to be paid with reference ${issued.remittance.reference}`)

const metadata = await (await fetch(`${PARLEY_SERVER}/.well-known/parley`)).json()
const { jwks } = metadata as { jwks: JwkSet }
const verified = await verifyMessage(issued.signedRequest, {
  typ: typOf('request'),
  keys: jwks,
  now: Math.floor(Date.now() / 1_000),
  // Nobody's agent is enrolled yet, so the request is for everyone to read.
  audience: ANYONE,
  issuer: PARLEY_SERVER,
  allowLoopbackHttp: true,
})
assert(verified.ok, 'the request verifies')
const request = parsePayload('request', verified.value.payload)
assert(request.ok, 'its payload has the form of a request')
assert.deepEqual(request.value.amount, { value: '120.50', currency: 'EUR' })
console.log(`verified: ${request.value.menu.rows.length} ways to pay are on offer`)

const forged = issued.signedRequest.replace(/\.[^.]{8}/, '.AAAAAAAA')
const refused = await verifyMessage(forged, {
  typ: typOf('request'),
  keys: jwks,
  now: Math.floor(Date.now() / 1_000),
  audience: ANYONE,
})
assert(!refused.ok, 'a changed request is refused')
console.log(`a changed one is refused: ${refused.error.code}`)
