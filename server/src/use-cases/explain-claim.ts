// Every automatic decision about a claim with its reasons, by one call.
import { err, ok, peekClaims, type RequestMessage, type Result } from '@parley/sdk/protocol'
import {
  type BookedDecision,
  type ExplainedDecision,
  explainDecisions,
  type OfferedMenu,
} from '../domain/desk/explain-decisions.ts'
import { stepIdOf } from '../domain/dunning/step-key.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { historyOf } from '../storage/booking-history.ts'
import { findClaim } from '../storage/claims.ts'
import { findDebtor } from '../storage/debtors.ts'
import { eventsOfClaim } from '../storage/events.ts'
import { messagesAboutClaim } from '../storage/messages-about-claim.ts'
import { paymentsOfClaim } from '../storage/payments.ts'
import { ownMessagesOf } from '../storage/threads.ts'
import type { Deps } from './deps.ts'

interface ClaimKey {
  creditorId: string
  claimId: string
}

/** Refuses `not-found`. */
export async function explainClaim(
  { db }: Pick<Deps, 'db'>,
  key: ClaimKey,
): Promise<Result<ExplainedDecision[], Refusal>> {
  const claim = await findClaim(db, key)
  if (claim === undefined) {
    return err(refusal('not-found', 'you have no payment request with this id'))
  }
  const events = await eventsOfClaim(db, key)
  const messages = await messagesAboutClaim(db, key)
  const debtor = await findDebtor(db, claim)
  return ok(
    explainDecisions({
      events: events.map(({ eventId, ...event }) => ({ id: String(eventId), ...event })),
      messages: messages.map((it) => ({ ...it, step: stepIdOf(it.step) })),
      menus: await menusOf(db, claim),
      bookings: await bookingsOf(db, key),
      wished: debtor?.preferences.channel ?? null,
      start: { at: claim.createdAt, journey: claim.journey, arm: claim.arm },
    }),
  )
}

const WITH_MENU = ['parley-request+jwt', 'parley-menu+jwt', 'parley-reminder+jwt']

/** The menus that were offered, in whatever thread of the claim; each once. */
async function menusOf(db: Deps['db'], claim: ClaimKey): Promise<OfferedMenu[]> {
  const messages = await ownMessagesOf(db, claim, WITH_MENU)
  const seen = new Set<string>()
  return messages.flatMap(({ jws, jti, createdAt: at }) => {
    if (jws === null) return []
    const peeked = peekClaims(jws)
    const menu = peeked.ok ? (peeked.value.payload as Partial<RequestMessage>).menu : undefined
    if (menu === undefined || seen.has(menu.menuId)) return []
    seen.add(menu.menuId)
    const { tier, final: isFinal, policyVersion, rows } = menu
    return [{ at, messageId: jti, tier, isFinal, policyVersion, rows: rows.length }]
  })
}

async function bookingsOf(db: Deps['db'], key: ClaimKey): Promise<BookedDecision[]> {
  const payments = await paymentsOfClaim(db, key)
  return await Promise.all(
    payments.map(async ({ paymentId, transactionId }) => {
      const history = await historyOf(db, { creditorId: key.creditorId, transactionId })
      const last = history.findLast(({ state }) => state === 'matched')
      const rule = last === undefined || last.by !== null ? null : last.reason
      return { transactionId, paymentId, rule, evidence: last?.data.evidence ?? [] }
    }),
  )
}
