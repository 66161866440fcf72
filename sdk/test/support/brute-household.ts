// What a household can pay and how much it likes it, counted day by day without any of the agent's own
// code: the other side of the tests of searches and negotiations.
import { Temporal } from 'temporal-polyfill'
import { type BruteLine, bruteDistance } from './brute-force.ts'

export interface BruteFlow {
  readonly dayOfMonth: number
  readonly amount: bigint
}

export interface BruteHousehold {
  /** The balance at the end of this day is known; flows count from the next. */
  readonly today: string
  readonly balance: bigint
  readonly incomes: readonly BruteFlow[]
  readonly charges: readonly BruteFlow[]
  readonly dailySpend: bigint
  readonly oneOffs?: readonly { readonly day: string; readonly amount: bigint }[]
  /** Day of the last income before today. */
  readonly lastIncome?: string
  readonly promised?: readonly { readonly day: string; readonly amount: bigint }[]
  readonly limits: {
    readonly buffer: bigint
    readonly perPayment?: bigint
    readonly perDay?: bigint
    readonly perMonth?: bigint
    readonly maxEndDays: number
    readonly minNoticeDays?: number
  }
  readonly taste: {
    readonly comfortTarget: bigint
    readonly comfort: number
    readonly small: number
    readonly soon: number
    readonly cost: number
    readonly payday: number
  }
}

const WATCHED_DAYS = 31

/** The balances and the days since the last income, from today on. */
export function bruteForecast(household: BruteHousehold, days: number) {
  const { today, incomes, charges, dailySpend, oneOffs = [], lastIncome } = household
  const balances = [household.balance]
  const sinceIncome = [lastIncome === undefined ? Infinity : bruteDistance(lastIncome, today)]
  let day = Temporal.PlainDate.from(today)
  for (let index = 1; index <= days; index++) {
    day = day.add({ days: 1 })
    const text = day.toString()
    const isOn = ({ dayOfMonth }: BruteFlow) => day.day === Math.min(dayOfMonth, day.daysInMonth)
    const income = sum(incomes.filter(isOn))
    const single = sum(oneOffs.filter((one) => one.day === text))
    const net = income - sum(charges.filter(isOn)) - dailySpend + single
    balances.push((balances[index - 1] ?? 0n) + net)
    sinceIncome.push(income > 0n ? 0 : (sinceIncome[index - 1] ?? Infinity) + 1)
  }
  return { balances, sinceIncome }
}

/** What a plan leaves above the buffer at the worst moment; null when it breaks a limit. */
export function bruteHeadroom(
  household: BruteHousehold,
  balances: readonly bigint[],
  lines: readonly BruteLine[],
): bigint | null {
  const { today, promised = [], limits } = household
  const first = bruteDistance(today, lines[0]?.day ?? today)
  const last = bruteDistance(today, lines.at(-1)?.day ?? today)
  if (first < (limits.minNoticeDays ?? 0) || first < 0 || last > limits.maxEndDays) return null
  const others = promised.map(({ day, amount }) => ({ amount, day: day < today ? today : day }))
  const all = [...lines, ...others]
  for (const { day, amount } of lines) {
    if (limits.perPayment !== undefined && amount > limits.perPayment) return null
    const onDay = sum(all.filter((one) => one.day === day))
    if (limits.perDay !== undefined && onDay > limits.perDay) return null
    const inMonth = sum(all.filter((one) => one.day.slice(0, 7) === day.slice(0, 7)))
    if (limits.perMonth !== undefined && inMonth > limits.perMonth) return null
  }
  const due = all.map(({ day, amount }) => ({ at: bruteDistance(today, day), amount }))
  let least: bigint | null = null
  for (let at = first; at <= last + WATCHED_DAYS; at++) {
    const left =
      (balances[at] ?? 0n) - sum(due.filter((one) => one.at <= at)) - household.limits.buffer
    if (left < 0n) return null
    if (least === null || left < least) least = left
  }
  return least
}

/** How much a household likes a plan that leaves it so much headroom. */
export function bruteUtility(
  { today, taste }: BruteHousehold,
  sinceIncome: readonly number[],
  {
    lines,
    headroom,
    priceBps,
  }: { lines: readonly BruteLine[]; headroom: bigint; priceBps: number },
): number {
  const total = Number(sum(lines))
  const largest = Math.max(...lines.map(({ amount }) => Number(amount)))
  const target = Number(taste.comfortTarget)
  const comfort = target === 0 ? 1 : Math.sqrt(within(Number(headroom) / target))
  const last = bruteDistance(today, lines.at(-1)?.day ?? today)
  const paydays = lines.map(({ day }) => {
    const days = sinceIncome[bruteDistance(today, day)] ?? Infinity
    return days <= 2 ? 1 : Math.exp(-(days - 2) / 6)
  })
  return (
    taste.comfort * comfort +
    taste.small * within(Math.log(total / largest) / Math.log(12)) +
    taste.soon * within(1 - last / 365) +
    taste.cost * within((300 - priceBps) / 600) +
    (taste.payday * paydays.reduce((all, one) => all + one, 0)) / lines.length
  )
}

function sum(parts: readonly { readonly amount: bigint }[]): bigint {
  return parts.reduce((total, { amount }) => total + amount, 0n)
}

function within(value: number): number {
  return Math.min(1, Math.max(0, value))
}
