import { BALANCED_WEIGHTS, createAgent, createMemoryAgentStore } from '@parley/sdk'
import { generateSigningKey } from '@parley/sdk/protocol'

const [server = 'http://127.0.0.1:8080', code = ''] = process.argv.slice(2)
const agent = createAgent({
  key: await generateSigningKey('ES256'),
  store: createMemoryAgentStore(),
  policy: { buffer: 20_000n, comfortTarget: 30_000n, weights: BALANCED_WEIGHTS },
  cashFlow: {
    currency: 'EUR',
    asOf: new Date().toISOString().slice(0, 10),
    balance: 90_000n,
    incomes: [{ dayOfMonth: 27, amount: 220_000n }],
    charges: [{ dayOfMonth: 2, amount: 80_000n, label: 'rent' }],
    dailySpend: 3_500n,
  },
  allowLoopbackHttp: true,
})
const enrolled = await agent.enrol({ server, activationCode: code })
if (!enrolled.ok) throw new Error(`not enrolled: ${enrolled.error.code}`)
await agent.pull()
for (const { decision } of await agent.decisions()) console.log(agent.explain(decision))
