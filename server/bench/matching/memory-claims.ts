// The claims of a creditor in memory, read exactly as the store reads them: the same keys, the same limits,
// the same order. So the core can be measured without a database, and both compared.
import type { EarlierCredit } from '../../src/domain/matching/match-types.ts'
import { nameWords } from '../../src/domain/matching/name-likeness.ts'
import {
  type FoundClaim,
  LATEST_BOOKINGS,
  type Likeness,
  MOST_ALIKE,
  MOST_HINTS,
} from '../../src/storage/match-candidates.ts'
import type { MatchReader } from '../../src/use-cases/find-match.ts'
import type { YearClaim, YearShare } from './year-types.ts'

export interface MemoryClaims extends MatchReader {
  issue(claim: YearClaim): void
  /** Books money of a booking on its claims, by the rules or by a person. */
  book(booking: { bookingId: string; iban: string | undefined; shares: readonly YearShare[] }): void
  /** Keeps a credit that may go back. */
  keep(credit: EarlierCredit): void
  takeBack(bookingId: string): void
  outstandingOf(claimId: string): bigint
}

interface Held {
  found: FoundClaim
  words: ReadonlySet<string>
  paid: bigint
}

export function createMemoryClaims(creditorId: string): MemoryClaims {
  const claims = new Map<string, Held>()
  const byReference = new Map<string, string>()
  const byInvoice = new Map<string, string>()
  const byExternal = new Map<string, string>()
  const byDebtor = new Map<string, Set<string>>()
  const byAmount = new Map<bigint, Set<string>>()
  const bookings = new Map<string, { shares: readonly YearShare[]; iban: string | undefined }>()
  const byIban = new Map<string, string[]>()
  const credits = new Map<string, EarlierCredit[]>()

  const owedOf = ({ found: { claim }, paid }: Held) => claim.principal - paid
  const heldOf = (claimId: string): Held => {
    const held = claims.get(claimId)
    if (held === undefined) throw new Error(`no claim ${claimId}`)
    return held
  }
  const pay = (claimId: string, minor: bigint) => {
    const held = heldOf(claimId)
    byAmount.get(owedOf(held))?.delete(claimId)
    held.paid += minor
    if (owedOf(held) > 0n) addTo(byAmount, owedOf(held), claimId)
  }
  const show = (claimIds: Iterable<string>): FoundClaim[] =>
    [...new Set(claimIds)].sort().map((claimId) => shown(heldOf(claimId)))
  const isOwed = (claimId: string) => owedOf(heldOf(claimId)) > 0n
  const sameAmount = (minor: bigint, words: readonly string[], limit: number) =>
    [...(byAmount.get(minor) ?? [])]
      .filter((claimId) => words.length === 0 || sharesWord(heldOf(claimId), words))
      .sort()
      .slice(0, limit)

  return {
    issue(claim) {
      const { claimId, debtor, minor } = claim
      const found = foundOf(creditorId, claim)
      claims.set(claimId, { found, words: new Set(nameWords(debtor.name)), paid: 0n })
      byReference.set(claim.reference, claimId)
      byInvoice.set(claim.invoiceNumber, claimId)
      if (debtor.externalId !== null) byExternal.set(debtor.externalId, debtor.debtorId)
      addTo(byDebtor, debtor.debtorId, claimId)
      addTo(byAmount, minor, claimId)
    },
    book({ bookingId, iban, shares }) {
      for (const { claimId, minor } of shares) pay(claimId, minor)
      bookings.set(bookingId, { shares, iban })
      if (iban !== undefined) byIban.set(iban, [...(byIban.get(iban) ?? []), bookingId])
    },
    keep(credit) {
      const key = credit.bankReference ?? ''
      credits.set(key, [...(credits.get(key) ?? []), credit])
    },
    takeBack(bookingId) {
      for (const { claimId, minor } of bookings.get(bookingId)?.shares ?? []) pay(claimId, -minor)
      bookings.delete(bookingId)
    },
    outstandingOf: (claimId) => owedOf(heldOf(claimId)),

    async byKeys({ references }) {
      return show(references.flatMap((reference) => byReference.get(reference) ?? []))
    },
    async payersFrom(iban) {
      const latest = (byIban.get(iban) ?? []).filter((id) => bookings.has(id))
      const shares = latest
        .slice(-LATEST_BOOKINGS)
        .flatMap((bookingId) => bookings.get(bookingId)?.shares ?? [])
      return [...new Set(shares.map(({ claimId }) => heldOf(claimId).found.claim.debtorId))].sort()
    },
    async alike({ minor, numbers, nameWords: words, debtorIds }: Likeness) {
      const most = MOST_ALIKE + 1
      const named = numbers.flatMap((number) => byInvoice.get(number) ?? []).slice(0, most)
      const debtors = [...debtorIds, ...numbers.flatMap((number) => byExternal.get(number) ?? [])]
      const known = [...new Set(debtors)]
        .flatMap((debtorId) => [...(byDebtor.get(debtorId) ?? [])])
        .filter(isOwed)
        .sort()
        .slice(0, most)
      const sameName = words.length === 0 ? [] : sameAmount(minor, words, most)
      const isCut = [named, known, sameName].some(({ length }) => length > MOST_ALIKE)
      const ids = [...named, ...known, ...sameName]
      return { found: show(ids.length > 0 ? ids : sameAmount(minor, [], MOST_HINTS)), isCut }
    },
    async creditsBefore({ bankReference, limit }) {
      return (credits.get(bankReference ?? '') ?? [])
        .map((credit) => ({ ...credit, isTakenBack: !bookings.has(credit.transactionId) }))
        .toReversed()
        .slice(0, limit)
    },
  }
}

function sharesWord({ words }: Held, wanted: readonly string[]): boolean {
  return wanted.some((word) => [...words].some((own) => own.includes(word)))
}

function addTo<K>(map: Map<K, Set<string>>, key: K, value: string): void {
  const set = map.get(key)
  if (set === undefined) map.set(key, new Set([value]))
  else set.add(value)
}

function shown({ found, paid }: Held): FoundClaim {
  const { claim, lines } = found
  const credited = paid < claim.principal ? paid : claim.principal
  return {
    ...found,
    claim: { ...claim, paid: credited },
    lines: lines.map((line) => ({ ...line, paid: credited })),
  }
}

function foundOf(creditorId: string, claim: YearClaim): FoundClaim {
  const { claimId, debtor, invoiceNumber, reference, minor, issueDate, dueDate } = claim
  return {
    claim: {
      creditorId,
      claimId,
      debtorId: debtor.debtorId,
      invoiceNumber,
      segment: 'default',
      currency: 'EUR',
      principal: minor,
      charges: 0n,
      price: 0n,
      paid: 0n,
      overpaid: 0n,
      givenBack: 0n,
      credit: 0n,
      disputed: 0n,
      issueDate,
      dueDate,
      referenceScheme: 'SCOR',
      reference,
      documents: [],
      subject: null,
      state: 'open',
      conversation: 'none',
      dunning: 'idle',
      journey: null,
      arm: null,
      respondBy: 0,
      presentedAt: null,
      revision: 1,
      thr: '',
      version: 0,
      createdAt: 0,
    },
    debtorName: debtor.name,
    externalId: debtor.externalId,
    lines: [
      { line: 1, dueDate, amount: minor, paid: 0n, credited: 0n, endToEndId: `${claimId}-1` },
    ],
  }
}
