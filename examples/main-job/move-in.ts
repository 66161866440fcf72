// Before the story begins: customers get accounts, their bots move in and enrol, and the creditor
// knows whom it will write to.
import type { components } from '@parley/sdk/creditor'
import { addDays, type Day } from '@parley/sdk/protocol'
import type { AccountOrder, LimitTexts } from './control-messages.ts'
import type { Customer } from './customers.ts'
import type { World } from './world.ts'

/** What a customer lets the bank pay without being asked. */
const LIMITS: LimitTexts = {
  perPayment: '2000.00',
  perDay: '3000.00',
  perMonth: '6000.00',
  perCreditorMonth: '6000.00',
}

/** How far the creditor meets its customers, within the law. */
const POLICY: components['schemas']['NegotiationPolicyTerms'] = {
  maxDeferralDays: 30,
  maxInstalments: 6,
  maxDurationDays: 180,
  minInstalment: '20.00',
  intervals: ['P2W', 'P1M'],
}

/** How many customers are entered beside each other. */
const LANES = 4

/** Moves everybody in and returns the creditor's debtor id of each customer. */
export async function moveIn(
  world: World,
  customers: readonly Customer[],
  today: Day,
): Promise<ReadonlyMap<string, string>> {
  const { api, unwrap } = world.creditor
  const params = { path: { segment: 'default' } }
  await unwrap(api.PUT('/v1/negotiation-policies/{segment}', { params, body: POLICY }))
  const asOf = addDays(today, -1)
  const keys = await moveBotsIn(world, customers, asOf)
  const accounts = customers.map(({ id, bot, ...customer }): AccountOrder => {
    const agentJwk = keys.get(id)
    const isAutomatic = bot?.pays === 'bank' && agentJwk !== undefined
    return {
      customerId: id,
      name: customer.name,
      iban: customer.iban,
      household: customer.household,
      asOf,
      autoPay: isAutomatic ? { agentJwk, limits: LIMITS } : null,
    }
  })
  await world.bank('open-accounts', { accounts })
  const debtorIds = new Map<string, string>()
  const waiting = customers.values()
  const lane = async () => {
    for (const customer of waiting) debtorIds.set(customer.id, await enter(world, customer))
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return debtorIds
}

/** The creditor enters a customer, whose bot enrols. Returns the debtor's id. */
async function enter(world: World, customer: Customer): Promise<string> {
  const { id: externalId, name, language, email, bot } = customer
  const contact = { email }
  const { api, unwrap } = world.creditor
  const body = { externalId, name, language, contact }
  const { id: debtorId } = await unwrap(api.POST('/v1/debtors', { body }))
  if (bot !== null) await enrol(world, customer, debtorId)
  return debtorId
}

async function moveBotsIn(world: World, customers: readonly Customer[], asOf: Day) {
  const moved = await Promise.all(
    (['push', 'pull'] as const).map((reach) => {
      const bots = customers.flatMap(({ id, household, bot }) => {
        if (bot?.reach !== reach) return []
        const payBy = bot.pays === 'bank' ? world.bankIssuer : null
        return [{ customerId: id, household, asOf, rules: bot.rules, payBy }]
      })
      return world.bots[reach]('move-in', { bots })
    }),
  )
  return new Map(moved.flat().map(({ customerId, agentJwk }) => [customerId, agentJwk]))
}

/** The creditor prints an activation code on the bill; the person gives it to the bot. */
async function enrol(world: World, { id, bot }: Customer, debtorId: string): Promise<void> {
  if (bot === null) return
  const { api, unwrap } = world.creditor
  const params = { path: { debtorId } }
  const { code } = await unwrap(api.POST('/v1/debtors/{debtorId}/activation-codes', { params }))
  const { server } = world
  const { refusal } = await world.bots[bot.reach]('enrol', { customerId: id, server, code })
  if (refusal !== null) throw new Error(`the bot of ${id} could not enrol: ${refusal}`)
}
