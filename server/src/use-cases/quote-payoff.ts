// The creditor asks what ends a plan on a day: the amount, signed like the quote that an agent gets.
import { ANYONE, err, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { chargesOf } from '../storage/charges.ts'
import { findClaim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { conversationOf } from './append-to-conversation.ts'
import { dayOf } from './day-of.ts'
import type { Deps } from './deps.ts'
import { type MessageBody, prepareMessage } from './prepare-message.ts'
import { payoffQuote } from './read-payoff.ts'
import { readPlan } from './read-plan.ts'

export interface SignedPayoff {
  quote: MessageBody<'quote'>
  /** The quote as a message of its own: no place of the conversation is taken. */
  jws: string
}

/** Quotes for a day, today without one, and signs. Refuses `not-found`, `plan-unknown` and `date-outside-window`. */
export async function quotePayoff(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl'>,
  asked: { creditorId: string; claimId: string; on: string | undefined },
): Promise<Result<SignedPayoff, Refusal>> {
  const claim = await findClaim(deps.db, asked)
  if (claim === undefined) {
    return err(refusal('not-found', 'you have no payment request with this id'))
  }
  const now = deps.clock.now()
  const plan = await readPlan(deps.db, claim, now)
  const { timeZone } = await readCreditor(deps.db, claim.creditorId)
  const asOf = asked.on ?? dayOf(now, timeZone)
  const quote = payoffQuote(claim, { plan, asOf }, await chargesOf(deps.db, claim))
  if (!quote.ok) return quote
  const { thr } = await conversationOf(deps, claim)
  const standalone = {
    creditorId: claim.creditorId,
    ...{ thr: `${thr}-payoff`.slice(0, 64), peerIss: ANYONE, sub: ANYONE },
    ...{ lastSeq: -1, lastHash: null },
  }
  const body = quote.value
  const { jws } = await prepareMessage(deps, { thread: standalone, kind: 'quote', body, now })
  return ok({ quote: body, jws })
}
