// An agent, its creditor and the line between them, ready for a test.

import {
  type Agent,
  type AgentEvent,
  type AgentOptions,
  type AgentStore,
  createAgent,
  createMemoryAgentStore,
} from '../../src/index.ts'
import { generateSigningKey, type SigningKey } from '../../src/protocol/index.ts'
import { type CreditorPeer, createCreditorPeer } from './creditor-peer.ts'
import { CASH_FLOW, createClock, POLICY, type TestClock } from './fixtures.ts'
import { createNetwork, type Network } from './network.ts'

export interface AgentWorld {
  readonly clock: TestClock
  readonly network: Network
  readonly peer: CreditorPeer
  readonly agent: Agent
  readonly agentKey: SigningKey
  readonly peerKey: SigningKey
  readonly store: AgentStore
  readonly events: AgentEvent[]
  /** A new process of the same agent: same key and store, nothing else. */
  restart(options?: Partial<AgentOptions>): Agent
  push(jws: string): Promise<Response>
}

/** Builds a world; `enrolled` unless told otherwise. */
export async function createAgentWorld(
  options: Partial<AgentOptions> & { readonly isEnrolled?: boolean } = {},
): Promise<AgentWorld> {
  const { isEnrolled = true, ...agentOptions } = options
  const clock = createClock()
  const network = createNetwork()
  const peerKey = await generateSigningKey('Ed25519')
  const peer = createCreditorPeer({ key: peerKey, clock })
  network.serve(peer.origin, (request) => peer.serve(request))
  const agentKey = await generateSigningKey('ES256')
  const store = agentOptions.store ?? createMemoryAgentStore()
  const events: AgentEvent[] = []
  const restart = (changes: Partial<AgentOptions> = {}) =>
    createAgent({
      key: agentKey,
      store,
      policy: POLICY,
      cashFlow: CASH_FLOW,
      clock,
      fetch: network.fetch,
      // Most tests watch the conversation alone; see acknowledge.test.ts.
      acknowledge: false,
      onEvent: (event) => void events.push(event),
      ...agentOptions,
      ...changes,
    })
  const agent = restart()
  if (isEnrolled) {
    const enrolled = await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })
    if (!enrolled.ok) throw new Error(`enrolment: ${enrolled.error.code}`)
  }
  const push = (jws: string) => agent.handle(pushRequest(jws))
  return { clock, network, peer, agent, agentKey, peerKey, store, events, restart, push }
}

export function pushRequest(jws: string): Request {
  return new Request('https://agent.example/inbox', {
    method: 'POST',
    headers: { 'content-type': 'application/jose' },
    body: jws,
  })
}

/** The problem code of a refused push. */
export async function codeOf(response: Response): Promise<string> {
  const problem = (await response.json()) as { code: string }
  return problem.code
}
