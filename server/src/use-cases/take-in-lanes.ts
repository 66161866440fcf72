// Takes the bookings of a file beside each other, so that the database works on one while another is
// signed; those that name the same claim stay in the order of the file.
import { matchKeys } from '../domain/matching/match-keys.ts'
import type { IncomingBooking } from './incoming-booking.ts'

/** Few enough to leave connections to everybody else. */
const LANES = 4

/** Takes all of them. When one throws, no further one is begun, and its error is thrown at the end. */
export async function takeInLanes(
  bookings: readonly IncomingBooking[],
  take: (booking: IncomingBooking) => Promise<void>,
): Promise<void> {
  const waiting = Map.groupBy(bookings, subjectOf).values()
  const failures: unknown[] = []
  const lane = async () => {
    for (const group of waiting) {
      for (const booking of group) {
        if (failures.length > 0) return
        await take(booking).catch((error: unknown) => failures.push(error))
      }
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  if (failures.length > 0) throw failures[0]
}

/** What a booking is about, as far as it says; one that says nothing is about itself. */
function subjectOf({ transaction, bankKey }: IncomingBooking): string {
  const { structuredReferences, referencesInText, endToEndIds } = matchKeys(transaction)
  return structuredReferences[0] ?? referencesInText[0] ?? endToEndIds[0] ?? bankKey
}
