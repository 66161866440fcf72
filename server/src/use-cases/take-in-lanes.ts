// Takes the bookings of a file beside each other, so that the database works on one while another is
// signed; those that name the same claim, or come from the same account, stay in the order of the file.
import { matchKeys, namedReferences } from '../domain/matching/match-keys.ts'
import type { IncomingBooking } from './incoming-booking.ts'

/** Few enough to leave connections to everybody else. */
const LANES = 4

/** Takes all of them. When one throws, no further one is begun, and its error is thrown at the end. */
export async function takeInLanes(
  bookings: readonly IncomingBooking[],
  take: (booking: IncomingBooking) => Promise<void>,
): Promise<void> {
  const waiting = groupsOf(bookings).values()
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

/**
 * Bookings that share a reference, an end-to-end id or the account of the payer, directly or by others, in
 * the order of the file: the later one may be decided by what the former one was.
 */
function groupsOf(bookings: readonly IncomingBooking[]): Map<string, IncomingBooking[]> {
  const leaders = new Map<string, string>()
  const leaderOf = (key: string): string => {
    let leader = key
    for (let next = leaders.get(leader); next !== undefined; next = leaders.get(leader))
      leader = next
    return leader
  }
  for (const booking of bookings) {
    const [first, ...others] = subjectsOf(booking).map(leaderOf)
    for (const other of others)
      if (first !== undefined && other !== first) leaders.set(other, first)
  }
  return Map.groupBy(bookings, (booking) => leaderOf(subjectsOf(booking)[0] ?? booking.bankKey))
}

/** What a booking is about, as far as it says; one that says nothing is about itself. */
function subjectsOf({ transaction, bankKey }: IncomingBooking): string[] {
  const keys = matchKeys(transaction)
  const { debtorIban } = transaction
  const said = [...namedReferences(keys), ...keys.endToEndIds]
  return [...said, ...(debtorIban === undefined ? [] : [debtorIban]), bankKey]
}
