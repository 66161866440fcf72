import { describe, expect, it } from 'vitest'
import { easterSunday, isTargetDay, nextTargetDay } from '../../src/protocol/index.ts'

describe('a business day of TARGET', () => {
  it.each([
    ['New Year', '2026-01-01', false],
    ['Good Friday', '2026-04-03', false],
    ['Easter Monday', '2026-04-06', false],
    ['Labour Day', '2026-05-01', false],
    ['Christmas', '2026-12-25', false],
    ['the day after Christmas', '2024-12-26', false],
    ['a Saturday', '2026-03-28', false],
    ['a Sunday', '2026-03-29', false],
    ['Whit Monday, on which shops are closed', '2026-05-25', true],
    ['Maundy Thursday', '2026-04-02', true],
  ])('%s, %s: %s', (_, day, expected) => {
    expect(isTargetDay(day)).toBe(expected)
  })

  it('follows a day on which nothing settles', () => {
    expect(nextTargetDay('2026-04-02')).toBe('2026-04-02')
    expect(nextTargetDay('2026-04-03')).toBe('2026-04-07')
    expect(nextTargetDay('2021-12-31')).toBe('2021-12-31')
    expect(nextTargetDay('2022-01-01')).toBe('2022-01-03')
  })

  it('knows the earliest and the latest Easter', () => {
    expect([2008, 2011, 2038, 2000].map(easterSunday)).toEqual([
      '2008-03-23',
      '2011-04-24',
      '2038-04-25',
      '2000-04-23',
    ])
  })
})
