import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import type { NotifiedPayment } from '../support/camt-notification.ts'
import { agreeOn, checkSums, issueHundred, receive } from '../support/money-world.ts'
import { claimNow, openTestWorld, type TestWorld } from '../support/test-world.ts'

let world: TestWorld

beforeAll(async () => {
  world = await openTestWorld()
})
afterAll(() => world.close())

type Step =
  | { kind: 'pay'; claim: number; cents: number }
  | { kind: 'return'; payment: number }
  | { kind: 'replay' }
  | { kind: 'agree'; claim: number; parts: number }
  | { kind: 'cancel'; claim: number }

const CLAIMS = 2

const anyStep: fc.Arbitrary<Step> = fc.oneof(
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
  await world.reset()
  const claims = [await issueHundred(world), await issueHundred(world)]
  const ledger = new Ledger()
  const booked: NotifiedPayment[] = []
  for (const step of steps) {
    world.pass(60)
    await take(step, { ids: claims.map(({ claimId }) => claimId), ledger, booked })
    for (const claim of claims) {
      await checkSums(world, claim)
      const { paid, overpaid } = await claimNow(world, claim.claimId)
      const held = ledger.heldFor(claim.claimId)
      if (paid + overpaid !== held) throw new Error('the ledger holds another sum')
    }
  }
}

async function take(
  step: Step,
  { ids, ledger, booked }: { ids: string[]; ledger: Ledger; booked: NotifiedPayment[] },
): Promise<void> {
  if (step.kind === 'replay') {
    await receive(world, ...booked)
  } else if (step.kind === 'return') {
    const index = booked.length === 0 ? 0 : step.payment % booked.length
    const payment = booked[index]
    if (payment === undefined) return
    ledger.giveBack(index)
    await receive(world, { ...payment, takesBack: 'AC04' })
  } else {
    const claim = await claimNow(world, ids[step.claim] ?? '')
    const { creditorId, claimId, reference } = claim
    if (step.kind === 'pay') {
      const amount = (step.cents / 100).toFixed(2)
      const payment = { amount, reference, bankReference: `B${booked.length}` }
      booked.push(payment)
      ledger.pay(claimId, step.cents)
      await receive(world, payment)
    } else if (step.kind === 'cancel') {
      await cancelPaymentRequest(world.deps, { creditorId, claimId, reason: 'OTHR' })
    } else if (claim.state === 'open' && claim.conversation !== 'agreed') {
      await agreeOn(world, claim, partsOf(10_000n, step.parts))
    }
  }
}

/** Equal parts, the first with what is left over. */
function partsOf(total: bigint, parts: number) {
  const part = total / BigInt(parts)
  return Array.from({ length: parts }, (_, i) => ({
    amount: i === 0 ? total - part * BigInt(parts - 1) : part,
    dueDate: `2026-0${i + 4}-15`,
  }))
}

describe('any sequence of payments, returns, replays, plans and cancellations', () => {
  it('keeps payments = paid + over-paid, paid = lines, settled = nothing outstanding', async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 12 }), play), {
      numRuns: 15,
    })
  }, 120_000)
})
