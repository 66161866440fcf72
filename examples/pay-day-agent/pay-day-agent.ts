// A bill is due before pay day, and there is not enough on the account. The person's agent takes
// another date by itself: the first after the money has come in, within what the creditor offers.
import assert from 'node:assert/strict'
import { BALANCED_WEIGHTS, createAgent, createMemoryAgentStore } from '@parley/sdk'
import { createCreditorClient } from '@parley/sdk/creditor'
import { addDays, compareDays, generateSigningKey } from '@parley/sdk/protocol'

const { PARLEY_SERVER = 'http://127.0.0.1:8080', PARLEY_API_KEY = '' } = process.env
const client = createCreditorClient({ baseUrl: PARLEY_SERVER, apiKey: PARLEY_API_KEY })
const today = new Date().toISOString().slice(0, 10)
const payDay = addDays(today, 12)

const debtor = await client.unwrap(
  client.api.POST('/v1/debtors', { body: { externalId: 'C-1', name: 'Anouk de Vries' } }),
)
const params = { path: { debtorId: debtor.id } }
const { code } = await client.unwrap(
  client.api.POST('/v1/debtors/{debtorId}/activation-codes', { params }),
)

const agent = createAgent({
  key: await generateSigningKey('ES256'),
  store: createMemoryAgentStore(),
  policy: { buffer: 5_000n, comfortTarget: 10_000n, weights: BALANCED_WEIGHTS },
  cashFlow: {
    currency: 'EUR',
    asOf: today,
    balance: 9_000n,
    incomes: [{ dayOfMonth: Number(payDay.slice(8)), amount: 200_000n }],
    charges: [],
    dailySpend: 200n,
  },
  allowLoopbackHttp: true,
})
const enrolled = await agent.enrol({ server: PARLEY_SERVER, activationCode: code })
assert(enrolled.ok, 'the code enrols')

const issued = await client.unwrap(
  client.api.POST('/v1/payment-requests', {
    body: {
      invoiceNumber: '2026-0100',
      debtorId: debtor.id,
      amount: { value: '80.00', currency: 'EUR' },
      dueDate: addDays(today, 5),
    },
  }),
)
await agent.pull()
const [first] = await agent.decisions()
assert(first, 'the agent has decided')
console.log(agent.explain(first.decision))

const read = await client.unwrap(
  client.api.GET('/v1/payment-requests/{paymentRequestId}', {
    params: { path: { paymentRequestId: issued.id } },
  }),
)
const agreed = read.agreement
assert(agreed, 'both have signed')
assert(compareDays(agreed.firstDueDate, payDay) >= 0, 'it is paid after pay day')
console.log(`due ${issued.dueDate}, pay day ${payDay}, agreed for ${agreed.firstDueDate}`)
