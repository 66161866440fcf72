// A process with customers' bots: `agent-process.ts CLOCK FOLDER files|memory push|pull`. Each bot has
// its own key, store, household and rules; the bots of one process know nothing of each other.
import { join } from 'node:path'
import {
  type Agent,
  type AgentStore,
  createAgent,
  createMemoryAgentStore,
  type ThreadKey,
} from '@parley/sdk'
import { createFileAgentStore } from '@parley/sdk/node'
import { generateSigningKey, parseAmount } from '@parley/sdk/protocol'
import { readClockFile } from '../support/clock-file.ts'
import type { AgentCommands, AgreedPlan, BotOrder, BotsAtRest } from './control-messages.ts'
import { startProcess } from './control-server.ts'
import { cashFlowOf, policyOf } from './household.ts'

const [clockFile = '', folder = '', records = '', reach = ''] = process.argv.slice(2)
const clock = readClockFile(clockFile)

interface Resident {
  readonly agent: Agent
  readonly store: AgentStore
}

const residents = new Map<string, Resident>()
const agreed: { customerId: string; key: ThreadKey }[] = []
let sent = 0

/** Makes one bot: from then on it acts by itself. */
async function moveIn(order: BotOrder, inbox: string) {
  const { customerId, household, rules, payBy } = order
  const key = await generateSigningKey('ES256')
  const store =
    records === 'files'
      ? createFileAgentStore(join(folder, encodeURIComponent(customerId)))
      : createMemoryAgentStore()
  const agent = createAgent({
    key,
    store,
    policy: policyOf(rules, household.currency),
    cashFlow: () => readHousehold(order, store),
    clock,
    allowLoopbackHttp: true,
    ...(reach === 'push' ? { inbox } : {}),
    ...(payBy === null ? {} : { payBy: { bank: payBy } }),
    fetch: countingFetch,
    onEvent(event) {
      if (event.type === 'agreed') agreed.push({ customerId, key: event.thread })
    },
  })
  residents.set(customerId, { agent, store })
  return { customerId, agentJwk: key.publicJwk }
}

/** What is only read changes nobody's mind. */
const countingFetch: typeof fetch = (...call) => {
  if (call[1]?.method === 'POST') sent += 1
  return fetch(...call)
}

/** The household with what it has paid: the receipts are in the bot's own store. */
async function readHousehold({ household, asOf }: BotOrder, store: AgentStore) {
  const threads = await store.threads()
  const oneOffs = threads
    .flatMap(({ receipts }) => receipts)
    .map(({ amount, receivedOn }) => {
      const money = parseAmount(amount)
      return { day: receivedOn, amount: money.ok ? -money.value.minor : 0n }
    })
  return { ...cashFlowOf(household, asOf), oneOffs }
}

/** What a bot agreed to, for the person who pays by hand. */
async function readPlan(customerId: string, key: ThreadKey): Promise<AgreedPlan[]> {
  const thread = await resident(customerId).store.thread(key)
  if (thread?.agreement == null) return []
  const { request, agreement } = thread
  const { creditor, remittance } = request
  const plan = {
    customerId,
    reference: remittance.reference,
    iban: creditor.account.iban,
    creditorName: creditor.name,
    payBy: agreement.payBy?.bank ?? null,
    lines: agreement.lines.map(({ dueDate, amount }) => ({ dueDate, amount })),
  }
  return [plan]
}

async function rest(): Promise<BotsAtRest> {
  await Promise.all([...residents.values()].map(({ agent }) => agent.idle()))
  const fresh = agreed.splice(0)
  const plans = await Promise.all(fresh.map(({ customerId, key }) => readPlan(customerId, key)))
  return { sent, agreed: plans.flat() }
}

function resident(customerId: string): Resident {
  const found = residents.get(customerId)
  if (found === undefined) throw new Error(`nobody here is called ${customerId}`)
  return found
}

await startProcess<AgentCommands>(async (origin) => ({
  commands: {
    'move-in': ({ bots }) =>
      Promise.all(
        bots.map((bot) => moveIn(bot, `${origin}/inbox/${encodeURIComponent(bot.customerId)}`)),
      ),
    async enrol({ customerId, server, code }) {
      const enrolled = await resident(customerId).agent.enrol({ server, activationCode: code })
      return { refusal: enrolled.ok ? null : enrolled.error.code }
    },
    async pull({ customerIds }) {
      await Promise.all(customerIds.map((customerId) => resident(customerId).agent.pull()))
      return await rest()
    },
    rest,
  },
  async handle(request) {
    const { pathname } = new URL(request.url)
    const customerId = decodeURIComponent(/^\/inbox\/([^/]+)$/.exec(pathname)?.[1] ?? '')
    const found = residents.get(customerId)
    return found === undefined ? new Response(null, { status: 404 }) : found.agent.handle(request)
  },
}))
