import { describe, expect, it } from 'vitest'
import { holidaysOf, listHolidays } from '../../../src/domain/compliance/holidays.ts'
import { LAW } from './support-law.ts'

function calendar(id: string) {
  const found = LAW.calendars.get(id)
  if (found === undefined) throw new Error(`no calendar ${id}`)
  return found
}

function isHoliday(id: string, day: string, region: string | null = null): boolean {
  return holidaysOf(calendar(id), region).has(day)
}

describe('holidays', () => {
  it('follow Easter', () => {
    expect(listHolidays(calendar('TARGET').days, 2026)).toEqual([
      '2026-01-01',
      '2026-04-03',
      '2026-04-06',
      '2026-05-01',
      '2026-12-25',
      '2026-12-26',
    ])
    // The earliest and the latest Easter Monday of two centuries.
    expect(isHoliday('BE', '1818-03-23')).toBe(true)
    expect(isHoliday('BE', '2038-04-26')).toBe(true)
  })

  it('are kept on the next free working day where the law says so', () => {
    expect(['2021-12-27', '2021-12-28'].map((day) => isHoliday('GB', day, 'ENG'))).toEqual([
      true,
      true,
    ])
    expect(isHoliday('GB', '2023-01-02', 'ENG')).toBe(true)
    expect(isHoliday('GB', '2023-01-03', 'ENG')).toBe(false)
    expect(isHoliday('GB', '2023-01-03', 'SCT')).toBe(true)
  })

  it('are kept on the nearest working day, in the year before if need be', () => {
    expect(isHoliday('US', '2021-12-31')).toBe(true)
    expect(isHoliday('US', '2026-07-03')).toBe(true)
    expect(isHoliday('US', '2026-07-06')).toBe(false)
  })

  it('give way to the Saturday', () => {
    expect(isHoliday('NL', '2025-04-26')).toBe(true)
    expect(isHoliday('NL', '2025-04-27')).toBe(false)
    expect(isHoliday('NL', '2026-04-27')).toBe(true)
  })

  it('come and go with the years', () => {
    expect(isHoliday('DK', '2023-05-05')).toBe(true)
    expect(isHoliday('DK', '2024-04-26')).toBe(false)
    expect(isHoliday('GB', '2022-05-30')).toBe(false)
    expect(isHoliday('GB', '2022-06-02')).toBe(true)
  })

  it('of a place that is not known are those of every region', () => {
    expect(isHoliday('DE', '2026-01-06', 'BY')).toBe(true)
    expect(isHoliday('DE', '2026-01-06', 'NW')).toBe(false)
    expect(isHoliday('DE', '2026-01-06')).toBe(true)
  })

  it('are also those that only the law of terms knows', () => {
    expect(isHoliday('NL', '2026-04-03')).toBe(true)
    expect(isHoliday('NL', '2026-05-05')).toBe(true)
  })
})
