// A year through the parser and the matcher, compared with the truth. What the rules leave to a person is
// placed by one who knows, at the end of its day.
import { incomingTransactions } from '../../src/domain/matching/match-types.ts'
import { parseCamt } from '../../src/domain/statement/camt.ts'
import { findMatchIn } from '../../src/use-cases/find-match.ts'
import { generateBookings } from './generate-bookings.ts'
import { generateClaims } from './generate-claims.ts'
import { createMemoryClaims, type MemoryClaims } from './memory-claims.ts'
import { createRandom } from './random.ts'
import { writeCamt } from './write-camt.ts'
import type { Year, YearBooking, YearShare } from './year-types.ts'

export const YEAR_ACCOUNT = 'BE71096123456769'

export function generateYear(seed: number, options: { claims: number; onlyRf?: boolean }): Year {
  const random = createRandom(seed)
  const claims = generateClaims(random, { onlyRf: false, ...options })
  return { account: YEAR_ACCOUNT, claims, bookings: generateBookings(random, claims) }
}

/** One file a day, with its bookings. */
export function filesOfYear({ account, bookings }: Year): Map<string, string> {
  const days = Map.groupBy(bookings, ({ day }) => day)
  return new Map([...days].map(([day, booked]) => [day, writeCamt(account, day, booked)]))
}

export interface Decided {
  booking: YearBooking
  /** Null: left to a person. */
  shares: readonly YearShare[] | null
  by: string
}

/** Decides about the bookings of one day's file, in its order. */
export async function decideDay(
  claims: MemoryClaims,
  file: string,
  booked: readonly YearBooking[],
): Promise<Decided[]> {
  const parsed = parseCamt(file)
  if (!parsed.ok) throw new Error(parsed.error.message)
  const transactions = parsed.value.flatMap(({ entries }) => entries.flatMap(incomingTransactions))
  const decided: Decided[] = []
  for (const [index, transaction] of transactions.entries()) {
    const booking = booked[index]
    if (booking === undefined) throw new Error('the file has more bookings than were written')
    const { decision } = await findMatchIn(claims, { account: YEAR_ACCOUNT, transaction })
    decided.push({ booking, ...effectOf(claims, booking, decision) })
  }
  return decided
}

function effectOf(
  claims: MemoryClaims,
  booking: YearBooking,
  decision: Awaited<ReturnType<typeof findMatchIn>>['decision'],
): Pick<Decided, 'shares' | 'by'> {
  const { bookingId } = booking
  if (decision.kind === 'reversal') {
    claims.takeBack(decision.of.transactionId)
    return { shares: [{ claimId: decision.of.transactionId, minor: 0n }], by: decision.by }
  }
  if (booking.direction === 'credit') {
    claims.keep({
      transactionId: bookingId,
      bankReference: booking.bankReference,
      minor: booking.minor,
      currency: 'EUR',
      isTakenBack: false,
      claimIds: [],
    })
  }
  if (decision.kind === 'unmatched') return { shares: null, by: decision.reason }
  claims.book({ bookingId, iban: booking.payer?.iban, shares: decision.shares })
  return { shares: decision.shares, by: decision.by }
}

/** A person places what waits of a day, as it is in truth. */
export function placeByHand(claims: MemoryClaims, decided: readonly Decided[]): void {
  for (const { booking, shares } of decided) {
    if (shares !== null || booking.truth.kind !== 'claims') continue
    const { bookingId, payer, truth } = booking
    claims.book({ bookingId, iban: payer?.iban, shares: truth.shares })
  }
}

/** Tells whether a decision of the rules is the truth. */
export function isTrue({ booking: { truth }, shares }: Decided): boolean {
  const text = (all: readonly YearShare[]) =>
    all
      .map(({ claimId, minor }) => `${claimId} ${minor}`)
      .sort()
      .join()
  if (shares === null || truth.kind === 'nobody') return false
  if (truth.kind === 'returns') return shares[0]?.claimId === truth.bookingId
  return text(shares) === text(truth.shares)
}

export interface YearReport {
  bookings: number
  automatic: number
  wrong: readonly Decided[]
  /** Those with a reference of ours that were left to a person. */
  missed: readonly Decided[]
  /** In hundredths. */
  recallWithReference: number
  recallOfAll: number
  byStyle: Record<string, { all: number; automatic: number }>
}

/** The whole year in memory. */
export async function runYear(year: Year, files: ReadonlyMap<string, string>): Promise<YearReport> {
  const claims = createMemoryClaims('cr_bench')
  const issues = year.claims.toSorted((a, b) => (a.issueDate < b.issueDate ? -1 : 1))
  const days = Map.groupBy(year.bookings, ({ day }) => day)
  const decided: Decided[] = []
  let issued = 0
  for (const [day, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (; (issues[issued]?.issueDate ?? '9') <= day; issued++) {
      const claim = issues[issued]
      if (claim !== undefined) claims.issue(claim)
    }
    const today = await decideDay(claims, file, days.get(day) ?? [])
    placeByHand(claims, today)
    decided.push(...today)
  }
  return reportOf(decided)
}

/** What a year came to. Money that is for no claim counts in the precision alone. */
export function reportOf(decided: readonly Decided[]): YearReport {
  const automatic = decided.filter(({ shares }) => shares !== null)
  const placeable = decided.filter(({ booking }) => booking.truth.kind !== 'nobody')
  const named = placeable.filter(({ booking }) => booking.hasValidReference)
  const styles = Map.groupBy(decided, ({ booking }) => booking.style)
  const shareOf = (all: readonly Decided[]) =>
    (100 * all.filter(isTrue).length) / Math.max(1, all.length)
  return {
    bookings: decided.length,
    automatic: automatic.length,
    wrong: automatic.filter((one) => !isTrue(one)),
    missed: named.filter(({ shares }) => shares === null),
    recallWithReference: shareOf(named),
    recallOfAll: shareOf(placeable),
    byStyle: Object.fromEntries(
      [...styles].map(([style, all]) => {
        const done = all.filter(({ shares }) => shares !== null).length
        return [style, { all: all.length, automatic: done }]
      }),
    ),
  }
}
