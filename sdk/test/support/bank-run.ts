// One life of a bank by chance: up to four processes that share a store, a rail and a creditor, killed
// and started again, with answers lost on every side. The same seed lives the same life.
import { type Bank, type BankStore, type CurrencyLimits, createBank } from '../../src/index.ts'
import type { Agreement, SigningKey } from '../../src/protocol/index.ts'
import { agreementPost, DEBTOR_IBAN } from './bank-world.ts'
import { createFaultyRail, type FaultyRail } from './faulty-rail.ts'
import { BANK_ORIGIN, CREDITOR_ORIGIN, createClock, IBAN } from './fixtures.ts'
import { createChance } from './household-history.ts'
import { createLeaseDesk, type LeaseDesk } from './lease-desk.ts'
import { createTurns, type Stepper } from './turns.ts'

/** An agreement as it is handed in. */
export interface SignedBill {
  readonly text: string
  readonly agreement: Agreement
}

/** What all lives of a test share. */
export interface RunWorld {
  readonly bankKey: SigningKey
  readonly peerKey: SigningKey
  readonly agentKey: SigningKey
  readonly bills: readonly SignedBill[]
}

/** A life that has been lived, for whoever judges it. */
export interface LivedRun {
  readonly seed: number
  readonly bank: Bank
  readonly rail: FaultyRail
  readonly desk: LeaseDesk
  readonly limits: CurrencyLimits
  readonly bills: readonly SignedBill[]
  readonly kills: number
  readonly turns: number
}

export const CUSTOMER = 'customer-1'
const CREDITOR = { issuer: CREDITOR_ORIGIN, creditorId: 'cr1' }
const MANDATE = { ...CREDITOR, iban: IBAN }
const MAX_KILLS = 6
const DAYS_AFTERWARDS = 10
const DAY = 86_400

