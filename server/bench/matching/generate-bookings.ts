// What comes in on the account in a year, day by day: paid with a reference or without, in part, too much,
// twice, together, by others, with slips of the finger, and some that goes back. The truth is known.
import { addDays, daysBetween } from '@parley/sdk/protocol'
import { newCreditorReference } from '../../src/domain/references/creditor-reference.ts'
import { ibanOf } from './generate-claims.ts'
import type { Random } from './random.ts'
import {
  cutText,
  garbled,
  noisyName,
  referenceText,
  SMALL_TALK,
  typedNumber,
  withTypo,
} from './written-texts.ts'
import type { YearBooking, YearClaim, YearDebtor } from './year-types.ts'

type Said = Pick<YearBooking, 'texts' | 'style' | 'hasValidReference'> & { structured?: string }

/** A payment that somebody means to make. */
interface Intent {
  claim: YearClaim
  style: Style
  /** In hundredths of what is owed then. */
  percent: number
}

const STYLES = [
  ['structured', 420],
  ['text', 180],
  ['noisy-text', 190],
  ['wrong-case', 60],
  ['invoice-number', 60],
  ['collective', 20],
  ['typo-in-reference', 15],
  ['typo-in-number', 8],
  ['cut-reference', 7],
  ['customer-number', 6],
  ['silent', 12],
  ['ambiguous', 10],
] as const

export type Style = (typeof STYLES)[number][0]

const LAST_DAY = '2027-12-31'

/** The bookings of the year; `perClaim` as many as there are claims, give or take. */
export function generateBookings(random: Random, claims: readonly YearClaim[]): YearBooking[] {
  const world = createLedger(claims)
  const bookings: YearBooking[] = []
  const days = intentsByDay(random, claims)
  const later = new Map<string, YearBooking[]>()
  const add = (booking: Omit<YearBooking, 'bookingId' | 'bankReference'>) => {
    const number = String(bookings.length + 1).padStart(8, '0')
    const full = { ...booking, bookingId: `bk_${number}`, bankReference: `BANK${number}` }
    bookings.push(full)
    return full
  }
  for (let day = '2027-01-01'; day <= LAST_DAY; day = addDays(day, 1)) {
    for (const booking of later.get(day) ?? []) bookings.push(takeBack(booking, world, day))
    for (const intent of days.get(day) ?? []) {
      const paid = pay(random, { intent, world, day })
      if (paid === undefined) continue
      const booking = add(paid)
      if (booking.truth.kind !== 'claims') continue
      if (random.chance(0.012)) {
        const back = addDays(day, 1 + random.below(4))
        later.set(back, [...(later.get(back) ?? []), booking])
        plan(days, addDays(back, 5), { ...intent, style: 'structured', percent: 100 })
      } else if (intent.percent < 100) {
        plan(days, addDays(day, 9), { ...intent, style: 'structured', percent: 100 })
      } else if (booking.hasValidReference && random.chance(0.015)) {
        const twice = addDays(day, 2)
        plan(days, twice, { ...intent, style: 'structured', percent: 0 })
      }
    }
    for (let other = 0; other < claims.length / 12_000; other++) add(strangersMoney(random, day))
  }
  return bookings
}

/** What is owed in truth. */
interface Ledger {
  owed: Map<string, bigint>
  byDebtor: Map<string, YearClaim[]>
  namesakes: Map<string, YearClaim[]>
}

function createLedger(claims: readonly YearClaim[]): Ledger {
  return {
    owed: new Map(claims.map(({ claimId, minor }) => [claimId, minor])),
    byDebtor: Map.groupBy(claims, ({ debtor }) => debtor.debtorId),
    namesakes: Map.groupBy(claims, ({ debtor, minor }) => `${debtor.name} ${minor}`),
  }
}

function intentsByDay(random: Random, claims: readonly YearClaim[]): Map<string, Intent[]> {
  const days = new Map<string, Intent[]>()
  const styles = STYLES.flatMap(([style, weight]) => Array.from({ length: weight }, () => style))
  for (const claim of claims) {
    if (random.chance(0.02)) continue
    const style = random.pick(styles)
    const percent = random.chance(0.16) ? 20 + random.below(70) : random.chance(0.03) ? 104 : 100
    const due = daysBetween(claim.issueDate, claim.dueDate)
    const day = addDays(claim.issueDate, 1 + random.below(due + 25))
    plan(days, day, { claim, style, percent })
  }
  return days
}

function plan(days: Map<string, Intent[]>, day: string, intent: Intent): void {
  days.set(day, [...(days.get(day) ?? []), intent])
}

function pay(
  random: Random,
  { intent, world, day }: { intent: Intent; world: Ledger; day: string },
): Omit<YearBooking, 'bookingId' | 'bankReference'> | undefined {
  const { claim, percent } = intent
  const owed = world.owed.get(claim.claimId) ?? 0n
  // Nothing is owed: somebody pays once more.
  const isAgain = percent === 0
  if (!isAgain && owed <= 0n) return undefined
  const minor = isAgain ? claim.minor : (owed * BigInt(percent) + 99n) / 100n
  const payer = payerOf(random, claim.debtor, intent.style)
  const base = { day, direction: 'credit' as const, payer }
  const together = intent.style === 'collective' ? openOf(world, claim.debtor, day) : []
  if (together.length > 1) {
    const shares = together.map((one) => {
      return { claimId: one.claimId, minor: world.owed.get(one.claimId) ?? 0n }
    })
    for (const share of shares) world.owed.set(share.claimId, 0n)
    const sum = shares.reduce((all, share) => all + share.minor, 0n)
    const texts = [together.map((one) => referenceText(random, one.reference)).join(' + ')]
    const truth = { kind: 'claims' as const, shares }
    return { ...base, minor: sum, texts, truth, style: 'collective', hasValidReference: true }
  }
  const said = say(random, intent)
  const target = intendedClaim(random, { intent, world, day, minor, said })
  const before = world.owed.get(target.claimId) ?? 0n
  world.owed.set(target.claimId, before - minor > 0n ? before - minor : 0n)
  const truth = { kind: 'claims' as const, shares: [{ claimId: target.claimId, minor }] }
  const style = isAgain ? 'double' : said.style
  return { ...base, ...said, minor, truth, style }
}

