// From sums to figures: exact whole numbers until the last step, which rounds half to even.
import { divideHalfEven, formatAmount } from '@parley/sdk/protocol'
import { KPI_DEFINITIONS, type KpiDefinition, type KpiId } from './definitions.ts'
import type { KpiSums, MoneySums } from './kpi-sums.ts'

/** One value of a figure, with the two numbers that it was made of. */
export interface KpiValue {
  /** ISO 4217, where the figure is about money. */
  readonly currency: string | null
  /** What is counted, where a figure has several values. */
  readonly label: string | null
  /** Decimal text; null when there was nothing to divide by. */
  readonly value: string | null
  readonly numerator: string
  readonly denominator: string
}

export interface Kpi {
  readonly definition: KpiDefinition
  readonly values: readonly KpiValue[]
}

/** Days of a period, and what the store counted in it. */
export interface CountedPeriod {
  readonly days: number
  readonly sums: KpiSums
}

/** All figures of a period, in the order of the definitions. */
export function computeKpis(period: CountedPeriod): Kpi[] {
  return KPI_DEFINITIONS.map((definition) => ({
    definition,
    values: COMPUTE[definition.id](period),
  }))
}

const COMPUTE: Readonly<Record<KpiId, (period: CountedPeriod) => KpiValue[]>> = {
  dso: ({ days, sums }) =>
    sums.money.map((money) => {
      const parts = { numerator: money.owedAtEnd, denominator: money.sales }
      const value = quotient(money.owedAtEnd * BigInt(days), money.sales, 1)
      return ofMoney(money, { value, ...parts })
    }),
  cei: ({ days, sums }) =>
    sums.money.map((money) => {
      const { numerator, denominator } = ceiParts(money, days)
      return ofMoney(money, { value: percent(numerator, denominator), numerator, denominator })
    }),
  'cure-rate': ({ sums }) => [share(sums.cured, sums.overdueAtStart)],
  'self-cure-rate': ({ sums }) => [share(sums.selfCured, sums.cured)],
  'promise-kept-rate': ({ sums }) =>
    sums.money
      .filter(({ promised }) => promised > 0n)
      .map((money) => {
        const parts = { numerator: money.promisesKept, denominator: money.promised }
        return ofMoney(money, { value: percent(parts.numerator, parts.denominator), ...parts })
      }),
  'bot-answer-rate': ({ sums }) => [share(sums.answeredByBots, sums.sentToBots)],
  'fallback-rate': ({ sums }) => [share(sums.fallenBack, sums.sentToBots)],
  funnel: ({ sums }) => funnelValues(sums),
  'right-party-rate': ({ sums }) => [share(sums.answeredByPerson, sums.writtenAbout)],
  'cost-per-recovered': ({ sums }) =>
    sums.money
      .filter(({ costs, recovered }) => costs > 0n || recovered > 0n)
      .map((money) => {
        const parts = { numerator: money.costs, denominator: money.recovered }
        return ofMoney(money, { value: quotient(money.costs, money.recovered, 4), ...parts })
      }),
  'crossed-reminders': ({ sums }) => [share(sums.crossed, sums.reminders)],
  blocks: ({ sums }) => {
    const all = sums.blocks.reduce((sum, { count }) => sum + count, 0)
    return sums.blocks.map(({ kind, reason, count }) => counted(`${kind}: ${reason}`, count, all))
  },
}

function funnelValues({ funnel }: KpiSums): KpiValue[] {
  const { issued, written, planOnPage, planByBot, disputed, settled } = funnel
  return [
    counted('bills', issued, issued),
    counted('written about', written, issued),
    counted('plan on the page', planOnPage, issued),
    counted('plan from a bot', planByBot, issued),
    counted('disputed', disputed, issued),
    counted('settled', settled, issued),
  ]
}

/** Months of a period: whole ones, at least one. */
export function monthsOf(days: number): bigint {
  const months = divideHalfEven(BigInt(days) * 1_200n, 36_525n)
  return months > 0n ? months : 1n
}

/** Both sides are taken times the months, so that nothing is rounded before the end. */
function ceiParts({ owedAtStart, owedAtEnd, notDueAtEnd, sales }: MoneySums, days: number) {
  const months = monthsOf(days)
  const base = owedAtStart * months + sales
  return {
    numerator: base - owedAtEnd * months,
    denominator: base - notDueAtEnd * months,
  }
}

/** `numerator ÷ denominator` with so many decimals; null when nothing is there to divide by. */
export function quotient(numerator: bigint, denominator: bigint, decimals: number): string | null {
  if (denominator <= 0n) return null
  const scaled = divideHalfEven(numerator * 10n ** BigInt(decimals), denominator)
  const sign = scaled < 0n ? '-' : ''
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(decimals + 1, '0')
  const cut = digits.length - decimals
  return `${sign}${digits.slice(0, cut)}.${digits.slice(cut)}`
}

function percent(numerator: bigint, denominator: bigint): string | null {
  return quotient(numerator * 100n, denominator, 1)
}

function share(part: number, all: number): KpiValue {
  const value = percent(BigInt(part), BigInt(all))
  return {
    currency: null,
    label: null,
    value,
    numerator: String(part),
    denominator: String(all),
  }
}

function counted(label: string, count: number, all: number): KpiValue {
  const numbers = { numerator: String(count), denominator: String(all) }
  return { currency: null, label, value: String(count), ...numbers }
}

function ofMoney(
  { currency }: MoneySums,
  of: { value: string | null; numerator: bigint; denominator: bigint },
): KpiValue {
  return {
    currency,
    label: null,
    value: of.value,
    numerator: decimal(of.numerator, currency),
    denominator: decimal(of.denominator, currency),
  }
}

function decimal(minor: bigint, currency: string): string {
  const { value } = formatAmount({ minor: minor < 0n ? -minor : minor, currency })
  return minor < 0n ? `-${value}` : value
}
