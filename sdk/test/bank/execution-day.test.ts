// On which day a line is paid: business days, cut-off, days that have passed or are far away.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planExecution, type RailTerms } from '../../src/index.ts'
import { addDays, dayInZone, instantInZone, isTargetDay } from '../../src/protocol/index.ts'
import { codeOf } from '../support/agent-world.ts'
import { createBankWorld } from '../support/bank-world.ts'
import { BASE_MENU, outcomesOf } from '../support/due-line.ts'

const BRUSSELS = 'Europe/Brussels'
const BATCH: RailTerms = {
  opens: 'target-days',
  cutOff: { time: '16:00', timeZone: BRUSSELS },
  isIdempotent: true,
}

const plan = (dueDate: string, at: string, terms: RailTerms = BATCH) =>
  planExecution({
    ...{ dueDate, notBefore: null, timeZone: BRUSSELS, terms },
    now: Date.parse(at) / 1000,
  })

describe('an execution day', () => {
  it.each([
    ['of a day to come', '2026-03-31', '2026-03-20T10:00:00Z', '2026-03-31', false, null],
    ['of a Saturday', '2026-03-28', '2026-03-20T10:00:00Z', '2026-03-30', false, 'closed-day'],
    ['of Good Friday', '2026-04-03', '2026-04-03T08:00:00Z', '2026-04-07', false, 'closed-day'],
    ['of today before the cut-off', '2026-03-31', '2026-03-31T13:59:59Z', '2026-03-31', true, null],
    ['at the cut-off', '2026-03-31', '2026-03-31T14:00:00Z', '2026-04-01', false, 'after-cut-off'],
    [
      'after the cut-off before Easter',
      ...(['2026-04-02', '2026-04-02T15:00:00Z', '2026-04-07', false, 'after-cut-off'] as const),
    ],
    [
      'of a day that has passed',
      '2026-03-02',
      '2026-03-31T09:00:00Z',
      '2026-03-31',
      true,
      'past-due',
    ],
  ] as const)('%s', (_, dueDate, at, day, isNow, reason) => {
    expect(plan(dueDate, at)).toEqual({ day, isNow, reason })
  })

  it('of an instant rail is the due day, weekend or not', () => {
    const instant: RailTerms = { opens: 'every-day', isIdempotent: true }
    const sunday = { day: '2026-03-29', isNow: true, reason: null }
    expect(plan('2026-03-29', '2026-03-29T20:00:00Z', instant)).toEqual(sunday)
  })

  it('[PAY-07] is never before the due day, never closed, and now only when it is today', () => {
    const day = fc.integer({ min: 0, max: 800 }).map((n) => addDays('2026-01-01', n))
    const second = fc.integer({ min: 0, max: 800 * 86_400 })
    fc.assert(
      fc.property(day, second, (dueDate, offset) => {
        const now = Date.parse('2026-01-01T00:00:00Z') / 1000 + offset
        const facts = { dueDate, notBefore: null, timeZone: BRUSSELS, terms: BATCH, now }
        const { day, isNow, reason } = planExecution(facts)
        const today = dayInZone(now, BRUSSELS)
        expect(day >= dueDate && day >= today && isTargetDay(day)).toBe(true)
        const isOpen = now < instantInZone(today, '16:00', BRUSSELS)
        expect(isNow).toBe(day === today && dueDate <= today && isOpen)
        expect(reason === null).toBe(day === dueDate)
        // No open day is left out between the first possible one and the planned one.
        let first = dueDate > today ? dueDate : isOpen ? today : addDays(today, 1)
        while (!isTargetDay(first)) first = addDays(first, 1)
        expect(day).toBe(first)
      }),
    )
  })
})

describe('a line on a batch rail', () => {
  async function batchWorld(firstDue: string) {
    const world = await createBankWorld()
    const rail = { ...world.rail, terms: BATCH }
    const bank = world.restartBank({ rail })
    const row = { rowId: 'once', instalments: 1, interval: null, priceBps: 0 }
    const rows = [{ ...row, firstDueFrom: firstDue, firstDueTo: firstDue }]
    await world.push(await world.peer.request({ menu: { ...BASE_MENU, rows } }))
    await world.agent.idle()
    const response = await world.hand(world.peer.agreements[0] ?? '', bank)
    const moveTo = (at: string) => world.clock.advance(Date.parse(at) / 1000 - world.clock())
    const moves = () => world.bankEvents.filter(({ type }) => type === 'moved')
    return { ...world, bank, moveTo, moves, response }
  }

  it('[DAY-04] due on a Saturday says Monday at once, and is paid on Monday', async () => {
    const world = await batchWorld('2026-03-28')
    expect(await world.response.json()).toMatchObject({ lines: [{ executionDay: '2026-03-30' }] })
    const move = { from: '2026-03-28', to: '2026-03-30', reason: 'closed-day' }
    expect(world.moves()).toMatchObject([move])
    world.moveTo('2026-03-28T10:00:00Z')
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'closed-day' }])
    world.moveTo('2026-03-30T10:00:00Z')
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.paid[0]?.executionDay).toBe('2026-03-30')
    expect(world.moves()).toHaveLength(1)
  })

  it('[PAY-13] after the cut-off says so once, and is paid on the next business day', async () => {
    const world = await batchWorld('2026-03-31')
    world.moveTo('2026-03-31T16:00:00Z')
    for (const _ of [1, 2]) {
      expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'after-cut-off' }])
    }
    const move = { from: '2026-03-31', to: '2026-04-01', reason: 'after-cut-off' }
    expect(world.moves()).toMatchObject([move])
    const journal = await world.bank.journal('customer-1')
    const told = journal.filter(({ code }) => code === 'after-cut-off')
    expect(told).toMatchObject([{ facts: { dueDate: '2026-03-31', executionDay: '2026-04-01' } }])
    world.moveTo('2026-04-01T09:00:00Z')
    await world.bank.payDue()
    expect(world.rail.paid[0]?.executionDay).toBe('2026-04-01')
  })

  it('that is found late is paid at once, and says on which day', async () => {
    const world = await batchWorld('2026-03-31')
    world.moveTo('2026-05-05T09:00:00Z')
    await world.bank.payDue()
    const move = { from: '2026-03-31', to: '2026-05-05', reason: 'past-due' }
    expect(world.moves()).toMatchObject([move])
    expect(world.rail.paid[0]?.executionDay).toBe('2026-05-05')
  })

  it('is not taken when it is due too far away', async () => {
    const world = await createBankWorld()
    const bank = world.restartBank({ maxDaysAhead: 10 })
    const agreement = await world.agree()
    const response = await world.hand(agreement, bank)
    expect([response.status, await codeOf(response)]).toEqual([422, 'due-too-far'])
    for (const _ of [1, 2, 3]) await world.hand(agreement, bank)
    const refused = (await bank.journal('customer-1')).filter(({ what }) => what === 'refused')
    expect(refused).toMatchObject([{ subject: 'agreement', code: 'due-too-far' }])
    expect((await world.hand(agreement)).status).toBe(201)
  })
})
