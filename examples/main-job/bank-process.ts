// The bank: `bank-process.ts CLOCK FOLDER files|memory`, made of the parts of `examples/bank`. The SDK's
// bank decides and never pays twice; the ledger moves the money; a day with bookings ends with a
// camt.054 file for the creditor. Salaries and rents come and go as the households of the story say.
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CashFlow, forecast } from '@parley/sdk'
import { type Bank, type CurrencyLimits, createBank, createMemoryBankStore } from '@parley/sdk/bank'
import { createFileBankStore } from '@parley/sdk/node'
import { type Day, dayInZone, generateSigningKey, parseAmount } from '@parley/sdk/protocol'
import { writeCamt054 } from '../bank/camt.ts'
import { openLedger } from '../bank/ledger.ts'
import { openPendingOrders } from '../bank/pending-orders.ts'
import { createSandboxRail } from '../bank/sandbox-rail.ts'
import { instantText, readClockFile } from '../support/clock-file.ts'
import type { AccountOrder, BankCommands, LimitTexts, TransferOrder } from './control-messages.ts'
import { startProcess } from './control-server.ts'
import { cashFlowOf, minorOf } from './household.ts'

const [clockFile = '', folder = '', records = ''] = process.argv.slice(2)
const TIME_ZONE = 'Europe/Brussels'
const PAYS_AT_ONCE = 4
const clock = readClockFile(clockFile)
const today = () => dayInZone(clock(), TIME_ZONE)
const statements = join(folder, 'statements')
mkdirSync(statements, { recursive: true })
const books = records === 'files' ? join(folder, 'books.sqlite') : ':memory:'
const ledger = openLedger(books)
const rail = createSandboxRail({
  ...{ ledger, clock, beforeDebit: liveUntil },
  pending: openPendingOrders(books),
})
const accounts = new Map<string, AccountOrder>()
/** What was booked of each household's life. */
const lived = new Map<string, { readonly household: CashFlow; booked: bigint }>()
let statementCount = 0

async function openAccount(bank: Bank, order: AccountOrder): Promise<void> {
  const { customerId, name, iban, household, asOf, autoPay } = order
  accounts.set(customerId, order)
  ledger.open({ iban, name, currency: household.currency })
  lived.set(iban, { household: cashFlowOf(household, asOf), booked: 0n })
  if (autoPay === null) return
  const { currency } = household
  const registered = await bank.registerCustomer({
    customerId,
    agentJwk: autoPay.agentJwk,
    debtorAccount: { iban, name },
    timeZone: TIME_ZONE,
    limits: {
      newCreditor: 'allow',
      byCurrency: { [currency]: limitsOf(autoPay.limits, currency) },
    },
  })
  if (!registered.ok) throw new Error(`${customerId}: ${registered.error.code}`)
}

/** Books what a household has earned and spent until a day, but for the bills. */
function liveUntil(iban: string, day: Day): void {
  const life = lived.get(iban)
  if (life === undefined) return
  const [balance = 0n] = forecast(life.household, day, 0).balances
  const { currency } = life.household
  ledger.bookLife(iban, { minor: balance - life.booked, currency }, day)
  life.booked = balance
}

function limitsOf(texts: LimitTexts, currency: string): CurrencyLimits {
  const { perPayment, perDay, perMonth, perCreditorMonth } = texts
  return {
    perPayment: minorOf(perPayment ?? '', currency),
    perDay: minorOf(perDay ?? '', currency),
    perMonth: minorOf(perMonth ?? '', currency),
    perCreditorMonth: minorOf(perCreditorMonth ?? '', currency),
  }
}

/** Deals customers out to runs that go on beside each other. */
function sharesOf(customerIds: readonly string[], count: number): string[][] {
  return Array.from({ length: count }, (_, share) =>
    customerIds.filter((_, index) => index % count === share),
  )
}

function transfer({ customerId, creditor, amount, reference }: TransferOrder): string | null {
  const account = accounts.get(customerId)
  const money = parseAmount(amount)
  if (account === undefined || !money.ok) return 'AC01'
  liveUntil(account.iban, today())
  const outcome = ledger.transfer({
    key: randomUUID(),
    debtorIban: account.iban,
    creditor,
    amount: money.value,
    reference,
    endToEndId: null,
    day: today(),
  })
  return outcome.outcome === 'refused' ? outcome.code : null
}

function writeStatement(iban: string) {
  const entries = ledger.takeNews(iban)
  if (entries.length === 0) return { file: null, bookings: 0 }
  statementCount += 1
  const messageId = `LEDGER-${String(statementCount).padStart(6, '0')}`
  const xml = writeCamt054({ messageId, createdAt: instantText(clock()), iban, entries })
  const file = join(statements, `${today()}-${messageId}.xml`)
  writeFileSync(file, xml)
  return { file, bookings: entries.length }
}

await startProcess<BankCommands>(async (issuer) => {
  const bank = createBank({
    issuer,
    key: await generateSigningKey('ES256'),
    store:
      records === 'files' ? createFileBankStore(join(folder, 'records')) : createMemoryBankStore(),
    rail,
    clock,
    allowLoopbackHttp: true,
  })
  return {
    handle: bank.handle,
    commands: {
      async 'open-accounts'({ accounts: orders }) {
        for (const order of orders) await openAccount(bank, order)
        return {}
      },
      transfer: async (order) => ({ refusal: transfer(order) }),
      async 'pay-due'() {
        const shares = sharesOf([...accounts.keys()], PAYS_AT_ONCE)
        const runs = shares.map((customerIds) => bank.payDue({ customerIds }))
        const reports = (await Promise.all(runs)).flat()
        const settled = reports.filter(({ state }) => state === 'settled')
        const waiting = reports.filter(({ state }) => state !== 'settled')
        return {
          settled: settled.length,
          waiting: waiting.map(({ state, code }) => `${state} ${code}`),
        }
      },
      'write-statement': async ({ iban }) => writeStatement(iban),
    },
  }
})
