// The rows of an envelope (section 4 of negotiation.md), found by trying every first day.
import { daysBetween, dueDays, plusDays } from './days.ts'
import { type Amount, minorOf } from './money.ts'
import { type MenuRow, type PlanTerms, partsOf, planOf, totalOf } from './plan.ts'

type Shape = Omit<PlanTerms, 'firstDueDate'>

interface PriceLevel {
  readonly priceBps: number
  readonly lastDueFrom?: string
  readonly lastDueTo?: string
}

/** What the law allows a plan to cost (NEG-18). */
export interface Law {
  readonly freeOfChargeOnly: boolean
  readonly maxAprBps?: number
  readonly maxFee?: Amount
}

export interface Envelope {
  readonly countedFrom: string
  readonly firstDueFrom: string
  readonly firstDueTo: string
  readonly lastDueTo: string
  readonly maxInstalments: number
  readonly minInstalment: Amount
  readonly intervals: readonly ('P1W' | 'P2W' | 'P1M')[]
  readonly prices: readonly PriceLevel[]
  readonly law: Law
  readonly downPaymentsBps?: readonly number[]
  readonly payDay?: number
}

/** Every row, in its order, with its id and window. */
export function envelopeRows(principal: Amount, envelope: Envelope): MenuRow[] {
  return rhythmsOf(envelope).flatMap((rhythm) =>
    envelope.prices.flatMap((price) => {
      const shape = { ...rhythm, priceBps: price.priceBps }
      const days = isPayable(principal, shape, envelope)
        ? firstDaysOf(principal, shape, price, envelope)
        : []
      const [first, last] = [days[0], days.at(-1)]
      if (first === undefined || last === undefined) return []
      return [{ rowId: rowIdOf(shape), ...shape, firstDueFrom: first, firstDueTo: last }]
    }),
  )
}

/** Whether a plan may cost what it costs (NEG-18). */
export function isLawful(
  principal: Amount,
  terms: PlanTerms,
  { law, countedFrom }: Pick<Envelope, 'law' | 'countedFrom'>,
): boolean {
  const total = minorOf(totalOf(principal, terms))
  const fee = total - minorOf(principal)
  if (fee <= 0n) return true
  const { freeOfChargeOnly, maxAprBps, maxFee } = law
  if (freeOfChargeOnly || maxAprBps === undefined || maxFee === undefined) return false
  if (maxFee.currency !== principal.currency || fee > minorOf(maxFee)) return false
  const days = dueDays(terms, terms.firstDueDate)
  const weighed = partsOf(principal, terms).reduce((sum, part, index) => {
    const put = Math.max(1, daysBetween(countedFrom, days[index] ?? countedFrom))
    return sum + part * BigInt(put)
  }, 0n)
  return fee * total * 365n * 10_000n <= BigInt(maxAprBps) * minorOf(principal) * weighed
}

function rhythmsOf({ maxInstalments, intervals, downPaymentsBps = [], payDay }: Envelope) {
  const rhythms: Omit<Shape, 'priceBps'>[] = [{ instalments: 1, interval: null }]
  for (let instalments = 2; instalments <= maxInstalments; instalments++) {
    for (const interval of intervals) {
      for (const down of [undefined, ...downPaymentsBps]) {
        const rhythm = {
          ...{ instalments, interval },
          ...(down === undefined ? {} : { downPaymentBps: down }),
        }
        rhythms.push(rhythm)
        if (interval === 'P1M' && payDay !== undefined) rhythms.push({ ...rhythm, payDay })
      }
    }
  }
  return rhythms
}

function isPayable(principal: Amount, shape: Shape, { minInstalment }: Envelope): boolean {
  const parts = partsOf(principal, shape)
  const least = minorOf(minInstalment) > 0n ? minorOf(minInstalment) : 1n
  return shape.instalments === 1 ? (parts[0] ?? 0n) > 0n : parts.every((part) => part >= least)
}

function firstDaysOf(
  principal: Amount,
  shape: Shape,
  { lastDueFrom = '', lastDueTo = '9999' }: PriceLevel,
  envelope: Envelope,
): string[] {
  const days: string[] = []
  for (let day = envelope.firstDueFrom; day <= envelope.firstDueTo; day = plusDays(day, 1)) {
    const last = dueDays(shape, day).at(-1) ?? day
    const isInTime = last <= envelope.lastDueTo && last >= lastDueFrom && last <= lastDueTo
    if (isInTime && isLawful(principal, planOf(shape, day), envelope)) days.push(day)
  }
  return days
}

function rowIdOf({ instalments, interval, priceBps, downPaymentBps, payDay }: Shape): string {
  const price = priceBps < 0 ? `-r${-priceBps}` : `-f${priceBps}`
  return [
    instalments,
    interval === null ? '' : `-${interval}`,
    downPaymentBps === undefined ? '' : `-d${downPaymentBps}`,
    payDay === undefined ? '' : `-p${payDay}`,
    priceBps === 0 ? '' : price,
  ].join('')
}
