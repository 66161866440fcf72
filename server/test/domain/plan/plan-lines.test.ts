import { describe, expect, it } from 'vitest'
import { type LinePayment, lineSpokenOf, progressOf } from '../../../src/domain/plan/plan-lines.ts'

const LINE = { line: 1, dueDate: '2026-03-20', amount: 5_000n, paid: 0n, credited: 0n }
const BOOKS = { payments: [], agreedAt: 100, graceDays: 7 }

const paid = (changes: Partial<LinePayment> = {}): LinePayment => ({
  ...{ allocations: [{ line: 1, minor: 5_000n }], receivedOn: '2026-03-20' },
  ...{ reversedAt: null, createdAt: 200 },
  ...changes,
})

const stateOn = (today: string, line = LINE, payments: readonly LinePayment[] = []) =>
  progressOf({ ...BOOKS, lines: [line], payments, today })[0]

describe('[PLN-02] the state of a line', () => {
  it.each([
    ['2026-03-19', 'planned'],
    ['2026-03-20', 'due'],
    ['2026-03-21', 'late'],
    ['2026-03-27', 'late'],
    ['2026-03-28', 'missed'],
  ])('on %s is %s', (today, state) => {
    expect(stateOn(today)?.state).toBe(state)
  })

  it('waits for a day on which banks settle', () => {
    // Good Friday 2026; TARGET opens again on Tuesday 7 April.
    const line = { ...LINE, dueDate: '2026-04-03' }
    expect(stateOn('2026-04-06', line)).toMatchObject({ state: 'due', inTimeUntil: '2026-04-07' })
    expect(stateOn('2026-04-08', line)).toMatchObject({ state: 'late', graceUntil: '2026-04-14' })
  })

  it.each([
    ['2026-03-20', 'paid'],
    ['2026-03-21', 'cured'],
  ])('with its money received on %s is %s', (receivedOn, state) => {
    const line = { ...LINE, paid: 5_000n }
    expect(stateOn('2026-05-01', line, [paid({ receivedOn })])).toMatchObject({
      ...{ state, open: 0n, paidOn: receivedOn },
    })
  })

  it('counts neither money that came back nor money from before the plan', () => {
    const line = { ...LINE, paid: 5_000n }
    const before = paid({ createdAt: 50, receivedOn: '2026-06-01' })
    const back = paid({ reversedAt: 300, receivedOn: '2026-06-01' })
    expect(stateOn('2026-07-01', line, [before, back])).toMatchObject({
      state: 'paid',
      paidOn: null,
    })
  })
})

describe('lineSpokenOf', () => {
  const lines = [{ dueDate: '2026-03-20' }, { dueDate: '2026-04-20' }]

  it.each([
    ['2026-03-01', '2026-03-20'],
    ['2026-04-16', '2026-03-20'],
    ['2026-04-17', '2026-04-20'],
    ['2026-09-01', '2026-04-20'],
  ])('on %s is that of %s', (day, dueDate) => {
    expect(lineSpokenOf(lines, day)?.dueDate).toBe(dueDate)
  })
})
