// Payments that do not end at once: taken and settled later, sent back, called back, or lost from view.
import { describe, expect, it } from 'vitest'
import type { LineKey, RailOutcome, RailTerms } from '../../src/index.ts'
import type { BankWorld } from '../support/bank-world.ts'
import { dueWorld, outcomesOf, statusesOf } from '../support/due-line.ts'
import { CREDITOR_ORIGIN } from '../support/fixtures.ts'

const HOUR = 3600

async function keyOf({ bank }: BankWorld): Promise<LineKey> {
  const agreementId = (await bank.customer('customer-1'))?.agreements[0]?.agreementId ?? ''
  return { customerId: 'customer-1', agreementId, line: 1 }
}

/** A rail that takes payments and settles them when told. */
async function batchWorld(changes: Partial<RailTerms> = {}) {
  const world = await dueWorld()
  const terms: RailTerms = { opens: 'every-day', isIdempotent: true, ...changes }
  const state: {
    outcome: RailOutcome | { outcome: 'not-found' }
    cancel: 'cancelled' | 'too-late'
  } = {
    outcome: { outcome: 'accepted', railId: 'B1', valueDay: '2026-07-31' },
    cancel: 'cancelled',
  }
  const bank = world.restartBank({
    rail: {
      ...{ ...world.rail, terms },
      async pay(instruction) {
        world.rail.calls.push(instruction)
        if (state.outcome.outcome === 'not-found') throw new Error('timeout')
        return state.outcome
      },
      find: async () => state.outcome,
      cancel: async () => state.cancel,
    },
  })
  return { ...world, bank, state }
}

const unresolved = ({ bankEvents }: BankWorld) =>
  bankEvents.filter(({ type }) => type === 'unresolved')

describe('a payment that the rail has taken', () => {
  it('is told as pending, looked up, and told as settled', async () => {
    const world = await batchWorld()
    expect(outcomesOf(await world.bank.payDue())).toEqual([
      { state: 'accepted', code: null, reported: true },
    ])
    for (const _ of [1, 2]) {
      expect(outcomesOf(await world.bank.reconcile())).toMatchObject([{ state: 'accepted' }])
      expect(await world.bank.payDue()).toEqual([])
    }
    world.state.outcome = { outcome: 'settled', railId: 'B1' }
    expect(outcomesOf(await world.bank.reconcile())).toMatchObject([{ state: 'settled' }])
    expect(statusesOf(world)).toEqual(['ACCP', 'PDNG', 'ACSC'])
    expect(world.rail.calls).toHaveLength(1)
  })

  it('counts against the limits', async () => {
    const world = await batchWorld()
    await world.bank.payDue()
    const customer = await world.bank.customer('customer-1')
    expect(customer?.agreements[0]?.lines[0]).toMatchObject({ paidOn: '2026-07-30' })
  })

  it('may still be rejected, which frees it for another agreement', async () => {
    const world = await batchWorld()
    await world.bank.payDue()
    world.state.outcome = { outcome: 'rejected', code: 'AC04' }
    expect(outcomesOf(await world.bank.reconcile())).toMatchObject([{ code: 'AC04' }])
    expect(statusesOf(world)).toEqual(['ACCP', 'PDNG', 'RJCT'])
  })

  it('is called back by the customer where the rail can', async () => {
    const world = await batchWorld()
    await world.bank.payDue()
    const key = await keyOf(world)
    world.state.cancel = 'too-late'
    expect(await world.bank.cancelPayment(key)).toBe('too-late')
    world.state.cancel = 'cancelled'
    expect(await world.bank.cancelPayment(key)).toBe('cancelled')
    expect(await world.bank.payDue()).toEqual([])
    expect(world.peer.payments.at(-1)).toMatchObject({ status: 'RJCT', reason: { code: 'CUST' } })
  })

  it('that does not settle calls an operator a day after its value day', async () => {
    const world = await batchWorld()
    await world.bank.payDue()
    world.clock.advance(40 * HOUR)
    await world.bank.reconcile()
    expect(unresolved(world)).toEqual([])
    world.clock.advance(48 * HOUR)
    await world.bank.reconcile()
    await world.bank.reconcile()
    expect(unresolved(world)).toHaveLength(1)
  })
})