/** Lives one life. `wrap` lets a test break the store. */
export async function liveBankRun(
  { bankKey, peerKey, agentKey, bills: allBills }: RunWorld,
  { seed, store }: { readonly seed: number; readonly store: BankStore },
): Promise<LivedRun> {
  const random = createChance(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const chance = (percent: number) => random() * 100 < percent
  const clock = createClock()
  const leaseSeconds = pick([60, 300, 600])
  const rail = createFaultyRail(
    {
      isIdempotent: chance(50),
      isBatch: chance(25),
      faultsPercent: pick([0, 30, 60]),
      rejectsPercent: pick([0, 0, 20]),
    },
    { random, clock },
  )
  const bankKeys = { keys: [{ ...bankKey.publicJwk, kid: bankKey.kid, use: 'sig' as const }] }
  const desk = createLeaseDesk({ key: peerKey, bankKeys, clock, isLax: chance(50), leaseSeconds })
  const bills = Array.from({ length: pick([1, 2, 3, 4]) }, () => pick(allBills))
  const limits = pick<CurrencyLimits>([
    { perPayment: 50_000n, perDay: 100_000n, perMonth: 300_000n, perCreditorMonth: 300_000n },
    { perPayment: 20_000n, perDay: 20_000n, perMonth: 300_000n, perCreditorMonth: 300_000n },
    { perPayment: 50_000n, perDay: 30_000n, perMonth: 40_000n, perCreditorMonth: 35_000n },
  ])
  const lostPercent = pick([0, 10, 30])
  const killPercent = pick([0, 1, 4])
  const deliveries = chance(5) ? 100 : pick([1, 3, 8])
  let isCalm = false

  const outside = async (request: Request) => {
    const response = await desk.serve(request)
    if (!isCalm && chance(lostPercent)) throw new TypeError('fetch failed')
    return response
  }

  function bankOf({ call }: Pick<Stepper, 'call'>): Bank {
    const steps: Partial<Record<string, unknown>> = {}
    for (const [name, method] of Object.entries(store)) {
      steps[name] = (...parameters: unknown[]) => call(() => method(...parameters))
    }
    return createBank({
      ...{ issuer: BANK_ORIGIN, key: bankKey, clock },
      store: steps as unknown as BankStore,
      rail: {
        terms: rail.terms ?? { opens: 'every-day', isIdempotent: true },
        pay: (instruction) => call(() => rail.pay(instruction)),
        find: (query) => call(() => rail.find(query)),
      },
      fetch: (input, init) => call(() => outside(new Request(input, init))),
      leaseMarginSeconds: 10,
    })
  }

  const calm = bankOf({ call: (effect) => effect() })
  const registered = await calm.registerCustomer({
    customerId: CUSTOMER,
    agentJwk: agentKey.publicJwk,
    debtorAccount: { iban: DEBTOR_IBAN },
    timeZone: 'UTC',
    limits: { newCreditor: 'refuse', byCurrency: { EUR: limits } },
    mandates: [MANDATE],
  })
  if (!registered.ok) throw new Error(registered.error.code)

  const turns = createTurns(random)
  let kills = 0
  let count = 0
  let left = deliveries

  async function act(bank: Bank): Promise<void> {
    clock.advance(pick([0, 0, 0, 0, 0, 5, 5, leaseSeconds, DAY]))
    const deed = random() * 10
    if (deed < 3 || left > 20) {
      left -= 1
      for (const { text } of bills) await bank.handle(agreementPost(text))
    } else if (deed < 5) await bank.payDue()
    else if (deed < 8) await beImpatient(bank)
    else if (deed < 9) await bank.reconcile()
    else await pick([upset, upset, async () => rail.catchUp()])(bank)
  }

  /** Looks up at once, and tries again at once, while the first try may still be on its way. */
  async function beImpatient(bank: Bank): Promise<void> {
    await bank.payDue()
    await bank.reconcile()
    await bank.payDue()
  }

  /** What customer and operator do in the middle of it. */
  async function upset(bank: Bank): Promise<void> {
    const isOn = chance(40)
    const deed = Math.floor(random() * 4)
    if (deed === 0) await bank.setStopped(CUSTOMER, isOn)
    if (deed === 1) await bank.setCreditorStopped(CREDITOR, isOn)
    if (deed === 2) await bank.setBankStopped(isOn)
    if (deed === 3 && isOn) await bank.revokeMandate(CUSTOMER, CREDITOR)
    if (deed === 3 && !isOn) await bank.setMandate(CUSTOMER, MANDATE)
  }

  function startProcess(): void {
    turns.start(async (stepper) => {
      const bank = bankOf({
        async call(effect) {
          count += 1
          const result = await stepper.call(effect)
          // A process may stand still for longer than its lease.
          if (chance(1)) clock.advance(leaseSeconds)
          return result
        },
      })
      for (let deed = 0; deed < 5; deed++) await act(bank)
    })
  }

  clock.advance(27 * DAY)
  for (let process = pick([2, 3, 4]); process > 0; process--) startProcess()
  await turns.run(
    () => kills < MAX_KILLS && chance(killPercent),
    () => {
      kills += 1
      startProcess()
    },
  )
  isCalm = true
  await comeToRest()
  return { seed, bank: calm, rail, desk, limits, bills, kills, turns: count }

  /** Everything works again, days go by, and an operator looks up what stayed open. */
  async function comeToRest(): Promise<void> {
    rail.heal()
    if (chance(80)) {
      await calm.setStopped(CUSTOMER, false)
      await calm.setBankStopped(false)
      await calm.setCreditorStopped(CREDITOR, false)
      await calm.setMandate(CUSTOMER, MANDATE)
    }
    for (const { text } of bills) await calm.handle(agreementPost(text))
    for (let day = 0; day < DAYS_AFTERWARDS; day++) {
      clock.advance(DAY)
      rail.catchUp()
      await calm.reconcile()
      await calm.payDue()
      await decideOpenOutcomes()
    }
  }

  async function decideOpenOutcomes(): Promise<void> {
    const customer = await calm.customer(CUSTOMER)
    for (const { agreementId, lines } of customer?.agreements ?? []) {
      for (const { line, escalatedAt, state } of lines) {
        if (escalatedAt === null || state !== 'unknown') continue
        const truth = rail.truthOf(`${agreementId}:${line}`)
        await calm.resolve({ customerId: CUSTOMER, agreementId, line }, truth, 'as booked')
      }
    }
  }
}
