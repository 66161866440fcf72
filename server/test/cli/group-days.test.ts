import { describe, expect, it } from 'vitest'
import { groupByDay, groupCosts, spanOf } from '../../src/cli/journey/group-days.ts'

const one = (name: string) => new Map([[name, 1]])

describe('bars of a chart', () => {
  it('are days, also those on which nothing was', () => {
    const days = new Map([
      ['2026-03-01', one('email')],
      ['2026-03-03', one('sms')],
    ])
    const rows = groupByDay(days, ['2026-03-01', '2026-03-04'])
    expect(rows.map(({ label, values }) => [label, [...values.keys()]])).toEqual([
      ['2026-03-01', ['email']],
      ['2026-03-02', []],
      ['2026-03-03', ['sms']],
      ['2026-03-04', []],
    ])
  })

  it.each([
    ['weeks from Monday', '2026-07-01', '2026-02-23', 19],
    ['months', '2029-12-31', '2026-03', 46],
  ])('are %s where days could not be told apart', (_, to, first, bars) => {
    const days = new Map([
      ['2026-03-01', one('email')],
      [to, one('email')],
    ])
    const rows = groupByDay(days, ['2026-03-01', to])
    expect([rows[0]?.label, rows.length]).toEqual([first, bars])
    const all = rows.reduce((sum, { values }) => sum + (values.get('email') ?? 0), 0)
    expect(all).toBe(2)
  })

  it('of money are sums', () => {
    const days = new Map([
      ['2026-03-01', '0.10'],
      ['2026-12-31', '0.20'],
      ['2026-12-30', '0.10'],
    ])
    const rows = groupCosts(days, ['2026-03-01', '2026-12-31'])
    expect(rows.at(-1)?.values.get('costs')).toBe(0.3)
  })

  it('span from the first day to the last, in whatever order', () => {
    expect(spanOf(['2026-03-03', '2026-03-01', '2026-03-09'])).toEqual(['2026-03-01', '2026-03-09'])
    expect(spanOf([])).toBeNull()
  })
})