describe('a payment before it is with the rail', () => {
  it('is called back by the customer and never made', async () => {
    const world = await dueWorld()
    const key = await keyOf(world)
    expect(await world.bank.cancelPayment(key)).toBe('cancelled')
    expect(await world.bank.payDue()).toEqual([])
    expect(world.rail.calls).toEqual([])
  })

  it('is called back while the lease is asked for, and the lease is not used', async () => {
    const world = await dueWorld()
    const key = await keyOf(world)
    let said: unknown
    world.network.serve(CREDITOR_ORIGIN, async (request) => {
      if (request.method === 'POST') said ??= await world.restartBank().cancelPayment(key)
      return world.peer.serve(request)
    })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'stopped', code: 'cancelled' },
    ])
    expect([said, world.rail.calls]).toEqual(['cancelled', []])
  })

  it('cannot be called back once it was made', async () => {
    const world = await dueWorld()
    await world.bank.payDue()
    expect(await world.bank.cancelPayment(await keyOf(world))).toBe('too-late')
  })
})

describe('an outcome that stays unknown', () => {
  it('[PAY-14] calls an operator once, who decides; nothing is submitted meanwhile', async () => {
    const world = await batchWorld()
    world.state.outcome = { outcome: 'unknown' }
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'unknown' }])
    world.clock.advance(23 * HOUR)
    await world.bank.reconcile()
    expect(unresolved(world)).toEqual([])
    world.clock.advance(HOUR)
    for (const _ of [1, 2]) await world.bank.reconcile()
    expect(unresolved(world)).toHaveLength(1)
    expect(await world.bank.payDue()).toEqual([])
    const key = await keyOf(world)
    const settled = { outcome: 'settled', railId: 'seen' } as const
    expect(await world.bank.resolve(key, settled, 'on the statement of the 31st')).toBe(true)
    expect(await world.bank.resolve(key, settled, 'again')).toBe(false)
    expect(world.rail.calls).toHaveLength(1)
    expect(statusesOf(world)).toEqual(['ACCP', 'PDNG', 'ACSC'])
    const journal = await world.bank.journal('customer-1')
    expect(journal.find(({ what }) => what === 'settled')?.facts).toMatchObject({ by: 'operator' })
  })

  it('[PAY-05] is never submitted again on a rail that would pay twice, but by an operator', async () => {
    const world = await batchWorld({ isIdempotent: false })
    world.state.outcome = { outcome: 'not-found' }
    await world.bank.payDue()
    for (const _ of [1, 2, 3]) {
      world.clock.advance(20 * HOUR)
      expect(outcomesOf(await world.bank.reconcile())).toMatchObject([{ state: 'unknown' }])
      expect(await world.bank.payDue()).toEqual([])
    }
    expect(world.rail.calls).toHaveLength(1)
    expect(unresolved(world)).toHaveLength(1)
    await world.bank.resolve(await keyOf(world), { outcome: 'not-found' }, 'not on any statement')
    world.state.outcome = { outcome: 'settled', railId: 'B2' }
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.calls).toHaveLength(2)
  })
})

describe('money that comes back', () => {
  it('[PAY-15] is told to the creditor once, after ACSC, and not paid again by itself', async () => {
    const world = await dueWorld()
    await world.bank.payDue()
    const key = await keyOf(world)
    expect(await world.bank.noteReturn(key, 'AC04')).toBe(true)
    expect(await world.restartBank().noteReturn(key, 'AC04')).toBe(false)
    expect(statusesOf(world)).toEqual(['ACCP', 'ACSC', 'RJCT'])
    expect(world.peer.payments[2]).toMatchObject({ fencing: 1, reason: { code: 'AC04' } })
    expect(await world.bank.payDue()).toEqual([])
    expect(world.bankEvents).toContainEqual(expect.objectContaining({ type: 'returned' }))
  })
})
