// An agent with a bill agreed, its bank, the creditor and a rail: everything from the request to the
// report, in one process.

import {
  type Bank,
  type BankEvent,
  type BankOptions,
  type BankStore,
  type CustomerLimits,
  type CustomerRegistration,
  createBank,
  createMemoryBankStore,
} from '../../src/index.ts'
import { generateSigningKey } from '../../src/protocol/index.ts'
import { type AgentWorld, createAgentWorld } from './agent-world.ts'
import { BANK_ORIGIN, CREDITOR_ORIGIN, IBAN } from './fixtures.ts'
import { createTestRail, type TestRail } from './test-rail.ts'

export const DEBTOR_IBAN = 'DE02120300000000202051'

export const LIMITS: CustomerLimits = {
  newCreditor: 'refuse',
  byCurrency: {
    EUR: {
      perPayment: 50_000n,
      perDay: 50_000n,
      perMonth: 100_000n,
      perCreditorMonth: 100_000n,
    },
  },
}

export interface BankWorld extends AgentWorld {
  readonly bank: Bank
  readonly bankStore: BankStore
  readonly rail: TestRail
  readonly bankEvents: BankEvent[]
  /** Another process of the same bank: same key, store and rail. */
  restartBank(options?: Partial<BankOptions>): Bank
  register(changes?: Partial<CustomerRegistration>): Promise<void>
  /** Lets the agent agree to a bill and returns the agreement as JSON text. */
  agree(amount?: string): Promise<string>
  hand(agreement: string, bank?: Bank): Promise<Response>
  /** Moves the clock behind every due date. */
  passDueDates(): void
}

export async function createBankWorld(
  options: { readonly isRegistered?: boolean; readonly bankStore?: BankStore } = {},
): Promise<BankWorld> {
  const world = await createAgentWorld({ payBy: { bank: BANK_ORIGIN } })
  const { clock, network, peer, agent, agentKey } = world
  const key = await generateSigningKey('ES256')
  const bankStore = options.bankStore ?? createMemoryBankStore()
  const rail = createTestRail()
  const bankEvents: BankEvent[] = []
  peer.addKey({ ...key.publicJwk, kid: key.kid })
  const restartBank = (changes: Partial<BankOptions> = {}) =>
    createBank({
      issuer: BANK_ORIGIN,
      key,
      store: bankStore,
      rail,
      clock,
      fetch: network.fetch,
      onEvent: (event) => void bankEvents.push(event),
      ...changes,
    })
  const bank = restartBank()
  async function register(changes: Partial<CustomerRegistration> = {}): Promise<void> {
    const registered = await bank.registerCustomer({
      customerId: 'customer-1',
      agentJwk: agentKey.publicJwk,
      debtorAccount: { iban: DEBTOR_IBAN, name: 'Maria Muster' },
      timeZone: 'Europe/Berlin',
      limits: LIMITS,
      mandates: [{ issuer: CREDITOR_ORIGIN, creditorId: 'cr1', iban: IBAN }],
      ...changes,
    })
    if (!registered.ok) throw new Error(registered.error.code)
  }
  if (options.isRegistered !== false) await register()

  return {
    ...world,
    bank,
    bankStore,
    rail,
    bankEvents,
    restartBank,
    register,
    async agree(amount = '240.00') {
      await world.push(await peer.request({ amount: { value: amount, currency: 'EUR' } }))
      await agent.idle()
      const agreement = peer.agreements.at(-1)
      if (agreement === undefined) throw new Error('no agreement')
      return agreement
    },
    hand: (agreement, to = bank) => to.handle(agreementPost(agreement)),
    passDueDates: () => clock.advance(150 * 86_400),
  }
}

export function agreementPost(agreement: string): Request {
  return new Request(`${BANK_ORIGIN}/parley/agreements`, {
    method: 'POST',
    headers: { 'content-type': 'application/jose+json' },
    body: agreement,
  })
}
