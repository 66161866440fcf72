// The SDK's bank kit under the conformance suite: one run is one turn, the order is in the environment, payments go
// to the suite's rail. `npx parley-conformance bank --command "node examples/conformance-bank/bank.ts"`
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import {
  type BankEvent,
  createBank,
  type PayeeVerdict,
  type Rail,
  type RailOutcome,
  type RailTerms,
} from '@parley/sdk/bank'
import { createFileBankStore, toNodeListener } from '@parley/sdk/node'
import {
  exportPrivateJwk,
  formatAmount,
  generateSigningKey,
  importSigningKey,
  type PublicJwk,
  parseAmount,
  type SigningKey,
} from '@parley/sdk/protocol'

interface Limits {
  readonly currency: string
  readonly perPayment: string
  readonly perDay: string
  readonly perMonth: string
  readonly perCreditorMonth: string
}

interface Order {
  readonly issuer: string
  readonly stateFolder: string
  /** Where payments are executed. */
  readonly rail: string
  readonly customer: {
    readonly id: string
    readonly account: { readonly iban: string; readonly name: string }
    readonly timeZone: string
    readonly agentJwk: PublicJwk
    readonly limits: Limits
    readonly mandates: readonly {
      readonly issuer: string
      readonly creditorId: string
      readonly iban: string
      readonly name: string
      readonly validUntil?: string
    }[]
  }
  /** Agreements that come in now. */
  readonly agreements: readonly string[]
  /** What operator, customer and rail do now. */
  readonly orders: readonly Act[]
  /** When the rail takes payments. */
  readonly railTerms: Pick<RailTerms, 'opens' | 'cutOff'>
}

interface Act {
  readonly do: string
  readonly creditorId?: string
  readonly agreementId?: string
  readonly line?: number
  readonly code?: string
}

const { CONF_SERVER_URL: creditorOrigin = '', CONF_NOW = '', CONF_CONTEXT = '{}' } = process.env
const order = JSON.parse(CONF_CONTEXT) as Order
const { issuer, stateFolder, customer } = order
const startedAt = Date.now()
const clock = () => Number(CONF_NOW) + Math.floor((Date.now() - startedAt) / 1000)

const rail: Rail = {
  terms: { ...order.railTerms, isIdempotent: true },
  async pay({
    idempotencyKey,
    endToEndId,
    amount,
    creditor,
    debtorAccount,
    remittance,
    executionDay,
  }) {
    const { name, iban } = creditor
    return await atRail<RailOutcome>('/payments', {
      ...{ idempotencyKey, endToEndId, amount: formatAmount(amount), creditor: { name, iban } },
      ...{ debtor: { iban: debtorAccount.iban }, reference: remittance.reference, executionDay },
    })
  },
  async find({ idempotencyKey }) {
    return await atRail(`/payments/${encodeURIComponent(idempotencyKey)}`)
  },
}

const bank = createBank({
  ...{ issuer, rail, clock, key: await keptKey(), allowLoopbackHttp: true, onEvent: tell },
  store: createFileBankStore(join(stateFolder, 'records')),
  payeeCheck: ({ name, iban }) => atRail<PayeeVerdict>('/payees', { name, iban }),
})

const { hostname, port } = new URL(issuer)
const server = createServer(toNodeListener(bank.handle))
await new Promise<void>((resolve) => server.listen(Number(port), hostname, resolve))
await takeTurn()
server.close()
server.closeAllConnections()

/** Takes in what came, obeys what was ordered, then pays and reports. */
async function takeTurn(): Promise<void> {
  await register()
  for (const text of order.agreements) await handIn(text)
  for (const act of order.orders) await obey(act)
  await bank.reconcile()
  await bank.payDue()
}

async function register(): Promise<void> {
  const { id: customerId, account: debtorAccount, timeZone, agentJwk, limits, mandates } = customer
  const { currency, perPayment, perDay, perMonth, perCreditorMonth } = limits
  const amounts = Object.entries({ perPayment, perDay, perMonth, perCreditorMonth })
  const minor = Object.fromEntries(amounts.map(([name, value]) => [name, minorOf(value, currency)]))
  const known = await bank.customer(customerId)
  const registered = await bank.registerCustomer({
    ...{ customerId, agentJwk, debtorAccount, timeZone },
    limits: { newCreditor: 'refuse', byCurrency: { [currency]: minor as never } },
    // What the customer has revoked stays revoked.
    mandates: known === undefined || mandates.some(({ validUntil }) => validUntil) ? mandates : [],
  })
  if (!registered.ok) throw new Error(registered.error.code)
}

async function handIn(text: string): Promise<void> {
  const headers = { 'content-type': 'application/jose+json' }
  const request = new Request(`${issuer}/parley/agreements`, {
    method: 'POST',
    headers,
    body: text,
  })
  const reply = await bank.handle(request)
  if (reply.ok) return
  const { code } = (await reply.json()) as { code: string }
  print({ event: 'refused', code, message: createHash('sha256').update(text).digest('base64url') })
}

async function obey({ do: what, creditorId = '', agreementId = '', ...act }: Act): Promise<void> {
  const creditor = { issuer: creditorOrigin, creditorId }
  const { line = 1, code = '' } = act
  const acts: Readonly<Record<string, () => Promise<unknown>>> = {
    'stop-creditor': () => bank.setCreditorStopped(creditor, true),
    'resume-creditor': () => bank.setCreditorStopped(creditor, false),
    'stop-bank': () => bank.setBankStopped(true),
    'resume-bank': () => bank.setBankStopped(false),
    'revoke-mandate': () => bank.revokeMandate(customer.id, creditor),
    returned: () => bank.noteReturn({ customerId: customer.id, agreementId, line }, code),
  }
  await acts[what]?.()
}

function tell(event: BankEvent): void {
  const agreementId = 'key' in event ? event.key.agreementId : event.agreementId
  print({ event: event.type, agreementId, ...('code' in event ? { code: event.code } : {}) })
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** Asks the rail; throws when it gives no answer. */
async function atRail<T>(path: string, body?: object): Promise<T> {
  const post = { method: 'POST', body: JSON.stringify(body) }
  const reply = await fetch(`${order.rail}${path}`, body === undefined ? {} : post)
  return (await reply.json()) as T
}

function minorOf(value: string, currency: string): bigint {
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
