// Which bills teach and which are judged.
import type { Bill, BillBook } from './bill-history.ts'
import { dealCustomers } from './customer-folds.ts'

/** One round: what it is trained on and what it is judged by. */
export interface Round {
  readonly train: readonly Bill[]
  readonly test: readonly Bill[]
}

/** The last `percent` of the bills of each customer are judged, by issue; the others teach. */
export function lastOfEach(book: BillBook, percent: number): Round {
  const parts = [...book.values()].map((bills) => {
    const from = Math.ceil((bills.length * (100 - percent)) / 100)
    return { train: bills.slice(0, from), test: bills.slice(from) }
  })
  return { train: parts.flatMap(({ train }) => train), test: parts.flatMap(({ test }) => test) }
}

/** The named bills are judged, the others teach. */
export function namedForTest(book: BillBook, named: ReadonlySet<string>): Round {
  const bills = [...book.values()].flat()
  return {
    train: bills.filter(({ invoice }) => !named.has(invoice)),
    test: bills.filter(({ invoice }) => named.has(invoice)),
  }
}

/** As many rounds as folds; in each the customers of one fold are judged by what the others taught. */
export function leaveCustomersOut(
  book: BillBook,
  { folds, seed }: { folds: number; seed: number },
): Round[] {
  const foldOf = dealCustomers([...book.keys()], { folds, seed })
  const bills = [...book.values()].flat()
  return Array.from({ length: folds }, (_, fold) => ({
    train: bills.filter(({ customer }) => foldOf.get(customer) !== fold),
    test: bills.filter(({ customer }) => foldOf.get(customer) === fold),
  })).filter(({ train, test }) => train.length > 0 && test.length > 0)
}
