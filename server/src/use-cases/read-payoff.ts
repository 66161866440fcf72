// What ends an agreed plan on a day, as a quote says it: to the creditor, to an agent, on the page.
import {
  err,
  formatAmount,
  ok,
  parseAmount,
  type QuoteMessage,
  type Result,
} from '@parley/sdk/protocol'
import { amountAsOf, type QuotedClaim } from '../domain/claim/amount-as-of.ts'
import type { ChargeItem } from '../domain/compliance/charge-items.ts'
import { lastPayoffDay, payoffOn } from '../domain/plan/payoff.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { feeOf } from './fee-of-plan.ts'
import type { MessageBody } from './prepare-message.ts'
import type { PlanInForce } from './read-plan.ts'

/**
 * Returns the body of the quote. Refuses `plan-unknown` where no plan is open, and `date-outside-window`
 * as for any quote (STA-02).
 */
export function payoffQuote(
  claim: QuotedClaim,
  { plan, asOf }: { plan: PlanInForce | undefined; asOf: string },
  charges: readonly ChargeItem[],
): Result<MessageBody<'quote'>, Refusal> {
  if (plan === undefined || claim.state !== 'open') {
    return err(refusal('plan-unknown', 'there is no agreed plan to pay off'))
  }
  const { agreement, rows, today } = plan
  const quote = amountAsOf(claim, { asOf, today }, charges)
  if (!quote.ok) return quote
  const facts = { claim, fee: feeOf(agreement), lines: rows }
  const { total, remitted } = payoffOn(facts, asOf)
  const money = (minor: bigint) => formatAmount({ minor, currency: claim.currency })
  return ok({
    ...quote.value,
    total: money(total),
    parts: withFee(quote.value.parts, remitted),
    payoff: {
      agreementId: agreement.agreementId,
      remitted: money(remitted),
      lastDay: lastPayoffDay(asOf),
    },
  })
}

type Parts = QuoteMessage['parts']

/** The fee is stated as far as it is owed. */
function withFee(parts: Parts, remitted: bigint): Parts {
  return parts.flatMap(({ kind, amount }) => {
    const parsed = parseAmount(amount)
    if (kind !== 'plan-price' || !parsed.ok) return [{ kind, amount }]
    const { minor, currency } = parsed.value
    const left = minor - remitted
    return left > 0n ? [{ kind, amount: formatAmount({ minor: left, currency }) }] : []
  }) as Parts
}
