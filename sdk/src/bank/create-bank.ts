// The composition of a bank kit: options in, a handful of methods out. The rail, the store and the
// customer's consent are the host's; deciding and never paying twice are the kit's.

import type { Fetch } from '../peer/bounded-fetch.ts'
import { createDirectory } from '../peer/directory.ts'
import { problemResponse, readPost } from '../peer/problem.ts'
import { compareDays } from '../protocol/days.ts'
import { isIssuer } from '../protocol/identifiers.ts'
import type { SigningKey } from '../protocol/keys.ts'
import { JOSE_JSON_MEDIA_TYPE } from '../protocol/messages.ts'
import type { Result } from '../protocol/result.ts'
import { acceptAgreement } from './accept-agreement.ts'
import type { BankEvent } from './bank-event.ts'
import { publishMetadata } from './bank-metadata.ts'
import type { BankContext } from './context.ts'
import type { CreditorRef, CustomerRecord, LineKey, LineRecord, Mandate } from './customer.ts'
import {
  answerQuestion,
  type CustomerQuestion,
  cancelPayment,
  type QuestionRef,
  questionsOf,
} from './customer-says.ts'
import type { JournalEntry } from './journal-entry.ts'
import { type MandateRefusal, revokeMandate, setMandate } from './mandate.ts'
import { isUnresolved, type PaymentReport, payLine, resolvePayment } from './pay-line.ts'
import type { PayeeCheck, WhenPayeeUnavailable } from './payee-check.ts'
import { INSTANT_TERMS, type Rail } from './rail.ts'
import { type FoundOutcome, keepOutcome, keepReturn } from './rail-outcome.ts'
import {
  type CustomerRegistration,
  type RegistrationRefusal,
  registerCustomer,
  removeAgentKey,
  setStopped,
} from './register-customer.ts'
import { flushReports, hasReport } from './report-line.ts'
import type { BankStore, JournalPage, SwitchRecord } from './store.ts'
import { setBankStopped, setCreditorStopped } from './switches.ts'
import { todayOf } from './today.ts'

/** What a bank kit is made of. */
export interface BankOptions {
  /** The bank's https origin, at which `handle` serves. */
  readonly issuer: string
  readonly key: SigningKey
  readonly store: BankStore
  readonly rail: Rail
  /** Epoch seconds; the system's clock unless given. */
  readonly clock?: () => number
  readonly randomBytes?: (length: number) => Uint8Array
  readonly fetch?: Fetch
  /** Lets issuers be `http://127.0.0.1` or `http://localhost`, for trials. */
  readonly allowLoopbackHttp?: boolean
  /** No payment is started in the last seconds of a lease (30). */
  readonly leaseMarginSeconds?: number
  /** Asked before every payment; payees are not checked unless given. */
  readonly payeeCheck?: PayeeCheck
  /** `hold` unless given: a payee that cannot be checked now is checked again at the next run. */
  readonly whenPayeeUnavailable?: WhenPayeeUnavailable
  /** How long an outcome may stay unknown before an operator is called (86,400). */
  readonly reconcileSeconds?: number
  /** How far ahead lines may be due (2,200, more than the 60 monthly lines of the longest plan). */
  readonly maxDaysAhead?: number
  /** Told what happened, after it was kept. Must not throw. */
  readonly onEvent?: (event: BankEvent) => void
}

/** Which customers a run looks at; all unless given, so that runs can share the work. */
export interface RunOptions {
  readonly customerIds?: readonly string[]
}

