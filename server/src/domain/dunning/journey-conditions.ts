// Conditions as data: who a journey is for, and when a step of it is taken. Three words each, all of
// which must hold; what is not known is not met.

import { type Amount, parseAmountOrZero } from '@parley/sdk/protocol'

/** What a condition may ask about, and what kind of value it has. */
export const FACT_KINDS = {
  party: 'text',
  country: 'text',
  tag: 'text',
  'collection-failure': 'text',
  promise: 'text',
  dispute: 'text',
  amount: 'money',
  'on-time-payments': 'number',
  'late-percent': 'number',
  'self-cure-percent': 'number',
  'claims-before': 'number',
  'missed-instalments': 'number',
  'broken-promises': 'number',
  'times-carried-over': 'number',
  'reminders-sent': 'number',
  'has-agent': 'flag',
  'mobile-known': 'flag',
  'pay-day-known': 'flag',
  'payment-found': 'flag',
  'charges-agreed': 'flag',
  'fourth-missed-date': 'flag',
  'service-can-stop': 'flag',
  'in-hardship': 'flag',
  'plan-done': 'flag',
  'replan-offered': 'flag',
} as const satisfies Readonly<Record<string, FactKind>>

type FactKind = 'text' | 'number' | 'money' | 'flag'
export type FactName = keyof typeof FACT_KINDS
export type ConditionOp = 'is' | 'is-not' | 'in' | 'at-least' | 'at-most'

/** One condition, such as `{ "fact": "party", "op": "is", "value": "b2c" }`. */
export interface Condition {
  readonly fact: FactName
  readonly op: ConditionOp
  readonly value: string | number | boolean | readonly string[] | Amount
}

/** What is known of a claim and its debtor; a tag is one of several texts. */
export type Facts = Partial<
  Record<FactName, string | number | boolean | readonly string[] | Amount>
>

const OPS: Readonly<Record<FactKind, readonly ConditionOp[]>> = {
  text: ['is', 'is-not', 'in'],
  number: ['is', 'at-least', 'at-most'],
  money: ['at-least', 'at-most'],
  flag: ['is'],
}

/** Tells whether all conditions are met. A fact that is not known meets none of them. */
export function meetsAll(conditions: readonly Condition[], facts: Facts): boolean {
  return conditions.every((condition) => {
    const fact = facts[condition.fact]
    return fact !== undefined && meets(condition, fact)
  })
}

/** Says what is wrong with a condition, or returns null: an op or a value of another kind of fact. */
export function faultOfCondition({ fact, op, value }: Condition): string | null {
  const kind = FACT_KINDS[fact]
  if (!OPS[kind].includes(op)) return `"${fact}" is a ${kind}: "${op}" cannot be asked of it`
  const fits = op === 'in' ? Array.isArray(value) : kindOf(value) === kind
  return fits ? null : `"${fact}" ${op} needs a ${op === 'in' ? 'list of texts' : kind}`
}

/** Tells whether two lists of conditions can never be met together: one fact, two values. */
export function areExclusive(some: readonly Condition[], others: readonly Condition[]): boolean {
  return some.some((one) => others.some((other) => contradicts(one, other)))
}

function contradicts(one: Condition, other: Condition): boolean {
  if (one.fact !== other.fact || one.fact === 'tag') return false
  const isSame = one.value === other.value
  if (one.op === 'is' && other.op === 'is') return !isSame
  const isOpposite = [one.op, other.op].sort().join(' ') === 'is is-not'
  return isOpposite && isSame
}

function meets({ op, value }: Condition, fact: NonNullable<Facts[FactName]>): boolean {
  switch (op) {
    case 'is':
      return textsOf(fact).some((it) => it === value)
    case 'is-not':
      return !textsOf(fact).some((it) => it === value)
    case 'in':
      return Array.isArray(value) && textsOf(fact).some((it) => value.some((own) => own === it))
    default:
      return compares(op, fact, value)
  }
}

function textsOf(fact: NonNullable<Facts[FactName]>): readonly unknown[] {
  return Array.isArray(fact) ? fact : [fact]
}

/** Amounts in two currencies are neither more nor less than each other. */
function compares(op: 'at-least' | 'at-most', fact: unknown, value: unknown): boolean {
  const pair = [sizeOf(fact), sizeOf(value)] as const
  const [own, bound] = pair
  if (own === null || bound === null || own.unit !== bound.unit) return false
  return op === 'at-least' ? own.size >= bound.size : own.size <= bound.size
}

function sizeOf(value: unknown): { unit: string; size: bigint | number } | null {
  if (typeof value === 'number') return { unit: '', size: value }
  if (!isAmount(value)) return null
  const amount = parseAmountOrZero(value)
  return amount.ok ? { unit: amount.value.currency, size: amount.value.minor } : null
}

function isAmount(value: unknown): value is Amount {
  return typeof value === 'object' && value !== null && 'currency' in value && 'value' in value
}

function kindOf(value: Condition['value']): FactKind | 'list' {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'flag'
  return isAmount(value) && sizeOf(value) !== null ? 'money' : 'list'
}
