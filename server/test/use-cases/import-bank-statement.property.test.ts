import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Store } from '../../src/storage/database.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import type { NotifiedPayment } from '../support/camt-notification.ts'
import { createMoneyWorld } from '../support/money-world.ts'
import { openTestStore } from '../support/test-store.ts'

let store: Store

beforeAll(async () => {
  store = await openTestStore()
})
afterAll(async () => {
  await store.close()
})

type Step =
  | { kind: 'pay'; claim: number; cents: number }
  | { kind: 'return'; payment: number }
  | { kind: 'replay' }
  | { kind: 'agree'; claim: number; parts: number }
  | { kind: 'cancel'; claim: number }

const CLAIMS = 2

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('pay' as const),
      claim: fc.nat(CLAIMS - 1),
      // Parts, the exact amount, and too much of a claim of 100.00.
      cents: fc.oneof(fc.integer({ min: 1, max: 15_000 }), fc.constantFrom(5_000, 10_000)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('return' as const), payment: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replay' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('agree' as const),
      claim: fc.nat(CLAIMS - 1),
      parts: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('cancel' as const), claim: fc.nat(CLAIMS - 1) }),
  },
)

/** What a person with a pencil would note: booked amounts that did not come back, by claim. */
class Ledger {
  readonly #entries: { claimId: string; cents: bigint; isReturned: boolean }[] = []

  pay(claimId: string, cents: number): void {
    this.#entries.push({ claimId, cents: BigInt(cents), isReturned: false })
  }

  giveBack(index: number): void {
    const entry = this.#entries[index]
    if (entry !== undefined) entry.isReturned = true
  }

  heldFor(claimId: string): bigint {
    return this.#entries
      .filter((entry) => entry.claimId === claimId && !entry.isReturned)
      .reduce((sum, { cents }) => sum + cents, 0n)
  }
}

async function play(steps: readonly Step[]): Promise<void> {
  const world = await createMoneyWorld(store)
  const ids = [await world.issue(), await world.issue()]
  const references = await Promise.all(ids.map((id) => world.referenceOf(id)))
  const ledger = new Ledger()
  const booked: NotifiedPayment[] = []
  for (const one of steps) {
    world.advance(60)
    const claimId = 'claim' in one ? (ids[one.claim] ?? '') : ''
    if (one.kind === 'pay') {
      const amount = (one.cents / 100).toFixed(2)
      const reference = references[one.claim] ?? ''
      const payment = { amount, reference, bankReference: `B${booked.length}` }
      booked.push(payment)
      ledger.pay(claimId, one.cents)
      await world.receive(payment)
    } else if (one.kind === 'return' && booked.length > 0) {
      const index = one.payment % booked.length
      ledger.giveBack(index)
      await world.receive({ ...(booked[index] as NotifiedPayment), takesBack: 'AC04' })
    } else if (one.kind === 'replay') {
      await world.receive(...booked)
    } else if (one.kind === 'agree') {
      await agreeAgain(world, claimId, one.parts)
    } else if (one.kind === 'cancel') {
      const { creditorId, deps } = world
      await cancelPaymentRequest(deps, { creditorId, claimId, reason: 'OTHR' })
    }
    for (const id of ids) {
      await world.checkSums(id)
      const { paid, overpaid } = await world.claim(id)
      if (paid + overpaid !== ledger.heldFor(id)) throw new Error('the ledger holds another sum')
    }
  }
}

/** Splits an open claim on which nothing is agreed into parts; what was paid goes to the first. */
async function agreeAgain(
  world: Awaited<ReturnType<typeof createMoneyWorld>>,
  claimId: string,
  parts: number,
): Promise<void> {
  const { state, conversation } = await world.claim(claimId)
  if (state !== 'open' || conversation === 'agreed') return
  const part = 10_000n / BigInt(parts)
  const amounts = Array.from({ length: parts }, (_, i) =>
    i === 0 ? 10_000n - part * BigInt(parts - 1) : part,
  )
  await world.agree(
    claimId,
    amounts,
    amounts.map((_, i) => `2027-0${i + 1}-15`),
  )
}

describe('any sequence of payments, returns, replays, plans and cancellations', () => {
  it('keeps payments = paid + over-paid, paid = lines, settled = nothing outstanding', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), play), {
      numRuns: 25,
    })
  }, 120_000)
})
