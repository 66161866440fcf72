// An agent of the SDK beside the server under test.
import {
  type Agent,
  type AgentOptions,
  BALANCED_WEIGHTS,
  createAgent,
  createMemoryAgentStore,
} from '@parley/sdk'
import { generateSigningKey } from '@parley/sdk/protocol'
import type { TestApp, TestCreditor } from '../../support/build-test-app.ts'
import { createHeldBackLine } from './held-back-line.ts'
import type { Real } from './verify-contract.ts'

export interface SdkAgent {
  readonly agent: Agent
  /** Lets the agent act, and takes its next request to such a path from it. */
  heldBack(path: RegExp, act: (agent: Agent) => Promise<unknown>): Promise<Real>
}

/** An agent for a household that can pay what the tests ask for. */
export async function createSdkAgent(
  test: TestApp,
  now: () => number,
  options: Pick<Partial<AgentOptions>, 'key' | 'payBy'> = {},
): Promise<SdkAgent> {
  const line = createHeldBackLine(test)
  const agent = createAgent({
    ...{ key: await generateSigningKey('ES256'), store: createMemoryAgentStore() },
    policy: { buffer: 0n, comfortTarget: 30_000n, weights: BALANCED_WEIGHTS },
    cashFlow: {
      ...{ currency: 'EUR', asOf: '2026-03-10', balance: 150_000n, dailySpend: 1_500n },
      incomes: [{ dayOfMonth: 27, amount: 220_000n }],
      charges: [{ dayOfMonth: 3, amount: 70_000n }],
    },
    ...{ clock: now, fetch: line.fetch, acknowledge: false, allowLoopbackHttp: true },
    ...options,
  })
  return {
    agent,
    heldBack: (path, act) =>
      line.heldBack(path, async () => {
        await act(agent)
        await agent.idle()
      }),
  }
}

/** A person of a creditor, who has a code. */
export async function personWithCode(test: TestApp, creditor: TestCreditor) {
  const made = await test.send<{ id: string }>({
    ...{ method: 'POST', url: '/v1/debtors', as: creditor },
    body: { externalId: 'c-42', name: 'Ann Example' },
  })
  const code = await test.send<{ code: string }>({
    ...{ method: 'POST', url: `/v1/debtors/${made.json.id}/activation-codes`, as: creditor },
    body: {},
  })
  return { debtorId: made.json.id, activationCode: code.json.code }
}
