// The plans that a claim may be settled by today: the same menu for the person on the page as for a
// bot. Reads only; choose-plan.ts makes the agreement.
import {
  type Menu,
  type MenuMessage,
  type Money,
  parseAmount,
  peekClaims,
  type RequestMessage,
  typOf,
} from '@parley/sdk/protocol'
import { buildFinalMenu } from '../domain/negotiation/build-menu.ts'
import type { Claim } from '../storage/claims.ts'
import type { Database, Tx } from '../storage/database.ts'
import { findDebtor } from '../storage/debtors.ts'
import { latestPolicy } from '../storage/policies.ts'
import { messagesOfThread } from '../storage/threads.ts'
import { dayOf } from './day-of.ts'

/** A menu that was offered in the thread, named by the hash of its message. */
export interface PlacedMenu {
  hash: string
  menu: Menu
}

export interface ClaimOffer {
  /** The newest signed request of the conversation. */
  request: RequestMessage
  /** What the request asked for: plans are made over this amount. */
  principal: Money
  /** What is on offer today: every plan of the newest policy of the claim's segment. */
  menu: Menu
  /** Every menu since that request, oldest first. */
  offered: PlacedMenu[]
}

/**
 * Reads what is on offer for a claim. Windows count from today in the zone of the request, and the
 * amount is that of the request: money that came in since counts for the first lines of a plan.
 *
 * @throws {Error} when the conversation does not open with a request of ours.
 */
export async function readClaimOffer(
  db: Database | Tx,
  claim: Claim,
  now: number,
): Promise<ClaimOffer> {
  const messages = await messagesOfThread(db, claim)
  const newest = messages.findLastIndex(({ typ }) => typ === typOf('request'))
  const own = messages
    .slice(Math.max(newest, 0))
    .filter(({ typ }) => typ === typOf('request') || typ === typOf('menu'))
  const offers = own.flatMap(({ hash, jws }) => {
    return jws === null ? [] : [{ hash, payload: ownPayload(jws) }]
  })
  const request = offers[0]?.payload as RequestMessage | undefined
  const principal = request && parseAmount(request.amount)
  if (request === undefined || principal?.ok !== true) {
    throw new Error(`the conversation of ${claim.claimId} does not open with a request`)
  }
  const payDay = (await findDebtor(db, claim))?.preferences.payDay
  const menu = buildFinalMenu({
    policy: await latestPolicy(db, claim.creditorId, claim.segment),
    outstanding: principal.value.minor,
    currency: claim.currency,
    dueDate: claim.dueDate,
    offeredOn: dayOf(now, request.timeZone),
    ...(payDay === undefined ? {} : { payDay }),
    withoutPrice: request.replan !== undefined,
    revision: request.revision,
  })
  const offered = offers.map(({ hash, payload }) => ({ hash, menu: payload.menu }))
  return { request, principal: principal.value, menu, offered }
}

/** The payload of a message that we signed ourselves and kept. */
function ownPayload(jws: string): RequestMessage | MenuMessage {
  const peeked = peekClaims(jws)
  if (!peeked.ok) throw new Error('a stored message of our own does not decode')
  return peeked.value.payload as unknown as RequestMessage | MenuMessage
}
