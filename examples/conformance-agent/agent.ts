// The SDK's agent under the conformance suite: one run is one turn, the order is in the environment, and what
// happens is told as JSON lines. `npx parley-conformance agent --command "node examples/conformance-agent/agent.ts"`
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AgentEvent, BALANCED_WEIGHTS, createAgent } from '@parley/sdk'
import { createFileAgentStore } from '@parley/sdk/node'
import {
  dayInZone,
  exportPrivateJwk,
  generateSigningKey,
  importSigningKey,
  parseAmount,
  type SigningKey,
} from '@parley/sdk/protocol'

interface Order {
  readonly activationCode: string
  readonly stateFolder: string
  readonly policy: {
    readonly currency: string
    readonly askAbove: string
    readonly perCreditorMonth: string
  }
  readonly revoke?: boolean
}

const { CONF_SERVER_URL: server = '', CONF_NOW = '', CONF_CONTEXT = '{}' } = process.env
const { activationCode, stateFolder, policy, revoke } = JSON.parse(CONF_CONTEXT) as Order
const { currency } = policy
const startedAt = Date.now()
const clock = () => Number(CONF_NOW) + Math.floor((Date.now() - startedAt) / 1000)
const store = createFileAgentStore(join(stateFolder, 'records'))
const A_LOT = 100_000_000n

const agent = createAgent({
  ...{ key: await keptKey(), store, clock, allowLoopbackHttp: true },
  policy: {
    ...{ buffer: 0n, comfortTarget: 0n, weights: BALANCED_WEIGHTS },
    ...{ askAbove: minor(policy.askAbove), perCreditorMonth: minor(policy.perCreditorMonth) },
  },
  cashFlow: () => ({
    ...{ currency, asOf: dayInZone(clock(), 'UTC'), balance: A_LOT },
    ...{ incomes: [], charges: [], dailySpend: 0n },
  }),
  onEvent: tell,
})

await takeTurn()

/** Does what there is to do now, and ends when nothing new comes. */
async function takeTurn(): Promise<void> {
  const [known] = await agent.enrolments()
  if (known === undefined) {
    const enrolled = await agent.enrol({ server, activationCode })
    if (!enrolled.ok) return print({ event: 'refused', code: enrolled.error.code })
  }
  const [enrolment] = await agent.enrolments()
  if (revoke === true && enrolment?.state === 'active') await agent.revoke(enrolment.id)
  await agent.resume()
  for (let isNew = true; isNew; ) {
    const { inboxes } = await agent.pull()
    await agent.idle()
    isNew = inboxes.some(({ stored }) => stored > 0)
  }
}

function tell(event: AgentEvent): void {
  const { type } = event
  if (type === 'refused') {
    const message = event.jws === undefined ? {} : { message: sha256(event.jws) }
    const { code, detail } = event.refusal
    print({ event: type, code, ...message, ...(detail === undefined ? {} : { detail }) })
  } else if (type === 'enrolment-refused') print({ event: 'refused', code: event.refusal.code })
  else if (type === 'decided' && event.decision.kind === 'ask') {
    print({ event: 'held', code: event.decision.reason })
  } else if (type === 'waiting') print({ event: type, code: event.code })
  else print({ event: type })
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

function minor(value: string): bigint {
  const amount = parseAmount({ value, currency })
  if (!amount.ok) throw new TypeError(`${value} is no amount`)
  return amount.value.minor
}

async function keptKey(): Promise<SigningKey> {
  const file = join(stateFolder, 'key.json')
  if (existsSync(file)) return importSigningKey(JSON.parse(readFileSync(file, 'utf8')))
  const key = await generateSigningKey('ES256', { extractable: true })
  writeFileSync(file, JSON.stringify(await exportPrivateJwk(key)), { mode: 0o600 })
  return key
}
