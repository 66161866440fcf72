import { instantInZone } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { earliestContact } from '../../../src/domain/dunning/contact-budget.ts'
import { type ContactPlace, nextOpening } from '../../../src/domain/dunning/contact-window.ts'

const WINDOW = { from: '09:00', to: '18:00', weekdays: [1, 2, 3, 4, 5] }
const ZONE = 'Europe/Brussels'
const PLACE: ContactPlace = { zones: [ZONE], hours: null }

function at(day: string, time: string) {
  return instantInZone(day, time, ZONE)
}

describe('nextOpening', () => {
  it('leaves an instant inside the window alone', () => {
    expect(nextOpening(at('2026-03-10', '09:00'), WINDOW, PLACE)).toBe(at('2026-03-10', '09:00'))
  })

  it('finds the opening after the clocks went back', () => {
    expect(nextOpening(at('2026-10-24', '12:00'), WINDOW, PLACE)).toBe(at('2026-10-26', '09:00'))
  })

  it('is done when asked again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }), (instant) => {
        const opening = nextOpening(instant, WINDOW, PLACE)
        expect(nextOpening(opening, WINDOW, PLACE)).toBe(opening)
        expect(opening).toBeGreaterThanOrEqual(instant)
      }),
    )
  })

  it('reports a window that never opens as a bug', () => {
    const never = { ...WINDOW, weekdays: [] }
    expect(() => nextOpening(at('2026-03-10', '09:00'), never, PLACE)).toThrow(/does not open/)
  })
})

describe('earliestContact', () => {
  const hour = 3_600
  const day = 86_400
  const now = 1_800_000_000

  it('lets the first message go at once', () => {
    expect(earliestContact(now, [])).toBe(now)
  })

  it('keeps 48 hours between two messages', () => {
    expect(earliestContact(now, [now - 47 * hour])).toBe(now + hour)
    expect(earliestContact(now, [now - 48 * hour])).toBe(now)
  })

  it('sends two messages in seven days and no third', () => {
    expect(earliestContact(now, [now - 3 * day, now - 6 * day])).toBe(now + day)
    expect(earliestContact(now, [now - 6 * day, now - 3 * day])).toBe(now + day)
    expect(earliestContact(now, [now - 3 * day, now - 7 * day])).toBe(now)
  })

  it('holds the budget whenever people write', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 10 * day }), { maxLength: 40 })
    fc.assert(
      fc.property(gaps, (waits) => {
        const sent: number[] = []
        let clock = now
        for (const wait of waits) {
          clock = earliestContact(clock + wait, sent)
          sent.push(clock)
        }
        sent.forEach((time, index) => {
          const before = sent.slice(0, index)
          expect(before.filter((other) => other > time - 7 * day).length).toBeLessThan(2)
          expect(before.every((other) => time - other >= 48 * hour)).toBe(true)
        })
      }),
    )
  })
})
