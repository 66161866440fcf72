// A bill that is too big for one month. The agent may pay at most so much a month, so it takes
// instalments from the creditor's menu; every cent of the bill is in the plan.
import assert from 'node:assert/strict'
import { BALANCED_WEIGHTS, createAgent, createMemoryAgentStore } from '@parley/sdk'
import { createCreditorClient } from '@parley/sdk/creditor'
import { addDays, generateSigningKey, parseAmount } from '@parley/sdk/protocol'

const { PARLEY_SERVER = 'http://127.0.0.1:8080', PARLEY_API_KEY = '' } = process.env
const client = createCreditorClient({ baseUrl: PARLEY_SERVER, apiKey: PARLEY_API_KEY })
const { api, unwrap } = client
const today = new Date().toISOString().slice(0, 10)
const amount = { value: '400.01', currency: 'EUR' }

const debtor = await unwrap(
  api.POST('/v1/debtors', { body: { externalId: 'C-2', name: 'Luc Martin' } }),
)
const { code } = await unwrap(
  api.POST('/v1/debtors/{debtorId}/activation-codes', {
    params: { path: { debtorId: debtor.id } },
  }),
)

const agent = createAgent({
  key: await generateSigningKey('Ed25519'),
  store: createMemoryAgentStore(),
  policy: {
    buffer: 10_000n,
    comfortTarget: 20_000n,
    weights: BALANCED_WEIGHTS,
    perMonth: 15_000n,
  },
  cashFlow: {
    currency: 'EUR',
    asOf: today,
    balance: 60_000n,
    incomes: [{ dayOfMonth: 25, amount: 180_000n }],
    charges: [{ dayOfMonth: 1, amount: 90_000n, label: 'rent' }],
    dailySpend: 2_000n,
  },
  allowLoopbackHttp: true,
})
assert((await agent.enrol({ server: PARLEY_SERVER, activationCode: code })).ok, 'the code enrols')
const body = {
  invoiceNumber: '2026-0200',
  debtorId: debtor.id,
  amount,
  dueDate: addDays(today, 14),
}
const issued = await unwrap(api.POST('/v1/payment-requests', { body }))
await agent.pull()

const params = { path: { paymentRequestId: issued.id } }
const { agreement } = await unwrap(api.GET('/v1/payment-requests/{paymentRequestId}', { params }))
assert(agreement, 'both have signed')
const parts = agreement.lines.map((line) => {
  const part = parseAmount(line.amount)
  assert(part.ok)
  return part.value.minor
})
assert(parts.length > 1 && parts.every((part) => part <= 15_000n), 'no line is above the limit')
assert.equal(
  parts.reduce((sum, part) => sum + part, 0n),
  40_001n,
)
for (const line of agreement.lines) {
  console.log(`${line.dueDate}  ${line.amount.value} ${line.amount.currency}  ${line.endToEndId}`)
}
