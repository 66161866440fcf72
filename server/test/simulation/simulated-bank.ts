// A bank around the kit's real decisions (`authorise`, `judgeLease`, `keepOutcome`) and its real memory
// journal, and a rail that loses answers. What is on its way is saved before the rail is called.
import type {
  BankStore,
  CustomerRecord,
  LineRecord,
  PaymentInstruction,
  RailOutcome,
} from '@parley/sdk'
import type { Agreement, PaymentMessage, StatusMessage } from '@parley/sdk/protocol'
import { authorise, checkMandate } from '../../../sdk/src/bank/authorise.ts'
import { type BankContext, changeCustomer } from '../../../sdk/src/bank/context.ts'
import { findLine, type LineKey, withLine } from '../../../sdk/src/bank/customer.ts'
import { judgeLease } from '../../../sdk/src/bank/judge-lease.ts'
import { createMemoryBankStore } from '../../../sdk/src/bank/memory-store.ts'
import { instructionFor, isOpenWithRail, keepOutcome } from '../../../sdk/src/bank/rail-outcome.ts'
import type { Faults } from './faults.ts'
import { hashOfText, type Signed, seal, sign } from './letters.ts'
import { BANK, CREDITOR, dayAt, SERVER } from './simulated-server.ts'
import type { Party, Task, World } from './world.ts'

export const RAIL = 'rail'
const RETRY_SECONDS = 120
const MARGIN_SECONDS = 10
const DAY = 86_400

export interface Booking {
  readonly reference: string
  readonly key: string
  readonly agreementId: string
  readonly line: number
  readonly claimId: string
  readonly minor: bigint
  readonly at: number
}

export interface SimulatedRail extends Party {
  readonly bookings: readonly Booking[]
  readonly isIdempotent: boolean
  pay(instruction: PaymentInstruction, claimId: string): RailOutcome
  find(key: string): RailOutcome | { readonly outcome: 'not-found' }
}

export function createSimulatedRail(world: World): SimulatedRail {
  const bookings: Booking[] = []
  const isIdempotent = world.chance(50)
  const outcomeOf = ({ reference }: Booking) => ({ outcome: 'settled', railId: reference }) as const

  async function* tell(): Task {
    for (const { reference, claimId, minor } of bookings) {
      world.send(RAIL, SERVER, { kind: 'booked', reference, claimId, minor: String(minor) })
    }
    yield 'sent its statement'
  }

  return {
    ...{ name: RAIL, bookings, isIdempotent, wake: tell },
    async *receive() {},
    pay({ idempotencyKey: key, key: { agreementId, line }, amount, submitBy }, claimId) {
      const known = bookings.find((it) => it.key === key)
      if (known !== undefined && isIdempotent) return outcomeOf(known)
      if (world.now() >= submitBy) return { outcome: 'rejected', code: 'TM01' }
      const reference = `booking-${bookings.length}`
      const at = world.now()
      bookings.push({ reference, key, agreementId, line, claimId, minor: amount.minor, at })
      for (const seconds of [60, 6 * 3600, DAY]) world.later(RAIL, seconds, tell)
      // The answer may be lost after the booking.
      return world.chance(20) ? { outcome: 'unknown' } : { outcome: 'settled', railId: reference }
    },
    find(key) {
      const known = bookings.find((it) => it.key === key)
      return known === undefined ? { outcome: 'not-found' } : outcomeOf(known)
    },
  }
}

export interface SimulatedBank extends Party {
  readonly store: BankStore
  /** What an operator does once everything is quiet: looks up what is still open, and sends what is owed. */
  tidyUp(): Task
}

const LIMIT = 10_000_000n
const UNTOUCHED = {
  ...({ state: 'scheduled', notBefore: null, fencing: null, leaseUntil: null } as const),
  ...({ paidOn: null, railId: null, reconcileBy: null, escalatedAt: null, code: null } as const),
  ...({ head: null, outgoing: null, owed: null } as const),
}

/** The customer of an agent. */
function customerOf(agent: string): CustomerRecord {
  const limits = { perPayment: LIMIT, perDay: LIMIT, perMonth: LIMIT, perCreditorMonth: LIMIT }
  return {
    ...{ customerId: agent, version: 0, journalSeq: 0, agentKeys: [], timeZone: 'UTC' },
    debtorAccount: { iban: 'BE68539007547034' },
    limits: { newCreditor: 'refuse', byCurrency: { EUR: limits } },
    mandates: [{ issuer: SERVER, creditorId: CREDITOR.id, iban: CREDITOR.account.iban }],
    ...{ refused: [], stopped: false, agreements: [] },
  }
}

