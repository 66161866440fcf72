// Deals customers into folds: all bills of one are together, so that none is judged by a model that has
// seen the same customer.
import { seededRandom, shuffled } from './seeded-random.ts'

/** Returns the fold of each customer, from 0; folds differ by one customer at most. */
export function dealCustomers(
  customers: readonly string[],
  { folds, seed }: { folds: number; seed: number },
): ReadonlyMap<string, number> {
  const each = shuffled([...new Set(customers)].sort(), seededRandom(seed))
  return new Map(each.map((customer, index) => [customer, index % folds]))
}
