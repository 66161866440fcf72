// A small bank, put together: the SDK's bank kit, books, a rail with faults, and the desks of customer
// and operator, on one HTTP server.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { type BankEvent, type BankStore, createBank, type RailTerms } from '@parley/sdk/bank'
import { toNodeListener } from '@parley/sdk/node'
import {
  dayInZone,
  exportPrivateJwk,
  generateSigningKey,
  importSigningKey,
  type SigningKey,
} from '@parley/sdk/protocol'
import { createAccess } from './access.ts'
import { serveCustomer } from './customer-desk.ts'
import { openLedger } from './ledger.ts'
import { serveOperator } from './operator-desk.ts'
import { openPendingOrders } from './pending-orders.ts'
import { createSandboxRail } from './sandbox-rail.ts'

/** What a bank server is made of. */
export interface BankServerOptions {
  /** Its origin; the port is taken from it. */
  readonly origin: string
  /** Books, key and secret; and the kit's records, unless they are elsewhere. */
  readonly folder: string
  readonly store: BankStore
  readonly operatorToken: string
  readonly timeZone: string
  /** Epoch seconds. */
  readonly clock: () => number
  readonly terms?: RailTerms
  readonly onEvent?: (event: BankEvent) => void
}

/** A bank that serves. */
export interface BankServer {
  /** Lets the day begin, pays what is due and looks up what is open. */
  run(): Promise<{ readonly lines: readonly string[] }>
  close(): Promise<void>
}

/** Starts a bank; key and secret are made at the first start. */
export async function startBankServer(options: BankServerOptions): Promise<BankServer> {
  const { origin, folder, store, timeZone, clock } = options
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const books = join(folder, 'books.sqlite')
  const ledger = openLedger(books)
  const pending = openPendingOrders(books)
  const terms = options.terms === undefined ? {} : { terms: options.terms }
  const rail = createSandboxRail({ ledger, pending, clock, ...terms })
  const bank = createBank({
    ...{ issuer: origin, store, rail, clock, allowLoopbackHttp: true },
    key: await keptKey(join(folder, 'key.json')),
    onEvent: (event) => options.onEvent?.(event),
  })
  const access = createAccess(keptSecret(join(folder, 'secret')), options.operatorToken)
  const today = () => dayInZone(clock(), timeZone)
  const now = () => new Date(clock() * 1000).toISOString()

  async function run() {
    await rail.beginDay(today(), (line, code) => bank.noteReturn(line, code))
    const reports = [...(await bank.reconcile()), ...(await bank.payDue())]
    const lines = reports.map(({ line, state, code }) => `${line} ${state} ${code ?? ''}`.trimEnd())
    return { lines }
  }

  const view = { bank, ledger, rail, access, timeZone, today, now, run }
  async function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const [, desk = '', name = '', rest = ''] =
      /^\/([a-z]+)\/([^/]+)(?:\/(.*))?$/.exec(pathname) ?? []
    if (desk === 'operator') return serveOperator(view, name, request)
    if (desk !== 'customers') return bank.handle(request)
    const customerId = access.customerOf(name)
    if (customerId === undefined) return new Response(null, { status: 404 })
    return serveCustomer({ bank, ledger, customerId }, rest, request)
  }

  const server = createServer(toNodeListener(handle))
  const { hostname, port } = new URL(origin)
  await new Promise<void>((resolve) => server.listen(Number(port), hostname, resolve))
  return {
    run,
    async close() {
      await closed(server)
      pending.close()
      ledger.close()
    },
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function keptKey(file: string): Promise<SigningKey> {
  if (existsSync(file)) return importSigningKey(JSON.parse(readFileSync(file, 'utf8')))
  const key = await generateSigningKey('ES256', { extractable: true })
  writeWhole(file, JSON.stringify(await exportPrivateJwk(key)))
  return key
}

function keptSecret(file: string): string {
  if (!existsSync(file)) writeWhole(file, randomBytes(32).toString('base64url'))
  return readFileSync(file, 'utf8')
}

/** Under its name it is there as a whole or not at all. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
