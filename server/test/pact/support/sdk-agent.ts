// An agent of the SDK beside the server under test. Its request can be held back just before it leaves: then
// it takes the place of the example in a contract.
import type { AddressInfo } from 'node:net'
import { type Agent, BALANCED_WEIGHTS, createAgent, createMemoryAgentStore } from '@parley/sdk'
import { generateSigningKey } from '@parley/sdk/protocol'
import type { TestApp, TestCreditor } from '../../support/build-test-app.ts'
import type { Real } from './verify-contract.ts'

/** Where the server under test says that it is. */
export const SERVER = 'https://pay.example'

export interface SdkAgent {
  readonly agent: Agent
  /** Lets the agent act, and takes its next request to such a path from it. */
  heldBack(path: RegExp, act: (agent: Agent) => Promise<unknown>): Promise<Real>
}

/** An agent for a household that can pay what the tests ask for. */
export async function createSdkAgent(test: TestApp, now: () => number): Promise<SdkAgent> {
  const { port } = test.app.server.address() as AddressInfo
  let awaited: RegExp | undefined
  let held: Real | undefined
  const overSocket: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const { pathname, search } = new URL(request.url)
    const body = request.method === 'GET' ? undefined : await request.text()
    if (awaited?.test(pathname)) {
      awaited = undefined
      held = {
        path: pathname + search,
        headers: Object.fromEntries(request.headers),
        ...(body === undefined ? {} : { body }),
      }
    }
    if (held !== undefined) throw new TypeError('held back')
    return await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
      method: request.method,
      headers: request.headers,
      ...(body === undefined ? {} : { body }),
    })
  }
  const agent = createAgent({
    ...{ key: await generateSigningKey('ES256'), store: createMemoryAgentStore() },
    policy: { buffer: 0n, comfortTarget: 30_000n, weights: BALANCED_WEIGHTS },
    cashFlow: {
      ...{ currency: 'EUR', asOf: '2026-03-10', balance: 150_000n, dailySpend: 1_500n },
      incomes: [{ dayOfMonth: 27, amount: 220_000n }],
      charges: [{ dayOfMonth: 3, amount: 70_000n }],
    },
    ...{ clock: now, fetch: overSocket, acknowledge: false, allowLoopbackHttp: true },
  })
  return {
    agent,
    async heldBack(path, act) {
      awaited = path
      held = undefined
      await act(agent)
      await agent.idle()
      const real = held as Real | undefined
      if (real === undefined) throw new Error(`nothing was sent to ${path}`)
      return real
    },
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
