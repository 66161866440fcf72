// What the customer allowed, and when it stops counting.
import { describe, expect, it } from 'vitest'
import type { Mandate } from '../../src/index.ts'
import { codeOf } from '../support/agent-world.ts'
import { createBankWorld, LIMITS } from '../support/bank-world.ts'
import { agreeOnce, dueWorld, outcomesOf } from '../support/due-line.ts'
import { CREDITOR_ORIGIN, IBAN } from '../support/fixtures.ts'

const MESSAGES = '/parley/messages'
const CR1 = { issuer: CREDITOR_ORIGIN, creditorId: 'cr1' }
const MANDATE: Mandate = { ...CR1, iban: IBAN }

describe('a mandate', () => {
  it.each([
    ['one payment', { perPayment: 23_999n }, 'mandate-limit-per-payment'],
    ['a day', { perDay: 23_999n }, 'mandate-limit-per-day'],
    ['a month', { perMonth: 23_999n }, 'mandate-limit-per-month'],
  ])('limits %s of its creditor, to the cent', async (_, tighter, code) => {
    const world = await dueWorld()
    await world.bank.setMandate('customer-1', { ...MANDATE, limits: { EUR: tighter } })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'scheduled', code }])
    const exact = Object.fromEntries(Object.keys(tighter).map((name) => [name, 24_000n]))
    await world.bank.setMandate('customer-1', { ...MANDATE, limits: { EUR: exact } })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
  })

  it('lets no other currency through than its own', async () => {
    const world = await dueWorld()
    await world.bank.setMandate('customer-1', { ...MANDATE, limits: { GBP: {} } })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'mandate-currency' }])
    await world.bank.setMandate('customer-1', { ...MANDATE, limits: { EUR: {} } })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
  })

  // The line is paid on 2026-07-30.
  it.each([
    ['has ended', { validUntil: '2026-07-29' }, 'mandate-not-valid'],
    ['ends that day', { validUntil: '2026-07-30' }, null],
    ['has not begun', { validFrom: '2026-07-31' }, 'mandate-not-valid'],
    ['begins that day', { validFrom: '2026-07-30' }, null],
  ])('that %s', async (_, validity, code) => {
    const world = await dueWorld()
    expect((await world.bank.setMandate('customer-1', { ...MANDATE, ...validity })).ok).toBe(true)
    const state = code === null ? 'settled' : 'scheduled'
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state, code }])
    expect(world.rail.paid).toHaveLength(code === null ? 1 : 0)
  })

  it('that is revoked pays nothing more, and no new agreement is taken under it', async () => {
    const world = await createBankWorld()
    await agreeOnce(world, '100.00')
    const late = await world.agree('50.00')
    expect(await world.bank.revokeMandate('customer-1', CR1)).toBe(true)
    world.passDueDates()
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'mandate-revoked' }])
    const response = await world.hand(late)
    expect([response.status, await codeOf(response)]).toEqual([403, 'mandate-revoked'])
    expect(world.rail.calls).toEqual([])
    await world.bank.setMandate('customer-1', MANDATE)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
  })

  it('[PAY-03] that is revoked while the lease is asked for pays nothing, by any process', async () => {
    const world = await dueWorld()
    const other = world.restartBank()
    world.network.serve(CREDITOR_ORIGIN, async (request) => {
      if (request.url.endsWith(MESSAGES)) await other.revokeMandate('customer-1', CR1)
      return world.peer.serve(request)
    })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'mandate-revoked' }])
    expect(world.rail.calls).toEqual([])
    expect(world.peer.payments[1]).toMatchObject({ reason: { code: 'not-authorised' } })
  })

  it('is the history of its changes in the journal, account changes included', async () => {
    const world = await createBankWorld()
    const limits = { EUR: { perMonth: 5000n } }
    await world.bank.setMandate('customer-1', { ...MANDATE, limits })
    await world.bank.setMandate('customer-1', { ...MANDATE, iban: 'DE02120300000000202051' })
    await world.bank.revokeMandate('customer-1', CR1)
    const journal = await world.bank.journal('customer-1')
    const told = journal.filter(({ subject }) => subject === 'mandate')
    expect(told.map(({ what, facts }) => [what, facts.perMonth, facts.isOtherAccount])).toEqual([
      ['added', undefined, false],
      ['changed', '50.00 EUR', false],
      ['changed', undefined, true],
      ['revoked', undefined, false],
    ])
    expect(JSON.stringify(journal)).not.toMatch(/DE89|DE02/)
  })

  it.each([
    ['a negative limit', { limits: { EUR: { perDay: -1n } } }, 'limits'],
    ['an unknown currency', { limits: { XXY: {} } }, 'limits'],
    ['no day', { validFrom: '2026-02-30' }, 'validity'],
    ['days in the wrong order', { validFrom: '2026-03-02', validUntil: '2026-03-01' }, 'validity'],
  ])('is refused with %s', async (_, changes, code) => {
    const { bank, register } = await createBankWorld()
    const refused = await bank.setMandate('customer-1', { ...MANDATE, ...changes })
    expect(refused).toEqual({ ok: false, error: { code } })
    if (code === 'limits') {
      await expect(register({ mandates: [{ ...MANDATE, ...changes }] })).rejects.toThrow(code)
    }
  })

  it('is given to customers only, and revoked where there is one', async () => {
    const { bank } = await createBankWorld()
    const refused = { ok: false, error: { code: 'customer-unknown' } }
    expect(await bank.setMandate('customer-2', MANDATE)).toEqual(refused)
    expect(await bank.revokeMandate('customer-2', CR1)).toBe(false)
    expect(await bank.revokeMandate('customer-1', { ...CR1, creditorId: 'cr2' })).toBe(false)
  })
})

describe('the switch for the whole bank', () => {
  it('[PAY-09] stops everybody at once, in every process, and loses nothing', async () => {
    const world = await dueWorld()
    await world.restartBank().setBankStopped(true)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'bank-stopped' }])
    expect(world.rail.calls).toEqual([])
    await world.bank.setBankStopped(true)
    await world.bank.setBankStopped(false)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    const journal = await world.bank.journal(null)
    expect(journal.map(({ seq, what }) => [seq, what])).toEqual([
      [1, 'stopped'],
      [2, 'started'],
    ])
  })

  it('[PAY-03] that is turned while the lease is asked for stops the payment', async () => {
    const world = await dueWorld()
    world.network.serve(CREDITOR_ORIGIN, async (request) => {
      if (request.url.endsWith(MESSAGES)) await world.restartBank().setBankStopped(true)
      return world.peer.serve(request)
    })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'bank-stopped' }])
    expect(world.rail.calls).toEqual([])
  })
})

describe('the limits of a customer', () => {
  it('let one of two payments of 60 through that share a limit of 100, by two processes', async () => {
    const { EUR } = LIMITS.byCurrency
    if (EUR === undefined) throw new Error('no limits')
    const world = await createBankWorld()
    await world.register({
      limits: { ...LIMITS, byCurrency: { EUR: { ...EUR, perMonth: 10_000n } } },
    })
    await agreeOnce(world, '60.00')
    await agreeOnce(world, '60.00')
    world.passDueDates()
    await Promise.all([world.bank, world.restartBank()].map((bank) => bank.payDue()))
    expect(world.rail.paid).toHaveLength(1)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'limit-per-month' }])
    const held = (await world.bank.journal('customer-1')).findLast(
      ({ code }) => code === 'limit-per-month',
    )
    expect(held?.facts).toMatchObject({ spent: '60.00 EUR', limit: '100.00 EUR' })
  })
})
