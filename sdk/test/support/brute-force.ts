// Plans counted out one by one, with arithmetic of its own: nothing here comes from the code whose
// results are held against it. Days by the calendar of ECMAScript, money in whole minor units.
import { Temporal } from 'temporal-polyfill'

/** A plan as the pages of the specification describe it. */
export interface BrutePlan {
  readonly instalments: number
  readonly interval: 'P1W' | 'P2W' | 'P1M' | null
  readonly priceBps: number
  readonly downPaymentBps?: number
  readonly payDay?: number
  readonly firstDueDate: string
}

export interface BruteLine {
  readonly day: string
  readonly amount: bigint
}

/** The shapes that intervals, prices, down payments and a pay day make, one instalment first. */
export function* bruteShapes(space: {
  readonly maxInstalments: number
  readonly intervals: readonly ('P1W' | 'P2W' | 'P1M')[]
  readonly prices: readonly number[]
  readonly downPaymentsBps?: readonly number[]
  readonly payDay?: number
}): Generator<Omit<BrutePlan, 'firstDueDate'>> {
  for (const priceBps of space.prices) {
    yield { instalments: 1, interval: null, priceBps }
    for (let instalments = 2; instalments <= space.maxInstalments; instalments++) {
      for (const interval of space.intervals) {
        const plain = { instalments, interval, priceBps }
        const downs = (space.downPaymentsBps ?? []).map((bps) => ({
          ...plain,
          downPaymentBps: bps,
        }))
        for (const shape of [plain, ...downs]) {
          yield shape
          if (interval === 'P1M' && space.payDay !== undefined) {
            yield { ...shape, payDay: space.payDay }
          }
        }
      }
    }
  }
}

/** Every day from one to another. */
export function* bruteDays(from: string, to: string): Generator<string> {
  const last = Temporal.PlainDate.from(to)
  let day = Temporal.PlainDate.from(from)
  while (Temporal.PlainDate.compare(day, last) <= 0) {
    yield day.toString()
    day = day.add({ days: 1 })
  }
}

/** How many days one day is after another. */
export function bruteDistance(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days
}

/** The lines of a plan (NEG-13, MON-05, MON-06, DAY-03, DAY-06). */
export function bruteLines(principal: bigint, plan: BrutePlan): BruteLine[] {
  const total = principal + halfEven(principal * BigInt(plan.priceBps))
  const others = BigInt(plan.instalments - 1)
  const down = plan.downPaymentBps
  let other = 0n
  if (others > 0n && down === undefined) other = total / (others + 1n)
  if (others > 0n && down !== undefined) other = (total - halfEven(total * BigInt(down))) / others
  const first = total - other * others
  return dueDays(plan).map((day, index) => ({ day, amount: index === 0 ? first : other }))
}

/** Whether what a plan costs is lawful (NEG-18), by fractions. */
export function bruteLawful(
  principal: bigint,
  plan: BrutePlan,
  law: { freeOfChargeOnly: boolean; maxFee?: bigint; maxAprBps?: number; countedFrom: string },
): boolean {
  const lines = bruteLines(principal, plan)
  const total = lines.reduce((sum, { amount }) => sum + amount, 0n)
  const fee = total - principal
  if (fee <= 0n) return true
  if (law.freeOfChargeOnly || law.maxFee === undefined || law.maxAprBps === undefined) return false
  if (fee > law.maxFee) return false
  const weighed = lines.reduce(
    (sum, { day, amount }) => sum + amount * bigger(1n, bruteDistance(law.countedFrom, day)),
    0n,
  )
  // fee ÷ principal ÷ (weighed ÷ total ÷ 365) ≤ maxAprBps ÷ 10,000
  const rate = { over: fee * total * 365n, under: principal * weighed }
  return rate.over * 10_000n <= BigInt(law.maxAprBps) * rate.under
}

function dueDays({ instalments, interval, payDay, firstDueDate }: BrutePlan): string[] {
  const start = Temporal.PlainDate.from(firstDueDate)
  const count = Array.from({ length: instalments }, (_, index) => index)
  if (interval !== 'P1M') {
    const days = interval === 'P2W' ? 14 : 7
    return count.map((n) => start.add({ days: days * n }).toString())
  }
  if (payDay === undefined) return count.map((n) => start.add({ months: n }).toString())
  const days = [firstDueDate]
  for (let day = start.add({ days: 14 }); days.length < instalments; day = day.add({ days: 1 })) {
    if (day.day === Math.min(payDay, day.daysInMonth)) days.push(day.toString())
  }
  return days
}

/** A number of ten-thousandths as whole ones, half to even. */
function halfEven(parts: bigint): bigint {
  const sign = parts < 0n ? -1n : 1n
  const [whole, rest] = [(parts * sign) / 10_000n, (parts * sign) % 10_000n]
  const up = rest > 5000n || (rest === 5000n && whole % 2n === 1n)
  return sign * (whole + (up ? 1n : 0n))
}

function bigger(least: bigint, days: number): bigint {
  return BigInt(days) > least ? BigInt(days) : least
}