export function createSimulatedBank(
  world: World,
  rail: SimulatedRail,
  faults: Faults,
): SimulatedBank {
  const store = createMemoryBankStore()
  const context = {
    ...{ store, clock: world.now, emit: () => {}, reconcileSeconds: DAY },
    terms: { opens: 'every-day', isIdempotent: rail.isIdempotent },
  } as unknown as BankContext

  async function* receive(body: unknown, from: string): Task {
    const { kind } = body as { kind: string }
    if (kind === 'agreement') yield* accept(body as HandedIn, from)
    else if (kind === 'reply') yield* hear(body as { to: string; reply: StatusMessage })
  }

  interface HandedIn {
    readonly requestId: string
    readonly text: Agreement
    readonly seals: { readonly agent: string; readonly server: string }
  }

  async function* accept({ requestId, text, seals }: HandedIn, from: string): Task {
    const hash = hashOfText(JSON.stringify(text))
    const isSigned = seals.agent === seal(from, hash) && seals.server === seal(SERVER, hash)
    if (!isSigned || text.aud !== from) return
    yield 'checked an agreement'
    await changeCustomer(context, from, (kept) => {
      const customer = kept ?? customerOf(from)
      const agreement = recordOf(text)
      const isKnown = customer.agreements.some((it) => it.agreementId === text.agreementId)
      const barred = checkMandate(customer, agreement, dayAt(world.now()))
      if (isKnown || barred !== null) return { customer: null, outcome: null }
      const agreements = [...customer.agreements, agreement]
      return { customer: { ...customer, agreements }, outcome: null }
    })
    yield 'kept an agreement'
    world.send(BANK, from, { kind: 'taken', requestId })
    yield* payDue()
  }

  function recordOf({ iss: issuer, agreementId, sub, requestId, creditor, ...rest }: Agreement) {
    const { remittance, iat: agreedAt, lines } = rest
    return {
      ...{ agreementId, issuer, sub, requestId, creditor, remittance, agreedAt },
      ...{ acceptedAt: world.now(), payee: null, approved: [] },
      lines: lines.map(({ dueDate, ...line }): LineRecord => {
        return { ...UNTOUCHED, ...line, dueDate, executionDay: dueDate }
      }),
    }
  }

  /** Asks for a lease for every line that is due. */
  async function* payDue(): Task {
    for (const { key, line } of await allLines()) {
      if (line.state !== 'scheduled') continue
      const customer = await store.customer(key.customerId)
      const today = dayAt(world.now())
      yield 'looked at a line'
      if (customer === undefined) continue
      const allowed = authorise({ customer, key, today })
      if (!allowed.ok) {
        if (allowed.error.code === 'not-due') wakeOn(line.notBefore ?? line.dueDate)
        continue
      }
      const outgoing = messageOf(key, customer, 'ACCP')
      const isOurs = await changeLine(key, (kept) =>
        kept.state === 'scheduled' ? { ...kept, state: 'leasing', outgoing } : null,
      )
      yield 'saved a question for a lease'
      if (isOurs) yield* say(key)
    }
  }

  const armed = new Set<string>()

  function wakeOn(day: string): void {
    if (armed.has(day)) return
    armed.add(day)
    world.later(BANK, Math.max(60, Date.parse(day) / 1000 - world.now() + 60), payDue)
  }

  async function allLines() {
    const ids = await store.customerIds()
    const customers = await Promise.all(ids.map((id) => store.customer(id)))
    return customers.flatMap((customer) =>
      (customer?.agreements ?? []).flatMap((agreement) =>
        agreement.lines.map((line) => ({
          ...{ line, agreement },
          key: {
            customerId: customer?.customerId ?? '',
            agreementId: agreement.agreementId,
            line: line.line,
          },
        })),
      ),
    )
  }

  const changeLine = (key: LineKey, change: (line: LineRecord) => LineRecord | null) =>
    changeCustomer<boolean>(context, key.customerId, (customer) => {
      const line = customer && findLine(customer, key)?.line
      const changed = line === undefined ? null : change(line)
      if (customer === undefined || changed === null) return { customer: null, outcome: false }
      return { customer: withLine(customer, key.agreementId, changed), outcome: true }
    })

  let drawn = 0

  function messageOf(key: LineKey, customer: CustomerRecord, status: PaymentMessage['status']) {
    const found = findLine(customer, key)
    if (found === undefined) throw new Error('no such line')
    const { agreement, line } = found
    const { agreementId, requestId } = agreement
    const body = {
      ...{ requestId, agreementId, line: line.line, status, amount: line.amount },
      ...{ endToEndId: line.endToEndId, fencing: line.fencing ?? undefined },
    }
    const iat = world.now()
    drawn += 1
    const jti = `b${drawn}-${Math.floor(world.random() * 1e9)}`
    const message = sign(BANK, {
      ...{ kind: 'payment', iss: BANK, jti, thr: `pay ${agreementId} ${line.line}`, seq: 0 },
      ...{ prev: null, iat, exp: iat + DAY, body },
    })
    return { jws: JSON.stringify(message), hash: jti, seq: 0, status, code: null }
  }

  async function lineAt(key: LineKey): Promise<LineRecord | undefined> {
    const customer = await store.customer(key.customerId)
    return customer && findLine(customer, key)?.line
  }

  /** Says it again until the creditor has answered. */
  async function* say(key: LineKey, hash?: string): Task {
    const outgoing = (await lineAt(key))?.outgoing
    if (outgoing == null || (hash !== undefined && outgoing.hash !== hash)) return
    world.send(BANK, SERVER, JSON.parse(outgoing.jws) as Signed)
    yield 'said'
    world.later(BANK, RETRY_SECONDS, () => say(key, outgoing.hash))
  }

  async function* hear({ to, reply }: { to: string; reply: StatusMessage }): Task {
    const found = (await allLines()).find(({ line }) => line.outgoing?.hash === to)
    yield 'heard'
    if (found === undefined) return
    const { key, agreement } = found
    const { status } = found.line.outgoing ?? {}
    if (status !== 'ACCP') {
      // A report was taken, or never will be.
      await changeLine(key, (line) =>
        line.outgoing?.hash === to ? { ...line, outgoing: null } : null,
      )
      yield 'saved that a report was taken'
      return yield* report(key)
    }
    const told = 'refused' in reply ? notGranted(reply, found.line) : reply
    if (faults.has('bank-pays-before-saving') && told.lease?.granted === true) {
      await callRail(key, agreement.requestId, { ...found.line, leaseUntil: told.lease.until ?? 0 })
      yield 'paid and did not save it'
    }
    const isOurs = await judge(key, to, told)
    yield 'saved what the lease allows'
    if (!isOurs) return
    if ((await lineAt(key))?.state === 'paying') yield* submit(key, agreement.requestId)
    else yield* report(key)
    yield* payDue()
  }

  function notGranted(_refused: object, { line, amount }: LineRecord): StatusMessage {
    const told = { claim: 'open', outstanding: amount, lease: { line, granted: false } }
    return told as unknown as StatusMessage
  }

  function judge(key: LineKey, to: string, told: StatusMessage): Promise<boolean> {
    const status = faults.has('bank-ignores-lease') ? alwaysGranted(told, key) : told
    return changeCustomer<boolean>(context, key.customerId, (customer) => {
      const line = customer && findLine(customer, key)?.line
      if (customer === undefined || line?.outgoing?.hash !== to) {
        return { customer: null, outcome: false }
      }
      const today = dayAt(world.now())
      const facts = { customer, key, today, executionDay: today, now: world.now() }
      const limits = { marginSeconds: MARGIN_SECONDS, reconcileSeconds: DAY }
      const judged = { ...judgeLease({ ...facts, ...limits, status }), outgoing: null }
      return { customer: withLine(customer, key.agreementId, judged), outcome: true }
    })
  }

  function alwaysGranted(told: StatusMessage, { line }: LineKey): StatusMessage {
    const lease = { line, granted: true, fencing: 1_000, until: world.now() + 300 }
    const owed = { value: '999999.00', currency: 'EUR' }
    return { ...told, claim: 'open', outstanding: owed, lease } as StatusMessage
  }

  async function callRail(key: LineKey, requestId: string, line: LineRecord): Promise<RailOutcome> {
    const customer = await store.customer(key.customerId)
    const found = customer && findLine(customer, key)
    if (customer === undefined || found === undefined) throw new Error('no such line')
    return rail.pay(instructionFor(customer, { agreement: found.agreement, line }), requestId)
  }

  async function* submit(key: LineKey, requestId: string): Task {
    yield 'about to pay'
    const line = await lineAt(key)
    if (line?.state !== 'paying') return
    const outcome = await callRail(key, requestId, line)
    yield 'paid'
    await keepOutcome(context, key, outcome)
    yield 'saved an outcome'
    yield* report(key)
    if (outcome.outcome === 'unknown') world.later(BANK, 600, () => reconcile(key))
  }

  async function* reconcile(key: LineKey, byOperator = false): Task {
    const line = await lineAt(key)
    if (line === undefined || !isOpenWithRail(line)) return
    const outcome = rail.find(`${key.agreementId}:${key.line}`)
    yield 'asked the rail'
    await keepOutcome(context, key, outcome, { byOperator })
    yield 'saved what the rail knows'
    yield* report(key)
    const left = await lineAt(key)
    if (left?.state === 'unknown' && !byOperator) world.later(BANK, DAY, () => reconcile(key))
  }

  /** Signs and sends the report that is owed; one message of a line at a time. */
  async function* report(key: LineKey): Task {
    const customer = await store.customer(key.customerId)
    const line = customer && findLine(customer, key)?.line
    if (customer === undefined || line?.owed == null || line.outgoing !== null) return
    const { owed } = line
    const outgoing = messageOf(key, customer, owed.status)
    yield 'signed a report'
    const isOurs = await changeLine(key, (kept) =>
      kept.owed === owed && kept.outgoing === null ? { ...kept, owed: null, outgoing } : null,
    )
    if (isOurs) yield* say(key)
  }

  async function* takeUp(byOperator: boolean): Task {
    for (const { key, line } of await allLines()) {
      if (line.outgoing !== null) yield* say(key)
      if (isOpenWithRail(line)) yield* reconcile(key, byOperator)
      if (line.owed !== null) yield* report(key)
    }
    yield* payDue()
  }

  async function* wake(): Task {
    armed.clear()
    yield* takeUp(false)
  }

  return { name: BANK, store, receive, wake, tidyUp: () => takeUp(true) }
}
