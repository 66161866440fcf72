import { addDays, compareDays, daysBetween, weekday } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holidaysOf } from '../../src/domain/compliance/holidays.ts'
import { addWorkingDays } from '../../src/domain/working-days.ts'
import { loadLaw } from '../../src/law-files.ts'

const calendar = loadLaw().calendars.get('TARGET')
if (calendar === undefined) throw new Error('the catalog has no TARGET')
const target = holidaysOf(calendar, null)

describe('working days', () => {
  it.each([
    ['2026-03-13', 1, '2026-03-16'],
    ['2026-03-14', 1, '2026-03-16'],
    ['2026-04-02', 1, '2026-04-07'],
    ['2026-12-24', 2, '2026-12-29'],
    ['2026-03-10', 0, '2026-03-10'],
  ])('after %s, %i on, is %s', (from, count, day) => {
    expect(addWorkingDays(from, count, target)).toBe(day)
  })

  it('are exactly so many, and the last is one of them', () => {
    const days = fc.integer({ min: 0, max: 3_000 }).map((n) => addDays('2024-01-01', n))
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 40 }), (from, count) => {
        const last = addWorkingDays(from, count, target)
        const passed = Array.from({ length: daysBetween(from, last) }, (_, i) =>
          addDays(from, i + 1),
        )
        const working = passed.filter((day) => weekday(day) < 6 && !target.has(day))
        expect(working).toHaveLength(count)
        expect(working.at(-1)).toBe(last)
        expect(compareDays(from, last)).toBe(-1)
      }),
    )
  })
})
