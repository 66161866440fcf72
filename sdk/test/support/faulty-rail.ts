// A rail with two accounts and every fault that a real one has: answers that are lost before or after
// the booking, instructions that arrive late, rejections, batches, returns. It keeps its own books,
// which are what a run is judged by.
import type { PaymentInstruction, PaymentQuery, Rail, RailOutcome } from '../../src/index.ts'

/** One movement of money. */
export interface Booking {
  readonly key: string
  readonly minor: bigint
  /** Against which limits it counts. */
  readonly day: string
}

export interface FaultyRail extends Rail {
  readonly bookings: Booking[]
  readonly submissions: PaymentInstruction[]
  balances(): { readonly debtor: bigint; readonly creditor: bigint }
  /** Delivers what was on its way, and settles what was only accepted. */
  catchUp(): void
  /** What became of a payment, as an operator finds it in the books. */
  truthOf(key: string): RailOutcome | { readonly outcome: 'not-found' }
  heal(): void
}

export interface RailCharacter {
  readonly isIdempotent: boolean
  readonly isBatch: boolean
  /** Of a hundred calls, how many go wrong. */
  readonly faultsPercent: number
  readonly rejectsPercent: number
}

export const OPENING_BALANCE = 1_000_000n

export function createFaultyRail(
  character: RailCharacter,
  { random, clock }: { readonly random: () => number; readonly clock: () => number },
): FaultyRail {
  let { faultsPercent } = character
  const bookings: Booking[] = []
  const submissions: PaymentInstruction[] = []
  const outcomes = new Map<string, RailOutcome>()
  const onTheirWay: PaymentInstruction[] = []
  let debtor = OPENING_BALANCE
  let creditor = 0n
  const chance = (percent: number) => random() * 100 < percent

  function book(instruction: PaymentInstruction): RailOutcome {
    const { idempotencyKey: key, amount, executionDay: day } = instruction
    const known = outcomes.get(key)
    if (known !== undefined && character.isIdempotent) return known
    if (clock() >= instruction.submitBy) throw new Error('too late')
    if (chance(character.rejectsPercent)) return keep(key, { outcome: 'rejected', code: 'AM04' })
    debtor -= amount.minor
    creditor += amount.minor
    bookings.push({ key, minor: amount.minor, day })
    const railId = `rail-${bookings.length}`
    return keep(key, { outcome: character.isBatch ? 'accepted' : 'settled', railId })
  }

  function keep(key: string, outcome: RailOutcome): RailOutcome {
    outcomes.set(key, outcome)
    return outcome
  }

  /** What was on its way arrives, unless it comes too late. */
  function deliver(): void {
    for (const instruction of onTheirWay.splice(0)) {
      if (clock() < instruction.submitBy) book(instruction)
    }
  }

  return {
    terms: { opens: 'every-day', isIdempotent: character.isIdempotent },
    bookings,
    submissions,
    balances: () => ({ debtor, creditor }),
    async pay(instruction) {
      submissions.push(instruction)
      if (chance(50)) deliver()
      if (chance(faultsPercent)) {
        if (chance(25)) book(instruction)
        else if (chance(70)) onTheirWay.push(instruction)
        throw new Error('time-out')
      }
      return book(instruction)
    },
    async find({ idempotencyKey }: PaymentQuery) {
      const found = outcomes.get(idempotencyKey) ?? { outcome: 'not-found' }
      // The look-up and an instruction may pass each other.
      if (chance(30)) deliver()
      if (chance(faultsPercent)) throw new Error('time-out')
      return chance(faultsPercent) ? { outcome: 'unknown' } : found
    },
    catchUp() {
      deliver()
      for (const [key, outcome] of outcomes) {
        if (outcome.outcome !== 'accepted') continue
        outcomes.set(key, { outcome: 'settled', railId: outcome.railId })
      }
    },
    truthOf: (key) => outcomes.get(key) ?? { outcome: 'not-found' },
    heal() {
      faultsPercent = 0
    },
  }
}
