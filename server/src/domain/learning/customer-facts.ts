// Everything that is learnt about one customer, from the customer's own record and the creditor's model.
import { addDays, compareDays, type Day, dayInZone } from '@parley/sdk/protocol'
import {
  type BestHour,
  type Contactability,
  learnBestHour,
  learnContactability,
} from './answers.ts'
import { type BehaviourScore, scoreAbility, scoreWillingness } from './behaviour-scores.ts'
import { type BillFacts, billOf, CURE_DAYS } from './bill-history.ts'
import type { CustomerRecord } from './customer-record.ts'
import { deedsOf } from './deeds-of.ts'
import { type Fragility, judgeFragility, type LifeSign, signOf } from './fragility.ts'
import type { LearningModel, Moment } from './learning-model.ts'
import type { LearntFact } from './learnt-fact.ts'
import { learnPayDay, type PayDay, type PayDayFacts } from './pay-day.ts'
import {
  type ExpectedPayment,
  learnExpectedPayment,
  learnSelfCure,
  learnUsualDelay,
  type SelfCureFact,
  type UsualDelay,
} from './payment-facts.ts'

/** The kinds of facts, and the value of each. */
export interface FactValues {
  'pay-day': PayDay
  'usual-delay': UsualDelay
  'expected-payment': ExpectedPayment
  'self-cure': SelfCureFact
  ability: BehaviourScore
  willingness: BehaviourScore
  contactability: Contactability
  'best-hour': BestHour
  fragility: Fragility
}

export type FactKind = keyof FactValues

/** In the order in which they are shown. */
export const FACT_KINDS = [
  'fragility',
  'pay-day',
  'usual-delay',
  'expected-payment',
  'self-cure',
  'ability',
  'willingness',
  'contactability',
  'best-hour',
] as const satisfies readonly FactKind[]

/** A fact with what it is about: a claim, a channel, or null for the customer. */
export type CustomerFact = {
  [K in FactKind]: {
    readonly kind: K
    readonly about: string | null
    readonly fact: LearntFact<FactValues[K]>
  }
}[FactKind]

/** What facts are learnt from and by. */
export interface Learning {
  readonly model: LearningModel
  readonly now: number
  readonly timeZone: string
  readonly told: PayDayFacts['told']
  readonly holidays: PayDayFacts['holidays']
}

/** Learns everything that can be said; what cannot is in `unknownIn`. */
export function learnCustomer(record: CustomerRecord, learning: Learning): CustomerFact[] {
  const { now, timeZone } = learning
  const deeds = deedsOf(record, { now, timeZone })
  const bestHour = learnBestHour(record, timeZone)
  return [
    { kind: 'fragility', about: null, fact: judgeFragility(lifeSigns(record), now) },
    ...paymentFacts(record, learning),
    { kind: 'ability', about: null, fact: scoreAbility(deeds) },
    { kind: 'willingness', about: null, fact: scoreWillingness(deeds) },
    ...learnContactability(record, now).map((fact) => ({
      kind: 'contactability' as const,
      about: fact.value.channel,
      fact,
    })),
    ...(bestHour === null ? [] : [{ kind: 'best-hour' as const, about: null, fact: bestHour }]),
  ]
}

function paymentFacts(record: CustomerRecord, learning: Learning): CustomerFact[] {
  const { model, now, timeZone, told, holidays } = learning
  const on = dayInZone(now, timeZone)
  const own = record.bills.map(billOf)
  const payments = record.payments
    .filter(({ isReversed }) => !isReversed)
    .map(({ paymentId, receivedOn, dueOn }) => ({ event: paymentId, paidOn: receivedOn, dueOn }))
  const payDay = learnPayDay({ told, payments, holidays })
  const delay = learnUsualDelay({ own, model, on })
  return [
    ...(payDay === null ? [] : [{ kind: 'pay-day' as const, about: null, fact: payDay }]),
    ...(delay === null ? [] : [{ kind: 'usual-delay' as const, about: null, fact: delay }]),
    ...openBillsOf(record).flatMap((facts): CustomerFact[] => {
      const bill = billOf(facts)
      const about = facts.invoice
      const moment = momentOf(facts, on)
      const cure = moment && learnSelfCure(bill, { own, model, moment })
      return [
        { kind: 'expected-payment', about, fact: learnExpectedPayment(bill, { own, model, on }) },
        ...(cure === null ? [] : [{ kind: 'self-cure' as const, about, fact: cure }]),
      ]
    }),
  ]
}

function openBillsOf({ bills }: CustomerRecord): BillFacts[] {
  return bills.filter(({ settledOn, endedOn }) => settledOn === null && endedOn === null)
}

/** At which moment a bill is judged; null once somebody acted, or its days to cure itself are over. */
function momentOf({ dueOn, contactedOn }: BillFacts, on: Day): Moment | null {
  if (compareDays(on, dueOn) <= 0) return 'issue'
  const isOver = contactedOn !== null || compareDays(on, addDays(dueOn, CURE_DAYS)) > 0
  return isOver ? null : 'after-due'
}

function lifeSigns({ events }: CustomerRecord): LifeSign[] {
  return events.flatMap(({ id, claimId, type, at, data }) => {
    const reason = typeof data['reason'] === 'string' ? data['reason'] : null
    return signOf({ id, claimId, type, at, reason }) ?? []
  })
}

/** Kinds of facts of which nothing can be said yet. */
export function unknownIn(facts: readonly CustomerFact[]): FactKind[] {
  const known = new Set(facts.filter(({ fact }) => fact.basis.length > 0).map(({ kind }) => kind))
  // That nobody told of a difficulty is no fact that has grounds.
  return FACT_KINDS.filter((kind) => kind !== 'fragility' && !known.has(kind))
}
