import { describe, expect, it } from 'vitest'
import { createBankWorld, DEBTOR_IBAN, LIMITS } from '../support/bank-world.ts'
import { agreeOnce, BASE_MENU, dueWorld, outcomesOf, statusesOf } from '../support/due-line.ts'
import { BANK_ORIGIN, CREDITOR_ORIGIN, IBAN, OTHER_IBAN } from '../support/fixtures.ts'

const MESSAGES = '/parley/messages'

describe('a due line', () => {
  it('[PAY-04] is paid once to the signed account, under the signed reference, and reported', async () => {
    const world = await dueWorld()
    const { bank, rail, peer } = world
    const reports = await bank.payDue()
    expect(outcomesOf(reports)).toEqual([{ state: 'settled', code: null, reported: true }])
    expect(rail.paid).toMatchObject([
      {
        debtorAccount: { iban: DEBTOR_IBAN },
        creditor: { iban: IBAN, name: 'Stadtwerke Beispiel' },
        amount: { minor: 24_000n, currency: 'EUR' },
        remittance: { scheme: 'SCOR' },
      },
    ])
    expect(peer.payments).toMatchObject([
      { status: 'ACCP', seq: 0, prev: null, line: 1, iss: BANK_ORIGIN, aud: CREDITOR_ORIGIN },
      { status: 'ACSC', seq: 2, fencing: 1, line: 1 },
    ])
    expect(rail.paid[0]?.endToEndId).toBe(peer.payments[0]?.endToEndId)
    expect(await bank.payDue()).toEqual([])
    expect(rail.calls).toHaveLength(1)
  })

  it('is paid once over 100 deliveries and two instances that run at the same time', async () => {
    const world = await dueWorld()
    const { bank, restartBank, rail, hand, peer } = world
    const banks = [bank, restartBank()]
    const runs: Promise<unknown>[] = []
    for (let round = 0; round < 50; round++) {
      for (const one of banks) {
        runs.push(hand(peer.agreements[0] ?? '', one), one.payDue(), one.reconcile())
      }
    }
    await Promise.all(runs)
    expect(rail.calls).toHaveLength(1)
    expect(rail.paid).toHaveLength(1)
    const customer = await bank.customer('customer-1')
    expect(customer?.agreements[0]?.lines).toMatchObject([{ state: 'settled' }])
    await bank.reconcile()
    expect(statusesOf(world)).toEqual(['ACCP', 'ACSC'])
  })

  it('is not paid before its day begins where the customer lives', async () => {
    const world = await createBankWorld()
    await agreeOnce(world, '240.00')
    // 2026-03-27T22:59:59Z is the last second of the 27th in Berlin.
    world.clock.advance(1_774_652_399 - world.clock())
    expect(await world.bank.payDue()).toEqual([])
    world.clock.advance(1)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.paid[0]?.executionDay).toBe('2026-03-28')
  })

  it('is paid line by line, each on its day', async () => {
    const world = await createBankWorld()
    const row = { rowId: 'r', instalments: 3, interval: 'P1M' as const, priceBps: 0 }
    const rows = [{ ...row, firstDueFrom: '2026-03-31', firstDueTo: '2026-03-31' }]
    await world.push(await world.peer.request({ menu: { ...BASE_MENU, rows } }))
    await world.agent.idle()
    await world.hand(world.peer.agreements[0] ?? '')
    world.peer.behaviour.outstanding = '240.00'
    const days: string[] = []
    for (let day = 0; day < 100; day++) {
      for (const report of await world.bank.payDue()) days.push(`${report.line} ${report.state}`)
      world.clock.advance(86_400)
    }
    expect(days).toEqual(['1 settled', '2 settled', '3 settled'])
    expect(world.rail.paid.map(({ executionDay }) => executionDay)).toEqual([
      '2026-03-31',
      '2026-04-30',
      '2026-05-31',
    ])
    expect(new Set(world.rail.paid.map(({ endToEndId }) => endToEndId)).size).toBe(3)
  })
})

describe('the limits of the customer', () => {
  it.each([
    ['one payment', { perPayment: 23_999n }, 'limit-per-payment'],
    ['a day', { perDay: 23_999n }, 'limit-per-day'],
    ['a month', { perMonth: 23_999n }, 'limit-per-month'],
    ['a creditor', { perCreditorMonth: 23_999n }, 'limit-per-creditor-month'],
  ])('hold for %s, to the cent', async (_, tighter, code) => {
    const world = await dueWorld()
    const { EUR } = LIMITS.byCurrency
    if (EUR === undefined) throw new Error('no limits')
    await world.register({ limits: { ...LIMITS, byCurrency: { EUR: { ...EUR, ...tighter } } } })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'scheduled', code }])
    expect(world.network.posted(MESSAGES)).toHaveLength(1)
    expect(world.rail.calls).toEqual([])
    const exact = Object.fromEntries(Object.keys(tighter).map((name) => [name, 24_000n]))
    await world.register({ limits: { ...LIMITS, byCurrency: { EUR: { ...EUR, ...exact } } } })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
  })

  it('let only one of two bills through that together break them, also in parallel', async () => {
    const world = await createBankWorld()
    await agreeOnce(world, '260.00')
    await agreeOnce(world, '250.00')
    world.passDueDates()
    const banks = [world.bank, world.restartBank(), world.restartBank()]
    await Promise.all(banks.map((bank) => bank.payDue()))
    expect(world.rail.paid).toHaveLength(1)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'scheduled', code: 'limit-per-day' },
    ])
    world.clock.advance(86_400)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.paid).toHaveLength(2)
  })

  it('count money whose outcome is not known', async () => {
    const world = await createBankWorld()
    await agreeOnce(world, '260.00')
    await agreeOnce(world, '250.00')
    world.passDueDates()
    world.rail.behaviour.mode = 'lose'
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'unknown' },
      { state: 'scheduled', code: 'limit-per-day' },
    ])
  })

  it('give way to the kill switch, which loses nothing', async () => {
    const world = await dueWorld()
    expect(await world.bank.setStopped('customer-1', true)).toBe(true)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'scheduled', code: 'stopped' },
    ])
    expect(world.rail.calls).toEqual([])
    await world.bank.setStopped('customer-1', false)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
  })

  it('hold when the switch turns while the lease is asked for, and the lease is given back', async () => {
    const world = await dueWorld()
    world.network.serve(CREDITOR_ORIGIN, async (request) => {
      if (request.url.endsWith(MESSAGES)) await world.bank.setStopped('customer-1', true)
      return world.peer.serve(request)
    })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'scheduled', code: 'stopped' },
    ])
    expect(world.rail.calls).toEqual([])
    expect(world.peer.payments[1]).toMatchObject({
      status: 'RJCT',
      reason: { code: 'not-authorised' },
    })
  })

  it('hold when the customer pins another account after the agreement', async () => {
    const world = await dueWorld()
    await world.register({
      mandates: [{ issuer: CREDITOR_ORIGIN, creditorId: 'cr1', iban: OTHER_IBAN }],
    })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'account-changed' }])
    expect(world.rail.calls).toEqual([])
  })
})
