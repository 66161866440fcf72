// What becomes of a payment when processes die, replies are lost or the rail is in doubt.
import { describe, expect, it } from 'vitest'
import { createMemoryBankStore } from '../../src/index.ts'
import { createBankWorld } from '../support/bank-world.ts'
import {
  agreeOnce,
  crashOn,
  dueWorld,
  outcomesOf,
  statusesOf,
  statusIn,
} from '../support/due-line.ts'

const MESSAGES = '/parley/messages'

describe('a crash', () => {
  it('after the rail paid and before that was kept: found again, never paid again', async () => {
    const crashing = crashOn(createMemoryBankStore(), ({ agreements }) =>
      agreements.some(({ lines }) => lines.some(({ state }) => state === 'settled')),
    )
    const world = await dueWorld('240.00', crashing.store)
    crashing.arm()
    await expect(world.bank.payDue()).rejects.toThrow('crash')
    expect(world.rail.paid).toHaveLength(1)
    crashing.disarm()

    const next = world.restartBank()
    expect(await next.payDue()).toEqual([])
    expect(await next.reconcile()).toEqual([])
    world.clock.advance(600)
    expect(outcomesOf(await next.reconcile())).toEqual([
      { state: 'settled', code: null, reported: true },
    ])
    expect(await next.payDue()).toEqual([])
    expect(world.rail.calls).toHaveLength(1)
    expect(statusesOf(world)).toEqual(['ACCP', 'ACSC'])
  })

  it('before the rail was called: the payment is made later, once', async () => {
    const world = await dueWorld()
    const reached = Promise.withResolvers<void>()
    const pay = () => {
      reached.resolve()
      return new Promise<never>(() => undefined)
    }
    const stuck = world.restartBank({ rail: { pay, find: (query) => world.rail.find(query) } })
    void stuck.payDue()
    await reached.promise
    expect(await world.bank.payDue()).toEqual([])
    world.clock.advance(600)
    expect(outcomesOf(await world.bank.reconcile())).toMatchObject([
      { state: 'scheduled', code: 'not-executed' },
    ])
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.paid).toHaveLength(1)
    expect(statusesOf(world)).toEqual(['ACCP', 'RJCT', 'ACCP', 'ACSC'])
  })

  it('before a report left: it goes out by reconcile, with the same bytes', async () => {
    const world = await dueWorld()
    world.network.faultOf = ({ url, body }) =>
      url.endsWith(MESSAGES) && statusIn(body) === 'ACSC' ? 'lose-reply' : 'none'
    expect(outcomesOf(await world.bank.payDue())).toEqual([
      { state: 'settled', code: null, reported: false },
    ])
    world.network.faultOf = () => 'none'
    expect(outcomesOf(await world.restartBank().reconcile())).toMatchObject([{ reported: true }])
    const [first, second] = world.network.posted(MESSAGES).slice(-2)
    expect(second).toBe(first)
    expect(statusesOf(world)).toEqual(['ACCP', 'ACSC'])
  })
})

describe('a process that stands still', () => {
  it('does not call the rail after its lease, and the payment is made later, once', async () => {
    const world = await createBankWorld()
    await agreeOnce(world, '240.00')
    world.passDueDates()
    const store = world.bankStore
    const slow = world.restartBank({
      store: {
        ...store,
        async saveCustomer(record, entries) {
          const isPaying = record.agreements[0]?.lines[0]?.state === 'paying'
          if (isPaying) world.clock.advance(3600)
          return store.saveCustomer(record, entries)
        },
      },
    })
    expect(outcomesOf(await slow.payDue())).toMatchObject([{ state: 'paying' }])
    expect(world.rail.calls).toEqual([])
    await world.bank.reconcile()
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.calls).toHaveLength(1)
  })
})

describe('an outcome that is not known', () => {
  it('[PAY-05] is reported as pending and never paid again before the rail has answered', async () => {
    const world = await dueWorld()
    world.rail.behaviour.mode = 'lose'
    world.rail.behaviour.find = 'unsure'
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'unknown', reported: true },
    ])
    for (let day = 0; day < 3; day++) {
      world.clock.advance(86_400)
      expect(await world.bank.payDue()).toEqual([])
      expect(outcomesOf(await world.bank.reconcile())).toMatchObject([{ state: 'unknown' }])
    }
    world.rail.behaviour.find = 'answer'
    expect(outcomesOf(await world.bank.reconcile())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.calls).toHaveLength(1)
    expect(statusesOf(world)).toEqual(['ACCP', 'PDNG', 'ACSC'])
  })

  it('turns back into a payment to make when the rail never got it', async () => {
    const world = await dueWorld()
    world.rail.behaviour.mode = 'drop'
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'unknown' }])
    world.rail.behaviour.mode = 'pay'
    // Until the lease ends, the instruction may still be on its way.
    expect(outcomesOf(await world.bank.reconcile())).toMatchObject([{ state: 'unknown' }])
    world.clock.advance(600)
    expect(outcomesOf(await world.bank.reconcile())).toMatchObject([
      { state: 'scheduled', code: 'not-executed' },
    ])
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.paid).toHaveLength(1)
    expect(new Set(world.rail.calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
  })

  it('holds a new payment back until the creditor has taken the last report', async () => {
    const world = await dueWorld()
    world.rail.behaviour.mode = 'drop'
    await world.bank.payDue()
    world.rail.behaviour.mode = 'pay'
    world.clock.advance(600)
    world.network.faultOf = ({ url, body }) =>
      url.endsWith(MESSAGES) && statusIn(body) === 'RJCT' ? 'lose-reply' : 'none'
    await world.bank.reconcile()
    expect(outcomesOf(await world.bank.payDue())).toEqual([
      { state: 'scheduled', code: 'report-pending', reported: false },
    ])
    expect(world.rail.paid).toEqual([])
    world.network.faultOf = () => 'none'
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(statusesOf(world)).toEqual(['ACCP', 'PDNG', 'RJCT', 'ACCP', 'ACSC'])
  })

  it('is told in order when the report of it was lost', async () => {
    const world = await dueWorld()
    world.rail.behaviour.mode = 'lose'
    world.network.faultOf = ({ url, body }) =>
      url.endsWith(MESSAGES) && statusIn(body) === 'PDNG' ? 'lose-reply' : 'none'
    await world.bank.payDue()
    await world.bank.reconcile()
    world.network.faultOf = () => 'none'
    expect(outcomesOf(await world.bank.reconcile())).toMatchObject([
      { state: 'settled', reported: true },
    ])
    expect(world.peer.payments.map(({ status, seq }) => [status, seq])).toEqual([
      ['ACCP', 0],
      ['PDNG', 2],
      ['ACSC', 4],
    ])
  })
})

describe('a payment that the rail rejects', () => {
  it('is reported with its code, ends the line, and frees the limits', async () => {
    const world = await dueWorld()
    world.rail.behaviour.mode = 'reject'
    expect(outcomesOf(await world.bank.payDue())).toEqual([
      { state: 'rejected', code: 'AC04', reported: true },
    ])
    expect(world.peer.payments[1]).toMatchObject({ status: 'RJCT', reason: { code: 'AC04' } })
    expect(world.bankEvents).toContainEqual(
      expect.objectContaining({ type: 'rejected', code: 'AC04' }),
    )
    expect(await world.bank.payDue()).toEqual([])
    expect(world.rail.paid).toEqual([])
  })
})
