// The same year through the real import on PostgreSQL: what it decides must be what the core decides in
// memory. A person who knows the truth places the rest of each day in both.
import { formatAmount } from '@parley/sdk/protocol'
import { findBankTransaction } from '../../src/storage/bank-transactions.ts'
import { importBankStatement } from '../../src/use-cases/import-bank-statement.ts'
import { createDebtor } from '../../src/use-cases/manage-debtors.ts'
import { matchByHand } from '../../src/use-cases/match-by-hand.ts'
import { issueClaim, openTestWorld, type TestWorld } from '../../test/support/test-world.ts'
import { createMemoryClaims } from './memory-claims.ts'
import { type Decided, decideDay, filesOfYear, generateYear, placeByHand } from './run-year.ts'
import type { YearBooking, YearClaim, YearDebtor } from './year-types.ts'

export interface RealImport {
  bookings: number
  seconds: number
  /** Decisions that differ from those in memory. */
  different: readonly string[]
}

/** Runs a small year in memory and on a database of its own, day by day. */
export async function importYear(databaseUrl: string, claimCount: number): Promise<RealImport> {
  const year = generateYear(21, { claims: claimCount, onlyRf: true })
  const files = filesOfYear(year)
  const world = await openTestWorld({ url: databaseUrl })
  const issuer = createIssuer(world)
  const memory = createMemoryClaims(world.creditorId)
  const issues = year.claims.toSorted((a, b) => (a.issueDate < b.issueDate ? -1 : 1))
  const days = Map.groupBy(year.bookings, ({ day }) => day)
  const different: string[] = []
  let milliseconds = 0
  for (const [day, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    while (issues[0] !== undefined && issues[0].issueDate <= day) {
      const [claim] = issues.splice(0, 1)
      if (claim === undefined) break
      memory.issue(claim)
      await issuer.issue(claim)
    }
    world.goTo(`${day}T22:00:00Z`)
    const booked = days.get(day) ?? []
    const expected = await decideDay(memory, file, booked)
    placeByHand(memory, expected)
    const begun = performance.now()
    const imported = await importBankStatement(world.deps, { creditorId: world.creditorId, file })
    if (!imported.ok) throw new Error(imported.error.detail)
    milliseconds += performance.now() - begun
    different.push(...(await compare(world, issuer, { day, expected })))
    await placeAll(world, issuer, { day, booked })
  }
  await world.close()
  return { bookings: year.bookings.length, seconds: milliseconds / 1000, different }
}

interface Issuer {
  issue(claim: YearClaim): Promise<void>
  /** The id of the store for that of the year. */
  realId(claimId: string): string
}

function createIssuer(world: TestWorld): Issuer {
  const debtors = new Map<string, string>()
  const claims = new Map<string, string>()
  return {
    async issue({ claimId, debtor, dueDate, invoiceNumber, issueDate, minor, reference }) {
      world.goTo(`${issueDate}T06:00:00Z`)
      const debtorId = debtors.get(debtor.debtorId) ?? (await addDebtor(world, debtor))
      debtors.set(debtor.debtorId, debtorId)
      const issued = await issueClaim(world, {
        debtorId,
        invoiceNumber,
        issueDate,
        dueDate,
        amount: formatAmount({ minor, currency: 'EUR' }),
        remittance: { scheme: 'SCOR', reference },
      })
      claims.set(claimId, issued.claimId)
    },
    realId: (claimId) => claims.get(claimId) ?? claimId,
  }
}

async function addDebtor(
  { deps, creditorId }: TestWorld,
  { name, externalId }: YearDebtor,
): Promise<string> {
  const input = { name, ...(externalId === null ? {} : { externalId }) }
  const made = await deps.db
    .transaction()
    .execute((tx) => createDebtor(deps, tx, { creditorId, input }))
  if (!made.ok) throw new Error(made.error.detail)
  return made.value.debtorId
}

async function storedOf({ deps, creditorId }: TestWorld, day: string) {
  const rows = await deps.db
    .selectFrom('bank_transactions')
    .leftJoin('payments', (join) =>
      join
        .onRef('payments.creditor_id', '=', 'bank_transactions.creditor_id')
        .onRef('payments.transaction_id', '=', 'bank_transactions.transaction_id'),
    )
    .select(['bank_transactions.transaction_id', 'state', 'direction', 'reason'])
    .select(['payments.claim_id', 'payments.amount'])
    .where('bank_transactions.creditor_id', '=', creditorId)
    .where('booking_date', '=', day)
    .execute()
  return await Promise.all(
    rows.map(async (row) => {
      const key = { creditorId, transactionId: row.transaction_id }
      const booking = await findBankTransaction(deps.db, key)
      return { ...row, bankReference: booking?.details.bankReference }
    }),
  )
}

async function compare(
  world: TestWorld,
  issuer: Issuer,
  { day, expected }: { day: string; expected: readonly Decided[] },
): Promise<string[]> {
  const rows = await storedOf(world, day)
  return expected.flatMap(({ booking, shares, by }) => {
    const own = rows.filter(
      ({ bankReference, direction }) =>
        direction === booking.direction && bankReference === booking.bankReference,
    )
    const real = own
      .map(({ claim_id, amount, state }) => (state === 'matched' ? `${claim_id} ${amount}` : state))
      .sort()
      .join()
    const wanted =
      shares === null
        ? 'unmatched'
        : booking.direction === 'debit'
          ? 'reversal'
          : shares
              .map(({ claimId, minor }) => `${issuer.realId(claimId)} ${minor}`)
              .sort()
              .join()
    const told = `${booking.style} ${booking.bookingId}: ${by} here, ${own[0]?.reason} there`
    return real === wanted ? [] : [told]
  })
}

async function placeAll(
  world: TestWorld,
  issuer: Issuer,
  { day, booked }: { day: string; booked: readonly YearBooking[] },
): Promise<void> {
  const rows = await storedOf(world, day)
  for (const { transaction_id: transactionId, state, bankReference } of rows) {
    const booking = booked.find((it) => it.bankReference === bankReference)
    if (state !== 'unmatched' || booking?.truth.kind !== 'claims') continue
    const done = await matchByHand(world.deps, {
      creditorId: world.creditorId,
      transactionId,
      by: 'Kim',
      allocations: booking.truth.shares.map(({ claimId, minor }) => ({
        paymentRequestId: issuer.realId(claimId),
        amount: formatAmount({ minor, currency: 'EUR' }),
      })),
    })
    if (!done.ok) throw new Error(`${booking.style}: ${done.error.detail}`)
  }
}
