// A bank beside the agent and the creditor in small, and an agreement of theirs with one line. The
// bank's bytes come from a fixed key and counted ids as well.
import {
  type Bank,
  createBank,
  createMemoryBankStore,
  type LineKey,
  type PaymentReport,
} from '../../../src/index.ts'
import { importSigningKey, type SigningKey } from '../../../src/protocol/index.ts'
import { agreementPost, DEBTOR_IBAN, LIMITS } from '../../support/bank-world.ts'
import { BANK_ORIGIN, CREDITOR_ORIGIN, IBAN, MENU, ROW } from '../../support/fixtures.ts'
import { createTestRail, type TestRail } from '../../support/test-rail.ts'
import type { Contract } from './contract.ts'
import { AGENT_KEY, createPactWorld, type PactWorld } from './pact-world.ts'

const BANK_KEY = {
  ...{ kty: 'OKP', crv: 'Ed25519', x: 'xccUYk73vztTEYZ3bdPC1XS5bIPTShg3fVyAGfxRh6w' },
  d: 'kE89QKn81X8guBvCVSNV3j3mcTJfGne_Oyxb9kvRA88',
}

export interface BankPactWorld extends PactWorld {
  readonly bank: Bank
  readonly rail: TestRail
  /** Between the lease and the payment. */
  beforePayment: () => void
  /** Hands the agreement in, as the agent does. */
  handIn(): Promise<Response>
  payLine(): Promise<PaymentReport>
}

/** Builds a world of its own for one test, in which the agreement was not handed in yet. */
export async function createBankPactWorld(contract: Contract): Promise<BankPactWorld> {
  const world = await createPactWorld(contract, { payBy: { bank: BANK_ORIGIN } })
  const key = await importSigningKey(BANK_KEY)
  const agreement = await agreedWith(world, key)
  const rail = createTestRail()
  let ids = 128
  const bank = createBank({
    ...{ issuer: BANK_ORIGIN, key, store: createMemoryBankStore() },
    rail: {
      ...rail,
      async pay(instruction) {
        built.beforePayment()
        return await rail.pay(instruction)
      },
    },
    ...{ clock: world.clock, fetch: world.fetch },
    randomBytes: (size) => new Uint8Array(size).fill(++ids),
  })
  await register(bank)
  const built: BankPactWorld = {
    ...{ ...world, bank, rail, beforePayment: () => {} },
    handIn: () => bank.handle(agreementPost(agreement)),
    async payLine() {
      const [report] = await bank.payDue()
      if (report === undefined) throw new Error('no line is due')
      return report
    },
  }
  return built
}

/** Builds the same with the agreement handed in and the day of its line come. */
export async function createDueWorld(contract: Contract): Promise<BankPactWorld> {
  const world = await createBankPactWorld(contract)
  const taken = await world.handIn()
  if (taken.status !== 201) throw new Error(await taken.text())
  world.clock.advance(150 * 86_400)
  return world
}

/** Names the line of a report. */
export const lineOf = ({ customerId, agreementId, line }: PaymentReport): LineKey => ({
  ...{ customerId, agreementId, line },
})

/** What agent and creditor have agreed to, and a creditor that knows the bank's key. */
async function agreedWith({ agent, peer }: PactWorld, key: SigningKey): Promise<string> {
  peer.addKey({ ...key.publicJwk, kid: key.kid })
  const enrolled = await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })
  if (!enrolled.ok) throw new Error(enrolled.error.code)
  peer.inbox.push(await peer.request({ menu: { ...MENU, rows: [ROW] } }))
  await agent.pull()
  await agent.idle()
  const [agreement] = peer.agreements
  if (agreement === undefined) throw new Error('nothing was agreed')
  return agreement
}

async function register(bank: Bank): Promise<void> {
  const { d: _, ...agentJwk } = AGENT_KEY
  const registered = await bank.registerCustomer({
    ...{ customerId: 'customer-1', agentJwk, timeZone: 'Europe/Berlin', limits: LIMITS },
    debtorAccount: { iban: DEBTOR_IBAN, name: 'Maria Muster' },
    mandates: [{ issuer: CREDITOR_ORIGIN, creditorId: 'cr1', iban: IBAN }],
  })
  if (!registered.ok) throw new Error(registered.error.code)
}
