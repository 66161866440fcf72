// What the bills of a customer teach, as facts with their grounds: the usual delay, when an open bill will
// be paid, and whether it will be without anybody acting.
import { type Day, type DayNumber, dayNumberOf, dayOf } from '@parley/sdk/protocol'
import { median } from './baselines.ts'
import { asKnownAt, type Bill } from './bill-history.ts'
import { pastOf } from './features.ts'
import type { LearningModel, Moment } from './learning-model.ts'
import { type LearntFact, rounded } from './learnt-fact.ts'
import { expectPayment, INTERVAL } from './payment-date.ts'
import { instantOf, type Reason, selfCureChance } from './self-cure.ts'

/** In days after the due day; below zero: before it. */
export interface UsualDelay {
  readonly days: number
  /** Standard deviation of the bills, in days; one decimal. */
  readonly spread: number
}

/** Days, the outer ones with `INTERVAL` of the payments between them. */
export interface ExpectedPayment {
  readonly day: Day
  readonly earliest: Day
  readonly latest: Day
  readonly share: number
}

export interface SelfCureFact {
  /** From 0 to 1, two decimals. */
  readonly chance: number
  readonly moment: Moment
  readonly reasons: readonly Reason[]
}

/** Bills of one customer, judged as day `on` begins. */
export interface CustomerBills {
  readonly own: readonly Bill[]
  readonly model: LearningModel
  readonly on: Day
}

/** How late the customer usually pays: the middle of the settled bills; null before the first one. */
export function learnUsualDelay({ own, model, on }: CustomerBills): LearntFact<UsualDelay> | null {
  const at = dayNumberOf(on)
  const settled = own.map((bill) => asKnownAt(bill, at)).filter(({ settled: day }) => day < at)
  const middle = median(settled.map((bill) => bill.settled - bill.due))
  if (middle === null) return null
  const days = Math.round(middle)
  const { spread } = pastOf(own, { invoice: '', at, scale: model.scale })
  const values = { days: Math.abs(days), bills: settled.length }
  return {
    value: { days, spread: Math.round(spread * 10) / 10 },
    confidence: confidenceOf(settled.length, model),
    basis: idsOf(settled),
    sentence: { key: days < 0 ? 'usual-delay-early' : 'usual-delay', values },
  }
}

/** When an open bill will be paid, as things have gone so far. */
export function learnExpectedPayment(
  bill: Bill,
  { own, model, on }: CustomerBills,
): LearntFact<ExpectedPayment> {
  const at = dayNumberOf(on)
  const { expected, low, high } = expectPayment(asKnownAt(bill, at), own, { model, at })
  const value = {
    day: dayOf(expected),
    earliest: dayOf(low),
    latest: dayOf(high),
    share: INTERVAL,
  }
  const settled = settledBefore(own, bill, at)
  return {
    value,
    confidence: confidenceOf(settled.length, model),
    basis: idsOf(settled),
    sentence: {
      key: 'payment-expected',
      values: { day: value.day, earliest: value.earliest, latest: value.latest },
    },
  }
}

/** How likely a bill is paid by the seventh day after its due day without anybody acting. */
export function learnSelfCure(
  bill: Bill,
  { own, model, moment }: Omit<CustomerBills, 'on'> & { readonly moment: Moment },
): LearntFact<SelfCureFact> {
  const { chance, reasons } = selfCureChance(bill, own, { model, moment })
  const settled = settledBefore(own, bill, instantOf(bill, moment))
  return {
    value: { chance: rounded(chance), moment, reasons },
    confidence: confidenceOf(settled.length, model),
    basis: idsOf(settled),
    sentence: {
      key: 'self-cure-chance',
      values: { percent: Math.round(100 * chance), bills: settled.length },
    },
  }
}

function settledBefore(own: readonly Bill[], bill: Bill, at: DayNumber): Bill[] {
  return own.filter(({ invoice, settled }) => invoice !== bill.invoice && settled < at)
}

/** The share that the customer's own bills have in their mean, against that of all customers. */
function confidenceOf(bills: number, { scale }: LearningModel): number {
  return rounded(bills / (bills + scale.within / scale.between))
}

function idsOf(bills: readonly Bill[]): string[] {
  return bills.map(({ invoice }) => invoice).sort()
}
