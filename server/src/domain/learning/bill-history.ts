// What happened to a creditor's bills, as the models take it in. Days are numbers in here; which of them
// was known at an instant is decided in one place, so that nobody can look into the future.
import { type Day, type DayNumber, dayNumberOf } from '@parley/sdk/protocol'

/** One bill and what became of it, by the creditor's own events. */
export interface BillFacts {
  /** Id of the claim; what is learnt names it as its ground. */
  readonly invoice: string
  /** Id under which the customer's bills belong together; nothing is read from it. */
  readonly customer: string
  /** ISO 4217. Amounts are only compared within a currency. */
  readonly currency: string
  /** Minor units. */
  readonly minor: bigint
  readonly issuedOn: Day
  readonly dueOn: Day
  /** The day on which nothing was owed any more, by payments. */
  readonly settledOn: Day | null
  /** When the dispute became known; `undated` counts from the end of the due day. */
  readonly disputedOn: Day | 'undated' | null
  /** Whether the bill went out electronically or on paper; null when that is not known. */
  readonly isElectronic: boolean | null
  /** The first day after the due day on which anybody reminded. */
  readonly contactedOn: Day | null
  /** The day on which it ended without payment: cancelled, credited, written off. */
  readonly endedOn: Day | null
}

/** A bill in numbers of days; days that never came are infinite. */
export interface Bill {
  readonly invoice: string
  readonly customer: string
  readonly currency: string
  readonly minor: bigint
  /** 1, 0, or one half when it is not known. */
  readonly electronic: number
  readonly issued: DayNumber
  readonly due: DayNumber
  readonly settled: DayNumber
  readonly disputed: DayNumber
  readonly contacted: DayNumber
  readonly ended: DayNumber
}

/** Bills by customer, each list in the order of issue; made by `groupBills`. */
export type BillBook = ReadonlyMap<string, readonly Bill[]>

/** A bill that is overdue cures itself when it is paid up to so many days after its due day. */
export const CURE_DAYS = 7

const NEVER = Number.POSITIVE_INFINITY

export function billOf(facts: BillFacts): Bill {
  const { invoice, customer, currency, minor } = facts
  const due = dayNumberOf(facts.dueOn)
  const settled = numberOr(facts.settledOn)
  const disputed = facts.disputedOn === 'undated' ? due : numberOr(facts.disputedOn)
  return {
    ...{ invoice, customer, currency, minor, due, settled, disputed },
    electronic: facts.isElectronic === null ? 0.5 : Number(facts.isElectronic),
    issued: dayNumberOf(facts.issuedOn),
    contacted: numberOr(facts.contactedOn),
    ended: numberOr(facts.endedOn),
  }
}

/** Groups bills by customer. The order of `bills` changes nothing in what is learnt from them. */
export function groupBills(bills: readonly Bill[]): BillBook {
  const groups = Map.groupBy(bills, ({ customer }) => customer)
  const sorted = [...groups].map(([customer, own]) => [customer, own.toSorted(inOrder)] as const)
  return new Map(sorted.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** By issue, then due day, then id: an order that every set of bills has once. */
export function inOrder(a: Bill, b: Bill): number {
  return a.issued - b.issued || a.due - b.due || (a.invoice < b.invoice ? -1 : 1)
}

/**
 * A bill as it was known when day `at` began: what came on that day or later has not happened. The only
 * way by which features look at the bills of a customer.
 */
export function asKnownAt(bill: Bill, at: DayNumber): Bill {
  const before = (day: DayNumber) => (day < at ? day : NEVER)
  const { settled, disputed, contacted, ended } = bill
  return {
    ...bill,
    settled: before(settled),
    disputed: before(disputed),
    contacted: before(contacted),
    ended: before(ended),
  }
}

function numberOr(day: Day | null): DayNumber {
  return day === null ? NEVER : dayNumberOf(day)
}
