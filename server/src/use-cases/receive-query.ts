// An agent asks where a claim stands, or what is owed on a day. Answered in every state of the claim;
// nothing about the claim changes. Spec: STA-01, STA-02.
import { ok, type QueryMessage, type Result } from '@parley/sdk/protocol'
import { amountAsOf } from '../domain/claim/amount-as-of.ts'
import type { Refusal } from '../domain/refusal.ts'
import { chargesOf } from '../storage/charges.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { readCreditor } from '../storage/creditors.ts'
import {
  type ExchangeDeps,
  exchange,
  type FromAgent,
  readSituation,
  statusAfter,
} from './conversation-exchange.ts'
import { dayOf } from './day-of.ts'
import { payoffQuote } from './read-payoff.ts'

/** Answers with `status`, or with `quote` for a day. Refuses `date-outside-window`, and `plan-unknown`. */
export async function receiveQuery(
  deps: ExchangeDeps,
  { thread, message, payload }: FromAgent<QueryMessage>,
): Promise<Result<StoredReply, Refusal>> {
  const situation = await readSituation(deps, thread)
  const said = { thread, message, now: situation.now }
  const { asOf, payoff = false } = payload
  if (asOf === undefined) {
    return ok(await exchange(deps, said, { kind: 'status', body: statusAfter(situation) }))
  }
  const { timeZone } = await readCreditor(deps.db, thread.creditorId)
  const { claim } = situation
  const charges = claim.charges > 0n ? await chargesOf(deps.db, claim) : []
  const today = dayOf(situation.now, timeZone)
  const quote = payoff
    ? payoffQuote(claim, { plan: situation.plan, asOf }, charges)
    : amountAsOf(claim, { asOf, today }, charges)
  if (!quote.ok) return quote
  return ok(await exchange(deps, said, { kind: 'quote', body: quote.value }))
}
