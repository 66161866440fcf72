// What a creditor has settled once and for all about money that goes back to its customers. Pure.
import { type Amount, type Money, parseAmountOrZero } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../refusal.ts'

export interface CreditRules {
  /** Refunds up to this to the account that the money came from need nobody; without it all do. */
  readonly approveUpTo?: Amount
  /** Credits up to this move to the next bill unless the customer asks for them. */
  readonly carryOverUpTo?: Amount
}

/** Tells whether an amount is within a limit; a limit in another currency says nothing of it. */
export function isWithin(limit: Amount | undefined, { minor, currency }: Money): boolean {
  if (limit === undefined || limit.currency !== currency) return false
  const most = parseAmountOrZero(limit)
  return most.ok && minor <= most.value.minor
}

/** Refuses `amount-invalid` for a limit that is no amount of its currency. */
export function refuseRules(rules: CreditRules): Refusal | undefined {
  for (const name of ['approveUpTo', 'carryOverUpTo'] as const) {
    const limit = rules[name]
    if (limit === undefined || parseAmountOrZero(limit).ok) continue
    return refusal('amount-invalid', 'not an amount of this currency', `/creditRules/${name}`)
  }
  return undefined
}
