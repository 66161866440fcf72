// What is missing between statements: numbers that no statement has, and pages of a statement.
import type { StatementKind, StatementSummary } from './statement-types.ts'

/** A statement by what tells its place among the others of its account. */
export interface StatementPlace {
  /** The same for all statements of an account. */
  readonly account: string
  readonly kind: StatementKind
  readonly statementId: string
  readonly electronicSequence?: string
  readonly legalSequence?: string
  /** The last day of it, for the order; `YYYY-MM-DD` or empty. */
  readonly day: string
  readonly page?: { readonly number: string; readonly isLast: boolean }
}

export interface SequenceGap {
  readonly account: string
  readonly kind: StatementKind
  readonly series: 'electronic' | 'legal'
  readonly from: number
  readonly to: number
  /** The id of the statement after the gap. */
  readonly before: string
}

/** More numbers than a bank sends statements in a year: then the series began anew. */
const MAX_GAP = 366

/** The place of a statement in a file; `account` as the caller names accounts. */
export function placeOf(statement: StatementSummary, account: string): StatementPlace {
  const { kind, statementId, electronicSequence, legalSequence, page, totals, createdAt } =
    statement
  return {
    account,
    kind,
    statementId,
    ...(electronicSequence === undefined ? {} : { electronicSequence }),
    ...(legalSequence === undefined ? {} : { legalSequence }),
    day: statement.closing?.day ?? totals.to ?? createdAt?.slice(0, 10) ?? '',
    ...(page === undefined ? {} : { page }),
  }
}

/**
 * Finds numbers that are missing before or after one of the statements that were `read`, of all that
 * are `known`. Numbers that begin anew with a year are followed; a statement that comes late fills
 * its gap.
 */
export function findSequenceGaps(
  read: readonly StatementPlace[],
  known: readonly StatementPlace[],
): SequenceGap[] {
  const isRead = new Set(read)
  return (['electronic', 'legal'] as const).flatMap((series) => {
    const numbered = [...known, ...read].flatMap((place) => {
      const number = numberOf(place, series)
      return number === undefined ? [] : [{ place, number }]
    })
    const groups = Map.groupBy(numbered, ({ place }) => `${place.account} ${place.kind}`)
    return [...groups.values()].flatMap((group) => {
      const sorted = group.toSorted(
        (a, b) => compare(a.place.day, b.place.day) || a.number - b.number,
      )
      return sorted.slice(1).flatMap((after, i) => {
        const before = sorted[i]
        if (before === undefined) return []
        if (!isRead.has(after.place) && !isRead.has(before.place)) return []
        const gap = gapBetween(before, after)
        const { account, kind, statementId } = after.place
        return gap === undefined ? [] : [{ ...gap, account, kind, series, before: statementId }]
      })
    })
  })
}

interface Numbered {
  readonly place: StatementPlace
  readonly number: number
}

function gapBetween(before: Numbered, after: Numbered): { from: number; to: number } | undefined {
  const to = after.number - 1
  const isNewYear = before.place.day.slice(0, 4) !== after.place.day.slice(0, 4)
  const from = after.number < before.number && isNewYear ? 1 : before.number + 1
  return from > to || to - from >= MAX_GAP ? undefined : { from, to }
}

function numberOf(place: StatementPlace, series: 'electronic' | 'legal'): number | undefined {
  const text = series === 'electronic' ? place.electronicSequence : place.legalSequence
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined
}

export interface MissingPages {
  readonly account: string
  readonly kind: StatementKind
  readonly statementId: string
  /** Pages before the last known one. */
  readonly pages: readonly number[]
  /** No page says that it is the last. */
  readonly endIsMissing: boolean
}

/** Finds what is missing of the statements that were `read` in pages, of all pages that are `known`. */
export function findMissingPages(
  read: readonly StatementPlace[],
  known: readonly StatementPlace[],
): MissingPages[] {
  const keyOf = ({ account, kind, statementId }: StatementPlace) =>
    JSON.stringify([account, kind, statementId])
  const paged = read.filter(({ page }) => page !== undefined)
  const groups = Map.groupBy([...known, ...read], keyOf)
  return [...new Set(paged.map(keyOf))].flatMap((key) => {
    const group = groups.get(key) ?? []
    const [first] = group
    const numbers = new Set(group.map(({ page }) => Number(page?.number)))
    const last = Math.max(...numbers)
    if (first === undefined || !Number.isSafeInteger(last) || last > 10_000) return []
    const all = Array.from({ length: last }, (_, i) => i + 1)
    const pages = all.filter((number) => !numbers.has(number))
    const endIsMissing = !group.some(({ page }) => page?.isLast === true)
    if (pages.length === 0 && !endIsMissing) return []
    const { account, kind, statementId } = first
    return [{ account, kind, statementId, pages, endIsMissing }]
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