/** A bank that pays signed agreements inside its customers' limits, each line once. */
export interface Bank {
  registerCustomer(
    registration: CustomerRegistration,
  ): Promise<Result<CustomerRecord, RegistrationRefusal>>
  /** Kill switch of one customer: `true` stops all automatic payment at once. */
  setStopped(customerId: string, stopped: boolean): Promise<boolean>
  /** The operator's switch for one creditor: `true` stops its automatic payments. Spec: PAY-09. */
  setCreditorStopped(creditor: CreditorRef, stopped: boolean): Promise<void>
  /** The operator's switch for everything: `true` stops all automatic payment of this bank. */
  setBankStopped(stopped: boolean): Promise<void>
  switches(): Promise<SwitchRecord>
  /** Gives or changes what the customer allows one creditor. */
  setMandate(customerId: string, mandate: Mandate): Promise<Result<Mandate, MandateRefusal>>
  /** Revokes a mandate: from then on nothing is given to the rail under it. */
  revokeMandate(customerId: string, creditor: CreditorRef): Promise<boolean>
  /** Takes an agent's right to hand in agreements away. */
  removeAgentKey(customerId: string, kid: string): Promise<boolean>
  customer(customerId: string): Promise<CustomerRecord | undefined>
  /** What waits for the customer's yes. */
  questions(customerId: string): Promise<readonly CustomerQuestion[]>
  /** Takes the customer's answer to a question; refuses `question-unknown`. */
  answer(
    question: QuestionRef,
    answer: 'yes' | 'no',
  ): Promise<Result<null, { readonly code: 'question-unknown' }>>
  /** Calls a payment back that is not settled, for the customer. */
  cancelPayment(key: LineKey): Promise<'cancelled' | 'too-late' | 'unknown'>
  /** What was decided about a customer, or by the operator's switches (null), in order. */
  journal(customerId: string | null, page?: JournalPage): Promise<readonly JournalEntry[]>
  /**
   * An operator has found out what became of an open payment; `not-found` lets it be paid again.
   * Returns false for a payment that is not open.
   */
  resolve(key: LineKey, outcome: FoundOutcome, note: string): Promise<boolean>
  /** The rail sent settled money back, with its reason; again it changes nothing. */
  noteReturn(key: LineKey, code: string): Promise<boolean>
  /** Serves `POST /parley/agreements`, `GET /.well-known/parley`, `GET /.well-known/jwks.json`. */
  handle(request: Request): Promise<Response>
  /** Pays every line that is due today; safe to run often, late, and in several processes. */
  payDue(options?: RunOptions): Promise<readonly PaymentReport[]>
  /** Looks up payments whose outcome is open and sends reports that wait. Never pays. */
  reconcile(options?: RunOptions): Promise<readonly PaymentReport[]>
}

const MAX_AGREEMENT_BYTES = 65_536

/**
 * Creates a bank kit. It does nothing on its own: run `payDue` at least once a day and `reconcile`
 * every few minutes.
 *
 * @throws {TypeError} for an issuer that is no https origin.
 *
 * @example
 * import { createBank, createMemoryBankStore, type Rail } from '@parley/sdk/bank'
 * import { generateSigningKey } from '@parley/sdk/protocol'
 * declare const rail: Rail
 * const bank = createBank({
 *   issuer: 'https://bank.example',
 *   key: await generateSigningKey('ES256'),
 *   store: createMemoryBankStore(),
 *   rail,
 * })
 * for (const { line, state } of await bank.payDue()) console.log(line, state)
 */
