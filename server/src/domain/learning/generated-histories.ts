// Histories of bills that nobody ever had: drawn from plain assumptions, stated here, from a seed. The
// prior that the server ships is trained on them, so that it holds nobody's data.
//
// Assumed: customers pay around a day of their own (normal, mean 2 days before due, standard deviation 9
// days), each with a spread of their own (log-normal, median 4 days); 6 % of the bills are disputed, some
// customers dispute more, and a dispute takes 10 days; a bill that goes out electronically is paid 2 days
// earlier; one in fifty is never paid; who would pay at a weekend pays on the Monday after, seven times of
// ten. Amount, term and weekday change nothing.
import { addDays, type Day, type DayNumber, dayNumberOf, dayOf } from '@parley/sdk/protocol'
import type { BillFacts } from './bill-history.ts'
import { isWeekend } from './features.ts'
import { drawNormal, type Random, seededRandom } from './seeded-random.ts'

/** How many customers, and the last day that is seen. */
export interface GeneratedSize {
  readonly customers: number
  readonly seed: number
}

const START: Day = '2020-01-01'
const SEEN_DAYS = 900
const TERMS = [14, 21, 30, 30, 45, 60]
const NEVER_PAID = 0.02

/** The first day of which nothing is known in the generated histories. */
export const GENERATED_UNTIL: Day = addDays(START, SEEN_DAYS)

/** Draws the bills of some customers; the same seed draws the same. */
export function generateHistories({ customers, seed }: GeneratedSize): BillFacts[] {
  const random = seededRandom(seed)
  return Array.from({ length: customers }, (_, index) => drawCustomer(index, random)).flat()
}

function drawCustomer(index: number, random: Random): BillFacts[] {
  const first = dayNumberOf(START)
  const centre = -2 + 9 * drawNormal(random)
  const spread = 4 * Math.exp(0.4 * drawNormal(random))
  const disputes = random() < 0.25 ? 0.2 : 0.013
  const electronic = random()
  const term = TERMS[Math.floor(random() * TERMS.length)] ?? 30
  const usual = 80 * Math.exp(0.8 * drawNormal(random))
  const count = 2 + Math.floor(random() * 25)
  return Array.from({ length: count }, (_, number): BillFacts => {
    const issued = first + Math.floor(random() * (SEEN_DAYS - 60))
    const isDisputed = random() < disputes
    const isElectronic = random() < electronic
    const late =
      centre + spread * drawNormal(random) + (isDisputed ? 10 : 0) - (isElectronic ? 2 : 0)
    const paid = afterWeekend(Math.max(issued, Math.round(issued + term + late)), random)
    const isSeen = random() >= NEVER_PAID && paid < first + SEEN_DAYS
    return {
      invoice: `g${index}-${number}`,
      customer: `g${index}`,
      currency: 'EUR',
      minor: BigInt(Math.max(100, Math.round(100 * usual * Math.exp(0.5 * drawNormal(random))))),
      isElectronic,
      issuedOn: dayOf(issued),
      dueOn: dayOf(issued + term),
      settledOn: isSeen ? dayOf(paid) : null,
      disputedOn: isDisputed ? 'undated' : null,
      contactedOn: null,
      endedOn: null,
    }
  })
}

function afterWeekend(day: DayNumber, random: Random): DayNumber {
  let moved = day
  if (random() < 0.7) while (isWeekend(moved)) moved += 1
  return moved
}
