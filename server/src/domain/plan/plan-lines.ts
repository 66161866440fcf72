// How far each line of an agreed plan has come, from its days, the money on it and today. Pure; days are
// calendar days in the creditor's zone, amounts minor units.
import { addDays, compareDays, type Day, nextTargetDay } from '@parley/sdk/protocol'
import { openOf } from '../claim/claim.ts'
import type { Allocation } from '../matching/allocate-payment.ts'

/**
 * `planned` before its day; `due` until the last day in time; `late` within grace; `missed` after it;
 * `paid` in time; `cured` paid after that.
 */
export type LineState = 'planned' | 'due' | 'late' | 'missed' | 'paid' | 'cured'

/** A line of the plan in force. */
export interface AgreedLine {
  readonly line: number
  readonly dueDate: Day
  readonly amount: bigint
  readonly paid: bigint
  readonly credited: bigint
}

/** A payment of the claim; those that came back count for nothing. */
export interface LinePayment {
  readonly allocations: readonly Allocation[]
  readonly receivedOn: Day
  readonly reversedAt: number | null
  readonly createdAt: number
}

export interface PlanBooks {
  readonly lines: readonly AgreedLine[]
  readonly payments: readonly LinePayment[]
  /** Epoch seconds; the lines of payments booked before are those of another plan. */
  readonly agreedAt: number
  readonly graceDays: number
  readonly today: Day
}

export interface LineProgress {
  readonly line: number
  readonly dueDate: Day
  readonly state: LineState
  /** What is left to pay of it. */
  readonly open: bigint
  /** The last day on which money for it is in time: the due day, or the next on which banks settle. */
  readonly inTimeUntil: Day
  readonly graceUntil: Day
  /** When the money that completed it was received; null while it is open and where none was needed. */
  readonly paidOn: Day | null
}

/** Returns the progress of every line, in the order of their days. */
export function progressOf(books: PlanBooks): LineProgress[] {
  return books.lines
    .toSorted((a, b) => compareDays(a.dueDate, b.dueDate) || a.line - b.line)
    .map((line) => {
      const inTimeUntil = nextTargetDay(line.dueDate)
      const graceUntil = addDays(inTimeUntil, books.graceDays)
      const open = openOf(line)
      const paidOn = open > 0n ? null : receivedLast(line.line, books)
      const shape = {
        line: line.line,
        dueDate: line.dueDate,
        open,
        inTimeUntil,
        graceUntil,
        paidOn,
      }
      return { ...shape, state: stateOf(shape, books.today) }
    })
}

/** Whether a line is over its day and still open. */
export function isOverdue({ state }: Pick<LineProgress, 'state'>): boolean {
  return state === 'late' || state === 'missed'
}

function stateOf(line: Omit<LineProgress, 'state'>, today: Day): LineState {
  if (line.open <= 0n) {
    const isInTime = line.paidOn === null || compareDays(line.paidOn, line.inTimeUntil) <= 0
    return isInTime ? 'paid' : 'cured'
  }
  if (compareDays(today, line.dueDate) < 0) return 'planned'
  if (compareDays(today, line.inTimeUntil) <= 0) return 'due'
  return compareDays(today, line.graceUntil) <= 0 ? 'late' : 'missed'
}

function receivedLast(line: number, { payments, agreedAt }: PlanBooks): Day | null {
  const days = payments
    .filter(({ reversedAt, createdAt }) => reversedAt === null && createdAt >= agreedAt)
    .filter(({ allocations }) => allocations.some((it) => it.line === line && it.minor > 0n))
    .map(({ receivedOn }) => receivedOn)
  return days.sort().at(-1) ?? null
}

/** So many days before its day a line is spoken of at the earliest. */
export const ANNOUNCE_DAYS = 3

/**
 * Returns the line that people are written to about on a day: the last one that is near or over, else
 * the first; undefined without lines.
 */
export function lineSpokenOf<L extends Pick<LineProgress, 'dueDate'>>(
  lines: readonly L[],
  day: Day,
): L | undefined {
  const near = lines.filter(
    ({ dueDate }) => compareDays(addDays(dueDate, -ANNOUNCE_DAYS), day) <= 0,
  )
  return near.at(-1) ?? lines[0]
}