export function createBank(options: BankOptions): Bank {
  const context = createContext(options)
  const metadata = publishMetadata(context)

  async function run(
    selection: RunOptions,
    isWanted: (line: LineRecord, customer: CustomerRecord) => boolean,
    act: (context: BankContext, key: LineKey) => Promise<PaymentReport>,
  ): Promise<readonly PaymentReport[]> {
    const reports: PaymentReport[] = []
    for (const customerId of selection.customerIds ?? (await context.store.customerIds())) {
      const customer = await context.store.customer(customerId)
      if (customer === undefined) continue
      for (const key of keysOf(customer, isWanted)) reports.push(await act(context, key))
    }
    return reports
  }

  return {
    registerCustomer: (registration) => registerCustomer(context, registration),
    setStopped: (customerId, stopped) => setStopped(context, customerId, stopped),
    setCreditorStopped: (creditor, stopped) => setCreditorStopped(context, creditor, stopped),
    setBankStopped: (stopped) => setBankStopped(context, stopped),
    switches: () => context.store.switches(),
    setMandate: (customerId, mandate) => setMandate(context, customerId, mandate),
    revokeMandate: (customerId, creditor) => revokeMandate(context, customerId, creditor),
    removeAgentKey: (customerId, kid) => removeAgentKey(context, customerId, kid),
    customer: (customerId) => context.store.customer(customerId),
    async questions(customerId) {
      const customer = await context.store.customer(customerId)
      return customer === undefined ? [] : questionsOf(customer)
    },
    answer: (question, answer) => answerQuestion(context, question, answer),
    cancelPayment: (key) => cancelPayment(context, key),
    journal: (customerId, page) => context.store.journal(customerId, page),
    async resolve(key, outcome, note) {
      const facts = { by: 'operator', note }
      const isChanged = await keepOutcome(context, key, outcome, { byOperator: true, facts })
      if (isChanged) await flushReports(context, key)
      return isChanged
    },
    async noteReturn(key, code) {
      const isNew = await keepReturn(context, key, code)
      if (isNew) await flushReports(context, key)
      return isNew
    },
    async handle(request) {
      const { pathname } = new URL(request.url)
      if (pathname === '/parley/agreements') return handleAgreement(context, request)
      if (request.method !== 'GET') return problemResponse('not-found')
      if (pathname === '/.well-known/jwks.json') return Response.json(metadata.jwks())
      if (pathname === '/.well-known/parley') return metadata.respond(request.headers.get('accept'))
      return problemResponse('not-found')
    },
    payDue: (selection = {}) =>
      run(selection, (line, customer) => isDue(line, todayOf(context, customer)), payLine),
    reconcile: (selection = {}) =>
      run(selection, (line) => isUnresolved(context, line) || hasReport(line), resolvePayment),
  }
}

function createContext(options: BankOptions): BankContext {
  const { issuer, key, store, rail, onEvent } = options
  const allowLoopbackHttp = options.allowLoopbackHttp ?? false
  if (!isIssuer(issuer, { allowLoopbackHttp }) || !issuer.startsWith('http')) {
    throw new TypeError('issuer: not an https origin')
  }
  const clock = options.clock ?? (() => Math.floor(Date.now() / 1000))
  const fetchFunction = options.fetch ?? ((...parameters) => fetch(...parameters))
  return {
    issuer,
    key,
    store,
    rail,
    terms: rail.terms ?? INSTANT_TERMS,
    payeeCheck: options.payeeCheck ?? null,
    whenPayeeUnavailable: options.whenPayeeUnavailable ?? 'hold',
    directory: createDirectory({ fetch: fetchFunction, clock, allowLoopbackHttp }),
    fetch: fetchFunction,
    clock,
    randomBytes: options.randomBytes ?? ((size) => crypto.getRandomValues(new Uint8Array(size))),
    allowLoopbackHttp,
    leaseMarginSeconds: options.leaseMarginSeconds ?? 30,
    reconcileSeconds: options.reconcileSeconds ?? 86_400,
    maxDaysAhead: options.maxDaysAhead ?? 2200,
    emit: (event) => onEvent?.(event),
  }
}

async function handleAgreement(context: BankContext, request: Request): Promise<Response> {
  const body = await readPost(request, {
    mediaType: JOSE_JSON_MEDIA_TYPE,
    maxBytes: MAX_AGREEMENT_BYTES,
  })
  if (!body.ok) return problemResponse(body.error.code)
  const accepted = await acceptAgreement(context, body.value)
  return accepted.ok
    ? Response.json(accepted.value, { status: 201 })
    : problemResponse(accepted.error.code)
}

function isDue({ state, dueDate, notBefore }: LineRecord, today: string): boolean {
  if (state !== 'scheduled' && state !== 'leasing') return false
  return compareDays(dueDate, today) <= 0 && compareDays(notBefore ?? dueDate, today) <= 0
}

function keysOf(
  customer: CustomerRecord,
  isWanted: (line: LineRecord, customer: CustomerRecord) => boolean,
): LineKey[] {
  const { customerId } = customer
  return customer.agreements
    .flatMap(({ agreementId, lines }) => lines.map((line) => ({ agreementId, line })))
    .filter(({ line }) => isWanted(line, customer))
    .sort((left, right) => compareDays(left.line.dueDate, right.line.dueDate))
    .map(({ agreementId, line }) => ({ customerId, agreementId, line: line.line }))
}
