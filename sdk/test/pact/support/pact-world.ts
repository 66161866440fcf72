// An agent and a creditor in small whose every byte comes from fixed keys, a fixed clock and counted ids, so
// that a contract is the same text each time. One exchange goes to the mock; the creditor answers the rest.
import {
  type Agent,
  type AgentOptions,
  createAgent,
  createMemoryAgentStore,
} from '../../../src/index.ts'
import { importSigningKey } from '../../../src/protocol/index.ts'
import { type CreditorPeer, createCreditorPeer } from '../../support/creditor-peer.ts'
import { CASH_FLOW, createClock, POLICY } from '../../support/fixtures.ts'
import { createNetwork } from '../../support/network.ts'
import { agreedReply } from './agreed-messages.ts'
import type { Contract, Interaction } from './contract.ts'

export const AGENT_KEY = {
  ...{ kty: 'OKP', crv: 'Ed25519', x: 'QEyQcBXj8_kFJo4PA6c10sZr11QHkDOMU_ZmZJGi9U8' },
  d: 'X0w5_RJi8KAznbNGdPLp2XiWzqOtjT5u1Mz0x4AJMfk',
}
const CREDITOR_KEY = {
  ...{ kty: 'OKP', crv: 'Ed25519', x: '3KubNwkk4bFw8nITq5W7yb4rc-f70nUOFZhFTZuoqkY' },
  d: 'qII4jLo020OHR1VIrhdqfW9ksHzvDpwVafYo_1pHhHA',
}

/** What a contract says of an exchange; the reply is the creditor's own where none is stated. */
export type Agreement = Omit<Interaction, 'method' | 'request' | 'status' | 'reply' | 'path'> & {
  readonly path: { readonly of: RegExp; readonly agreed: unknown }
  readonly request: (sent: {
    readonly body: string
    readonly headers: Headers
  }) => Interaction['request']
  readonly refused?: Pick<Interaction, 'status' | 'reply'>
}

export interface PactWorld {
  readonly peer: CreditorPeer
  readonly agent: Agent
  readonly clock: ReturnType<typeof createClock>
  readonly fetch: typeof globalThis.fetch
  /** The next exchange that fits goes to the mock. */
  agree(agreement: Agreement): void
  /** @throws {Error} what the contract said against the exchange, or that it did not take place. */
  settle(): void
}

/** Builds a world of its own for one test. */
export async function createPactWorld(
  contract: Contract,
  options: Partial<AgentOptions> = {},
): Promise<PactWorld> {
  const clock = createClock()
  const network = createNetwork()
  const peer = createCreditorPeer({ key: await importSigningKey(CREDITOR_KEY), clock })
  network.serve(peer.origin, (request) => peer.serve(request))
  let awaited: Agreement | undefined
  const failed: unknown[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const agreement = awaited
    if (agreement === undefined || !agreement.path.of.test(new URL(request.url).pathname)) {
      return await network.fetch(request)
    }
    awaited = undefined
    return await exchangeWithMock(contract, agreement, { request, network }).catch((reason) => {
      failed.push(reason)
      throw reason
    })
  }
  let ids = 0
  const agent = createAgent({
    ...{ key: await importSigningKey(AGENT_KEY), store: createMemoryAgentStore() },
    ...{ policy: POLICY, cashFlow: CASH_FLOW, clock, fetch, acknowledge: false },
    randomBytes: (size) => new Uint8Array(size).fill(++ids),
    ...options,
  })
  return {
    ...{ peer, agent, clock, fetch },
    agree: (agreement) => {
      awaited = agreement
    },
    settle() {
      if (awaited !== undefined) failed.push(new Error(`never sent: ${awaited.what}`))
      if (failed.length > 0) throw failed[0]
    },
  }
}

async function exchangeWithMock(
  contract: Contract,
  { path, request: agreed, refused, ...said }: Agreement,
  { request, network }: { request: Request; network: ReturnType<typeof createNetwork> },
): Promise<Response> {
  const sent = { body: await request.clone().text(), headers: request.headers }
  const answer = refused === undefined ? await network.fetch(request.clone()) : undefined
  const reply =
    answer === undefined ? refused : { status: answer.status, reply: await agreedReply(answer) }
  if (reply === undefined) throw new Error('there is no reply to agree on')
  const method = request.method as Interaction['method']
  const interaction = { ...said, method, path: path.agreed, request: agreed(sent), ...reply }
  let response: Response | undefined
  await contract.exchange(interaction, async (send) => {
    response = await send(request.clone())
  })
  if (response === undefined) throw new Error('nothing was answered')
  return response
}
