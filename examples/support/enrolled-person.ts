// A person with an agent that has enrolled, and bills for that person, at an example's own server.
import assert from 'node:assert/strict'
import {
  type Agent,
  type AgentEvent,
  BALANCED_WEIGHTS,
  createAgent,
  createMemoryAgentStore,
} from '@parley/sdk'
import { dayInZone, generateSigningKey, type PublicJwk } from '@parley/sdk/protocol'
import type { OwnServer } from './own-server.ts'

/** Who enrols. */
export interface PersonOptions {
  readonly name: string
  readonly email: string
  /** Bills above so many cents wait for the person's yes. */
  readonly askAbove?: bigint
  /** The bank that pays what is agreed to. */
  readonly payBy?: string
}

/** A person whom the creditor knows and an agent speaks for. */
export interface EnrolledPerson {
  readonly debtorId: string
  readonly agent: Agent
  readonly enrolmentId: string
  readonly agentJwk: PublicJwk
  /** What the agent told its app. */
  readonly events: readonly AgentEvent[]
}

/** Adds a debtor and enrols an agent for it, whose household can pay. The agent only pulls. */
export async function enrolPerson(
  { origin, clock, creditor }: OwnServer,
  { name, email, askAbove, payBy }: PersonOptions,
): Promise<EnrolledPerson> {
  const { api, unwrap } = creditor
  const body = { externalId: email, name, contact: { email } }
  const { id: debtorId } = await unwrap(api.POST('/v1/debtors', { body }))
  const params = { path: { debtorId } }
  const { code } = await unwrap(api.POST('/v1/debtors/{debtorId}/activation-codes', { params }))
  const events: AgentEvent[] = []
  const key = await generateSigningKey('ES256')
  const agent = createAgent({
    key,
    store: createMemoryAgentStore(),
    policy: {
      buffer: 10_000n,
      comfortTarget: 20_000n,
      weights: BALANCED_WEIGHTS,
      ...(askAbove === undefined ? {} : { askAbove }),
    },
    cashFlow: {
      currency: 'EUR',
      asOf: dayInZone(clock.now(), 'UTC'),
      balance: 90_000n,
      incomes: [{ dayOfMonth: 25, amount: 220_000n }],
      charges: [{ dayOfMonth: 1, amount: 80_000n, label: 'rent' }],
      dailySpend: 2_000n,
    },
    clock: clock.now,
    ...(payBy === undefined ? {} : { payBy: { bank: payBy } }),
    allowLoopbackHttp: true,
    onEvent: (event) => events.push(event),
  })
  const enrolled = await agent.enrol({ server: origin, activationCode: code })
  assert(enrolled.ok, 'the code enrols')
  return { debtorId, agent, enrolmentId: enrolled.value.id, agentJwk: key.publicJwk, events }
}

/** Issues a bill of some euros, due on 1 April 2027, and returns its id. */
export async function issueBill(
  { creditor: { api, unwrap } }: OwnServer,
  { debtorId }: Pick<EnrolledPerson, 'debtorId'>,
  { invoiceNumber, euros }: { readonly invoiceNumber: string; readonly euros: string },
): Promise<string> {
  const amount = { value: euros, currency: 'EUR' }
  const body = { invoiceNumber, debtorId, amount, dueDate: '2027-04-01' }
  return (await unwrap(api.POST('/v1/payment-requests', { body }))).id
}

/** Reads a bill as the creditor sees it. */
export async function readBill({ creditor: { api, unwrap } }: OwnServer, paymentRequestId: string) {
  const params = { path: { paymentRequestId } }
  return await unwrap(api.GET('/v1/payment-requests/{paymentRequestId}', { params }))
}
