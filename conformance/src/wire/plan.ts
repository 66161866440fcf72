// What a plan comes to: its lines and its hash (NEG-13, NEG-15).
import { dueDays, type Rhythm } from './days.ts'
import { sha256 } from './jws.ts'
import { type Amount, amountOf, minorOf, share, split } from './money.ts'

export interface PlanTerms extends Rhythm {
  readonly priceBps: number
  readonly firstDueDate: string
  readonly downPaymentBps?: number
}

export interface PlanLine {
  readonly line: number
  readonly dueDate: string
  readonly amount: Amount
}

/** A row of a menu: a plan for every first day of its window. */
export interface MenuRow extends Omit<PlanTerms, 'firstDueDate'> {
  readonly rowId: string
  readonly firstDueFrom: string
  readonly firstDueTo: string
}

/** The plan of a row and a day, with the members that the plan has and no other. */
export function planOf(row: Omit<PlanTerms, 'firstDueDate'>, firstDueDate: string): PlanTerms {
  const { instalments, interval, priceBps, downPaymentBps, payDay } = row
  return {
    ...{ instalments, interval, priceBps, firstDueDate },
    ...(downPaymentBps === undefined ? {} : { downPaymentBps }),
    ...(payDay === undefined ? {} : { payDay }),
  }
}

/** What the plan costs in all. */
export function totalOf(principal: Amount, { priceBps }: Pick<PlanTerms, 'priceBps'>): Amount {
  const minor = minorOf(principal)
  return amountOf(minor + share(minor, priceBps), principal.currency)
}

/** The parts of the total, first to last. */
export function partsOf(
  principal: Amount,
  terms: Pick<PlanTerms, 'instalments' | 'priceBps' | 'downPaymentBps'>,
): bigint[] {
  const { instalments, downPaymentBps } = terms
  const total = minorOf(totalOf(principal, terms))
  if (downPaymentBps === undefined) return split(total, instalments)
  const down = share(total, downPaymentBps)
  const others = split(total - down, instalments - 1)
  const each = others.at(-1) ?? 0n
  const left = total - down - each * BigInt(instalments - 1)
  return [down + left, ...others.map(() => each)]
}

/** The dated lines. */
export function linesOf(principal: Amount, terms: PlanTerms): PlanLine[] {
  const days = dueDays(terms, terms.firstDueDate)
  return partsOf(principal, terms).map((minor, index) => ({
    line: index + 1,
    dueDate: days[index] ?? '',
    amount: amountOf(minor, principal.currency),
  }))
}

/** The name of a plan. */
export function planHash(principal: Amount, terms: PlanTerms): string {
  const lines = linesOf(principal, terms).map(
    ({ line, dueDate, amount }) => `${line}|${dueDate}|${amount.value}\n`,
  )
  return sha256(`parley-plan-1\n${principal.currency}\n${lines.join('')}`)
}