function openOf(world: Ledger, debtor: YearDebtor, day: string): YearClaim[] {
  const own = world.byDebtor.get(debtor.debtorId) ?? []
  return own
    .filter((one) => (world.owed.get(one.claimId) ?? 0n) > 0n && one.issueDate <= day)
    .slice(0, 4)
}

/**
 * Whom the money is for in truth. Who pays one of several equal bills and says nothing has paid the one
 * that is due first, by law; of two namesakes it may be either.
 */
function intendedClaim(
  random: Random,
  {
    intent,
    world,
    day,
    minor,
    said,
  }: {
    intent: Intent
    world: Ledger
    day: string
    minor: bigint
    said: Said
  },
): YearClaim {
  const { claim } = intent
  if (said.style === 'ambiguous') {
    const alike = world.namesakes.get(`${claim.debtor.name} ${claim.minor}`) ?? [claim]
    const owing = alike.filter(
      (one) => one.issueDate <= day && world.owed.get(one.claimId) === minor,
    )
    return owing.length === 0 ? claim : random.pick(owing)
  }
  // Who writes the number of another bill of their own has named that one, in law too.
  if (said.style === 'typo-in-number') {
    const named = (world.byDebtor.get(claim.debtor.debtorId) ?? []).find(
      (one) => one.issueDate <= day && said.texts[0]?.endsWith(one.invoiceNumber),
    )
    return named ?? claim
  }
  if (said.style !== 'silent' && said.style !== 'customer-number') return claim
  const equal = openOf(world, claim.debtor, day).filter(
    (one) => world.owed.get(one.claimId) === minor,
  )
  return equal.toSorted((a, b) => (a.dueDate < b.dueDate ? -1 : 1))[0] ?? claim
}

function say(random: Random, { claim, style }: Intent): Said {
  const { reference, invoiceNumber, debtor } = claim
  const talk = random.pick(SMALL_TALK)
  const with_ = (texts: readonly string[], hasValidReference = false, as: string = style): Said => {
    return { texts, style: as, hasValidReference }
  }
  switch (style) {
    case 'structured':
      return { ...with_([], true), structured: reference }
    case 'text':
      return with_([reference], true)
    case 'noisy-text':
      return with_(garbled(random, reference, talk), true)
    case 'wrong-case':
      return with_(
        [`${talk} ${referenceText(random, reference).toLowerCase()} ${debtor.name}`],
        true,
      )
    case 'invoice-number':
      return with_([`${talk} ${typedNumber(random, invoiceNumber)}`])
    case 'typo-in-reference':
      return with_([withTypo(random, reference)])
    case 'typo-in-number':
      return with_([`${talk} ${withTypo(random, invoiceNumber)}`])
    case 'cut-reference':
      return with_([cutText(random, reference)])
    case 'customer-number':
      return debtor.externalId === null
        ? with_([''], false, 'silent')
        : with_([`klant ${debtor.externalId}`])
    case 'ambiguous':
      return with_(['factuur'])
    default:
      return with_([random.pick(['', 'betaling', 'merci', 'Danke'])], false, 'silent')
  }
}

function payerOf(random: Random, debtor: YearDebtor, style: Style) {
  // Somebody else pays, or the bank names another account.
  if (style === 'ambiguous' || random.chance(0.04)) {
    return { name: noisyName(random, debtor.name), iban: ibanOf(random) }
  }
  if (random.chance(0.03)) return { name: 'Shared Pay NV', iban: 'BE68539007547034' }
  return { name: noisyName(random, debtor.name), iban: debtor.iban }
}

function takeBack(booking: YearBooking, world: Ledger, day: string): YearBooking {
  if (booking.truth.kind === 'claims') {
    for (const { claimId, minor } of booking.truth.shares) {
      world.owed.set(claimId, (world.owed.get(claimId) ?? 0n) + minor)
    }
  }
  const truth = { kind: 'returns' as const, bookingId: booking.bookingId }
  const bookingId = `${booking.bookingId}r`
  const back = { ...booking, day, direction: 'debit' as const, returnReason: 'AC04' }
  return { ...back, bookingId, truth, style: 'returned' }
}

/** Money that is for no claim: a supplier's credit, a tax refund, a payment for somebody else. */
function strangersMoney(
  random: Random,
  day: string,
): Omit<YearBooking, 'bookingId' | 'bankReference'> {
  const rf = newCreditorReference(Uint8Array.from({ length: 8 }, () => random.below(256)))
  const texts = [random.pick([`refund order ${random.below(99_999)}`, rf, 'tax 2025', 'salaris'])]
  const payer = {
    name: random.pick(['Tax Office', 'Wholesale NV', 'Jan Peeters']),
    iban: ibanOf(random),
  }
  const minor = random.chance(0.4) ? 2995n : BigInt(500 + random.below(60_000))
  const truth = { kind: 'nobody' as const }
  return {
    day,
    direction: 'credit',
    minor,
    texts,
    payer,
    truth,
    style: 'nobody',
    hasValidReference: false,
  }
}
