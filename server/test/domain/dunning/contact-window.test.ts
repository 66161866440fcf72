import { dayInZone } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ContactPlace, nextOpening } from '../../../src/domain/dunning/contact-window.ts'
import { inForce, LAW, shipped } from '../compliance/support-law.ts'
import { isInWindow, isLawfulHour } from './support-clocks.ts'
import { anywhereUnder, at, BELGIUM, placeIn, ZONE } from './support-facts.ts'

const WINDOW = { from: '09:00', to: '18:00', weekdays: [1, 2, 3, 4, 5] }
const PLACE: ContactPlace = { zones: [ZONE], hours: null }

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

describe('nextOpening under the law', () => {
  const long = { from: '07:00', to: '21:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }

  it('keeps to the hours of both: the step asks for more, or the law does', () => {
    const belgian = placeIn(BELGIUM, ZONE)
    expect(nextOpening(at('2026-03-10', '07:00'), long, belgian)).toBe(at('2026-03-10', '08:00'))
    expect(nextOpening(at('2026-03-10', '07:00'), long, PLACE)).toBe(at('2026-03-10', '07:00'))
    expect(nextOpening(at('2026-03-10', '20:00'), long, belgian)).toBe(at('2026-03-11', '08:00'))
    expect(nextOpening(at('2026-03-10', '08:00'), WINDOW, belgian)).toBe(at('2026-03-10', '09:00'))
    expect(nextOpening(at('2026-03-15', '12:00'), long, belgian)).toBe(at('2026-03-16', '08:00'))
  })

  it.each([...LAW.profiles.keys()])('of %s is closed on its holidays where that is so', (id) => {
    const law = inForce(shipped(id))
    const [zone = ZONE] = law.profile.zones
    const { closedOnHolidays } = law.version.contact
    // Friday, Christmas; Thursday the 24th is a holiday in no more than some places.
    expect(law.holidays.has('2026-12-25')).toBe(true)
    const opening = nextOpening(at('2026-12-25', '10:00', zone), WINDOW, placeIn(law, zone))
    expect(dayInZone(opening, zone) > '2026-12-25').toBe(closedOnHolidays)
    const control = at('2026-12-22', '10:00', zone)
    expect(nextOpening(control, WINDOW, placeIn(law, zone))).toBe(control)
  })

  it.each([
    ['be-b2c', '2026-07-21'],
    ['fr-b2c', '2026-07-14'],
    ['nl-b2c', '2026-04-27'],
    ['lu-b2c', '2026-06-23'],
    ['us-b2b', '2026-11-26'],
  ])('of %s is closed on %s, and of no neighbour', (id, holiday) => {
    const closed = (own: string) => {
      const when = at(holiday, '10:00')
      return nextOpening(when, WINDOW, placeIn(inForce(shipped(own)), ZONE)) !== when
    }
    expect(closed(id)).toBe(true)
    expect(closed('de-b2c')).toBe(false)
  })
})

describe('nextOpening where the zone is not known', () => {
  const america = inForce(shipped('us-b2c'))
  const anywhere = anywhereUnder(america)

  it('waits for the west and closes with the east', () => {
    // Nine o’clock in Honolulu is three o’clock in the afternoon in New York.
    const morning = at('2026-03-10', '09:00', 'Pacific/Honolulu')
    expect(nextOpening(at('2026-03-10', '09:00', 'America/New_York'), WINDOW, anywhere)).toBe(
      morning,
    )
    const evening = at('2026-03-10', '18:00', 'America/New_York')
    expect(nextOpening(evening - 1, WINDOW, anywhere)).toBe(evening - 1)
    expect(nextOpening(evening, WINDOW, anywhere)).toBe(
      at('2026-03-11', '09:00', 'Pacific/Honolulu'),
    )
    const known = placeIn(america, 'America/New_York')
    expect(nextOpening(morning - 3_600, WINDOW, known)).toBe(morning - 3_600)
  })

  it('passes over no opening of a day that has not begun everywhere', () => {
    const sunday = at('2026-03-15', '23:00', 'Pacific/Honolulu')
    expect(nextOpening(sunday, WINDOW, anywhere)).toBe(
      at('2026-03-16', '09:00', 'Pacific/Honolulu'),
    )
  })

  it('finds an opening for a morning that is not the same in any two coasts', () => {
    const morning = { from: '09:00', to: '12:00', weekdays: [1, 2, 3, 4, 5, 6] }
    const opening = nextOpening(at('2026-03-10', '09:00', 'America/New_York'), morning, anywhere)
    // Eight o’clock in Honolulu, by law; eleven o’clock in Los Angeles.
    expect(opening).toBe(at('2026-03-10', '08:00', 'Pacific/Honolulu'))
    expect(opening).toBe(at('2026-03-10', '11:00', 'America/Los_Angeles'))
  })

  it('opens for every window that a profile allows, in all of its zones at once', () => {
    const times = fc.integer({ min: 8, max: 19 })
    const laws = fc.constantFrom(...LAW.profiles.keys()).map((id) => inForce(shipped(id)))
    const instants = fc.integer({ min: 1_750_000_000, max: 1_900_000_000 })
    fc.assert(
      fc.property(
        laws,
        times,
        fc.integer({ min: 1, max: 12 }),
        instants,
        (law, from, length, t) => {
          const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`
          const to = clock(Math.min(from + length, 20))
          const window = { from: clock(from), to, weekdays: [1, 2, 3, 4, 5] }
          const opening = nextOpening(t, window, anywhereUnder(law))
          expect(opening).toBeGreaterThanOrEqual(t)
          expect(isLawfulHour(opening, law, law.profile.zones)).toBe(true)
          expect(law.profile.zones.some((zone) => isInWindow(opening, window, zone))).toBe(true)
        },
      ),
      { numRuns: 200 },
    )
  })
})
