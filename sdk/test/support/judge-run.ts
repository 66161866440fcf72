// Was a life of a bank lived rightly? What the rail has booked decides, not what the bank believes; and
// the journal has to tell the same story.
import { findLine } from '../../src/bank/customer.ts'
import type { CustomerRecord, JournalEntry, LineState } from '../../src/index.ts'
import { CUSTOMER, type LivedRun } from './bank-run.ts'
import { type Booking, OPENING_BALANCE } from './faulty-rail.ts'

/** What is judged. */
export type JudgedRun = Pick<LivedRun, 'bank' | 'rail' | 'desk' | 'limits'>

/** Which state may follow which, as `LineState` says. */
const NEXT: Readonly<Record<LineState, readonly LineState[]>> = {
  scheduled: ['scheduled', 'leasing', 'stopped'],
  leasing: ['leasing', 'scheduled', 'paying', 'stopped'],
  paying: ['unknown', 'accepted', 'settled', 'rejected', 'scheduled'],
  unknown: ['unknown', 'accepted', 'settled', 'rejected', 'scheduled'],
  accepted: ['accepted', 'settled', 'rejected', 'returned', 'stopped'],
  settled: ['returned'],
  returned: [],
  rejected: [],
  stopped: [],
}

/** Everything that is wrong with a life; nothing when it was lived rightly. */
export async function faultsOf(run: JudgedRun): Promise<string[]> {
  const { bank, rail, desk } = run
  const customer = await bank.customer(CUSTOMER)
  if (customer === undefined) return ['the customer is gone']
  const journal = await bank.journal(CUSTOMER, { limit: 10_000 })
  const faults = [
    ...doublePayments(rail.bookings),
    ...brokenLimits(run),
    ...falseStates(run, customer),
    ...journalFaults(customer, journal),
    ...forbiddenPayments(journal),
    ...desk.faults,
  ]
  const { debtor, creditor } = rail.balances()
  const paid = rail.bookings.reduce((sum, { minor }) => sum + minor, 0n)
  if (debtor + creditor !== OPENING_BALANCE) faults.push('money came into being, or vanished')
  if (creditor !== paid) faults.push('the creditor has other money than was paid')
  return faults
}

function doublePayments(bookings: readonly Booking[]): string[] {
  const byKey = Map.groupBy(bookings, ({ key }) => key)
  return [...byKey]
    .filter(([, booked]) => booked.length > 1)
    .map(([key, booked]) => `paid ${booked.length} times: ${key}`)
}

function brokenLimits({ rail, limits }: JudgedRun): string[] {
  const most = (nameOf: (booking: Booking) => string) => {
    const groups = Map.groupBy(rail.bookings, nameOf).values()
    const sums = [...groups].map((group) => group.reduce((sum, { minor }) => sum + minor, 0n))
    return sums.reduce((largest, sum) => (sum > largest ? sum : largest), 0n)
  }
  const sums: ReadonlyArray<readonly [string, bigint, bigint]> = [
    ['payment', most(({ key }) => key), limits.perPayment],
    ['day', most(({ day }) => day), limits.perDay],
    ['month', most(({ day }) => day.slice(0, 7)), limits.perMonth],
    ['month of one creditor', most(({ day }) => day.slice(0, 7)), limits.perCreditorMonth],
  ]
  return sums
    .filter(([, sum, limit]) => sum > limit)
    .map(([name, sum, limit]) => `${sum} in a ${name} where ${limit} are allowed`)
}

function falseStates({ rail, desk }: JudgedRun, { agreements }: CustomerRecord): string[] {
  return agreements.flatMap(({ agreementId, lines }) =>
    lines.flatMap((line) => {
      const key = `${agreementId}:${line.line}`
      const isPaid = rail.bookings.some((booking) => booking.key === key)
      const faults: string[] = []
      const isOpen =
        line.state === 'paying' || line.state === 'unknown' || line.state === 'accepted'
      if (isOpen) faults.push(`${key} did not come to rest: ${line.state}`)
      if (isPaid !== (line.state === 'settled')) {
        faults.push(`${key} is ${line.state}, and the rail ${isPaid ? 'has' : 'has not'} paid`)
      }
      const last = desk.reportsOf(line.endToEndId).at(-1)
      if (isPaid && last !== 'ACSC') faults.push(`${key} was reported ${last ?? 'never'}`)
      if (!isPaid && last === 'ACSC') faults.push(`${key} was reported as settled`)
      return faults
    }),
  )
}

function journalFaults(customer: CustomerRecord, journal: readonly JournalEntry[]): string[] {
  const faults: string[] = []
  if (journal.some(({ seq }, index) => seq !== index + 1)) faults.push('the journal has gaps')
  if (journal.length !== customer.journalSeq) faults.push('the journal ends elsewhere')
  const ofLines = journal.filter(({ subject }) => subject === 'line')
  const byLine = Map.groupBy(ofLines, ({ agreementId, line }) => `${agreementId}:${line}`)
  for (const [key, entries] of byLine) {
    const [agreementId = '', line = ''] = key.split(':')
    const now = findLine(customer, { agreementId, line: Number(line) })?.line
    const last = entries.at(-1)
    const isTold = last?.what === now?.state && last?.code === now?.code
    if (!isTold) faults.push(`${key} is ${now?.state} and the journal says ${last?.what}`)
    for (const [index, { what }] of entries.entries()) {
      const before = (entries[index - 1]?.what ?? 'scheduled') as LineState
      if (!NEXT[before].includes(what as LineState)) faults.push(`${key}: ${before}, then ${what}`)
    }
    const fencings = entries.filter(({ what }) => what === 'paying').map(({ fencing }) => fencing)
    if (fencings.some((fencing, index) => Number(fencing) <= Number(fencings[index - 1] ?? 0))) {
      faults.push(`${key} was paid under leases ${fencings.join()}`)
    }
  }
  return faults
}

/** Nothing goes to the rail while the customer's own switch is on or the mandate is revoked. */
function forbiddenPayments(journal: readonly JournalEntry[]): string[] {
  const faults: string[] = []
  let isStopped = false
  let isRevoked = false
  for (const { subject, what, seq } of journal) {
    if (subject === 'switch') isStopped = what === 'stopped'
    if (subject === 'mandate') isRevoked = what === 'revoked'
    if (subject !== 'line' || what !== 'paying') continue
    if (isStopped) faults.push(`entry ${seq}: paid although stopped`)
    if (isRevoked) faults.push(`entry ${seq}: paid without a mandate`)
  }
  return faults
}
