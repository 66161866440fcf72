// A payment rail with a ledger: it pays each idempotency key once, and it can be made slow, unsure or
// unwilling.

import type { PaymentInstruction, PaymentQuery, Rail, RailOutcome } from '../../src/index.ts'

/** What the rail does with the next payments. */
export interface RailBehaviour {
  /** `lose`: pays and never says so. `drop`: does not get the instruction. */
  mode: 'pay' | 'reject' | 'lose' | 'drop'
  find: 'answer' | 'unsure'
}

export interface TestRail extends Rail {
  readonly behaviour: RailBehaviour
  /** Money that left, one entry a payment. */
  readonly paid: PaymentInstruction[]
  /** Calls of `pay`, also those that moved nothing. */
  readonly calls: PaymentInstruction[]
  readonly finds: PaymentQuery[]
}

export function createTestRail(): TestRail {
  const behaviour: RailBehaviour = { mode: 'pay', find: 'answer' }
  const outcomes = new Map<string, RailOutcome>()
  const paid: PaymentInstruction[] = []
  const calls: PaymentInstruction[] = []
  const finds: PaymentQuery[] = []

  function execute(instruction: PaymentInstruction): RailOutcome {
    const known = outcomes.get(instruction.idempotencyKey)
    if (known !== undefined) return known
    const outcome: RailOutcome =
      behaviour.mode === 'reject'
        ? { outcome: 'rejected', code: 'AC04' }
        : { outcome: 'settled', railId: `rail-${outcomes.size + 1}` }
    outcomes.set(instruction.idempotencyKey, outcome)
    if (outcome.outcome === 'settled') paid.push(instruction)
    return outcome
  }

  return {
    behaviour,
    paid,
    calls,
    finds,
    async pay(instruction) {
      calls.push(instruction)
      if (behaviour.mode === 'drop') throw new Error('connection refused')
      const outcome = execute(instruction)
      if (behaviour.mode === 'lose') throw new Error('timeout')
      return outcome
    },
    async find(query) {
      finds.push(query)
      if (behaviour.find === 'unsure') return { outcome: 'unknown' }
      return outcomes.get(query.idempotencyKey) ?? { outcome: 'not-found' }
    },
  }
}
