// What runs in the browser: an agent whose key never leaves it. It enrols, answers the bill that
// waits, and checks the agreement's signatures, with nothing but WebCrypto and fetch.
import { BALANCED_WEIGHTS, createAgent, createMemoryAgentStore } from '@parley/sdk'
import { addDays, generateSigningKey } from '@parley/sdk/protocol'

declare global {
  interface Window {
    answerBills(server: string, code: string): Promise<string[]>
  }
}

window.answerBills = async (server, code) => {
  const today = new Date().toISOString().slice(0, 10)
  const agent = createAgent({
    // Not extractable: no script, not even ours, can read the private key.
    key: await generateSigningKey('ES256'),
    store: createMemoryAgentStore(),
    policy: { buffer: 10_000n, comfortTarget: 20_000n, weights: BALANCED_WEIGHTS },
    cashFlow: {
      currency: 'EUR',
      asOf: today,
      balance: 120_000n,
      incomes: [{ dayOfMonth: Number(addDays(today, 9).slice(8)), amount: 150_000n }],
      charges: [],
      dailySpend: 2_500n,
    },
    allowLoopbackHttp: true,
  })
  const enrolled = await agent.enrol({ server, activationCode: code })
  if (!enrolled.ok) return [`not enrolled: ${enrolled.error.code}`]
  const deadline = Date.now() + 10_000
  while ((await agent.decisions()).length === 0 && Date.now() < deadline) {
    await agent.pull()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return (await agent.decisions()).map(({ decision }) => agent.explain(decision))
}
