// What the bank's operator does at `/operator/`: opens accounts, plans faults, lets the bank run, turns
// switches, decides what stayed open, and fetches statements. JSON in and out; amounts are decimal texts.
import type { Bank, CurrencyLimits, FoundOutcome, LineKey, Mandate } from '@parley/sdk/bank'
import { type Amount, addDays, type Day, type PublicJwk, parseAmount } from '@parley/sdk/protocol'
import type { Access } from './access.ts'
import { writeCamt053, writeCamt054 } from './camt.ts'
import type { Ledger } from './ledger.ts'
import type { Fault, SandboxRail } from './sandbox-rail.ts'

/** A new customer, as the operator writes it. */
export interface NewCustomer {
  readonly customerId: string
  readonly name: string
  readonly iban: string
  readonly balance: Amount
  readonly agentJwk: PublicJwk
  /** Of one payment, a day and a month, in the currency of the balance. */
  readonly limits: {
    readonly perPayment: string
    readonly perDay: string
    readonly perMonth: string
  }
  /** Creditors that the customer names; others are taken at their first bill. */
  readonly mandates?: readonly Mandate[]
}

/** The parts of the bank that the operator works with. */
export interface OperatorView {
  readonly bank: Bank
  readonly ledger: Ledger
  readonly rail: SandboxRail
  readonly access: Access
  readonly timeZone: string
  readonly today: () => Day
  /** RFC 3339. */
  readonly now: () => string
  /** Lets the day begin, pays what is due and looks up what is open. */
  readonly run: () => Promise<unknown>
}

type Handler = (view: OperatorView, body: unknown) => Promise<Response>

const HANDLERS: Readonly<Record<string, Handler>> = {
  customers: async (view, body) => openAccount(view, body as NewCustomer),
  async faults({ rail }, body) {
    rail.plan(body as readonly Fault[])
    return Response.json({})
  },
  run: async (view) => Response.json(await view.run()),
  async switch({ bank }, body) {
    const { stopped, creditor } = body as { stopped: boolean; creditor?: Mandate }
    if (creditor === undefined) await bank.setBankStopped(stopped)
    else await bank.setCreditorStopped(creditor, stopped)
    return Response.json(await bank.switches())
  },
  async resolve({ bank }, body) {
    const { key, outcome, note } = body as { key: LineKey; outcome: FoundOutcome; note: string }
    return Response.json({ isResolved: await bank.resolve(key, outcome, note) })
  },
  async notification({ ledger, now, today }, body) {
    const { iban } = body as { iban: string }
    const entries = ledger.takeNews(iban)
    const last = entries.at(-1)?.bookingId ?? today()
    return xml(writeCamt054({ messageId: `N-${last}`, createdAt: now(), iban, entries }))
  },
  async statement({ ledger, now, today }, body) {
    const { iban, currency = 'EUR', from, to = today() } = body as StatementOrder
    const opening = ledger.balanceBefore(iban, currency, from)
    const messageId = `S-${from}-${to}`.slice(0, 21)
    const entries = ledger.entries(iban, from, to)
    const facts = { messageId, createdAt: now(), iban, entries, currency, from, to, opening }
    return xml(writeCamt053(facts))
  },
  async balances({ ledger }, body) {
    const { iban, currency = 'EUR' } = body as { iban: string; currency?: string }
    const [minor, sumOfAll] = [ledger.balance(iban, currency), ledger.sumOfAll()]
    return Response.json({ minor: minor.toString(), sumOfAll: sumOfAll.toString() })
  },
}

interface StatementOrder {
  readonly iban: string
  readonly currency?: string
  readonly from: Day
  readonly to?: Day
}

/** Serves `POST /operator/NAME`; 404 for a name that is none. */
export async function serveOperator(
  view: OperatorView,
  name: string,
  request: Request,
): Promise<Response> {
  if (!view.access.isOperator(request)) return new Response(null, { status: 401 })
  const handler = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined
  if (handler === undefined || request.method !== 'POST') return new Response(null, { status: 404 })
  return await handler(view, await request.json())
}

async function openAccount(view: OperatorView, order: NewCustomer): Promise<Response> {
  const { bank, ledger, access, timeZone, today } = view
  const { customerId, name, iban, balance, agentJwk, mandates = [] } = order
  const opening = parseAmount(balance)
  const limits = limitsOf(order)
  if (!opening.ok || limits === null) return Response.json({ code: 'amount' }, { status: 422 })
  const { currency } = balance
  const registered = await bank.registerCustomer({
    ...{ customerId, agentJwk, timeZone, mandates, debtorAccount: { iban, name } },
    limits: { newCreditor: 'allow', byCurrency: { [currency]: limits } },
  })
  if (!registered.ok) return Response.json(registered.error, { status: 422 })
  const isNew = ledger.account(iban) === undefined
  ledger.open({ iban, name, currency })
  // The day before: a statement of today opens with it.
  if (isNew) ledger.bookLife(iban, opening.value, addDays(today(), -1))
  return Response.json({ page: `/customers/${access.tokenOf(customerId)}/` }, { status: 201 })
}

function limitsOf({ limits, balance }: NewCustomer): CurrencyLimits | null {
  const minor = (value: string) => {
    const amount = parseAmount({ value, currency: balance.currency })
    return amount.ok ? amount.value.minor : null
  }
  const perPayment = minor(limits.perPayment)
  const perDay = minor(limits.perDay)
  const perMonth = minor(limits.perMonth)
  if (perPayment === null || perDay === null || perMonth === null) return null
  return { perPayment, perDay, perMonth, perCreditorMonth: perMonth }
}

function xml(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'application/xml' } })
}
