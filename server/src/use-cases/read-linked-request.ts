// The signed request behind a link, for a bot that found the link: unaddressed, so it may be shown
// and neither agreed to nor paid by itself. Spec: LNK-01, LNK-02.
import { ANYONE, err, ok, peekClaims, type Result, toBase64Url, typOf } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type Claim, lockClaim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import type { Tx } from '../storage/database.ts'
import {
  messagesOfThread,
  openThread,
  type PreparedMessage,
  type Thread,
  threadsOfClaim,
} from '../storage/threads.ts'
import { claimOfLink } from './claim-of-link.ts'
import type { Deps } from './deps.ts'
import { prepareMessage } from './prepare-message.ts'
import { requestOfClaim } from './request-of-claim.ts'

type LinkDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'links'>

/**
 * The compact JWS. An open claim whose request went to an agent, or has expired, gets one for
 * everyone, once. Refuses `not-found` for an unknown link, and for a closed claim that has none.
 */
export async function readLinkedRequest(
  deps: LinkDeps,
  token: string,
): Promise<Result<string, Refusal>> {
  const claim = await claimOfLink(deps, token)
  if (claim === undefined) return err(refusal('not-found', 'there is no such link'))
  const known = await newestForEveryone(deps.db, claim)
  if (known !== undefined && isCurrent(known, claim, deps.clock.now())) return ok(known)
  if (claim.state !== 'open') {
    return err(refusal('not-found', 'there is no request for everyone behind this link'))
  }
  return ok(await openForEveryone(deps, claim))
}

async function newestForEveryone(db: Deps['db'] | Tx, claim: Claim): Promise<string | undefined> {
  const threads = await threadsOfClaim(db, claim)
  const newest = threads.findLast(({ peerRole }) => peerRole === 'anyone')
  if (newest === undefined) return undefined
  const messages = await messagesOfThread(db, newest)
  const request = messages.findLast(({ typ }) => typ === typOf('request'))
  if (request === undefined) throw new Error(`thread ${newest.thr} is empty`)
  return request.jws ?? undefined
}

/** A closed claim keeps the request that it had; a revised one needs the newest. */
function isCurrent(jws: string, claim: Claim, now: number): boolean {
  if (claim.state !== 'open') return true
  const peeked = peekClaims(jws)
  if (!peeked.ok) return false
  const { exp, revision } = peeked.value.payload
  return Number(exp) > now && revision === claim.revision
}

async function openForEveryone(deps: LinkDeps, claim: Claim): Promise<string> {
  const now = deps.clock.now()
  const creditor = await readCreditor(deps.db, claim.creditorId)
  const thread: Thread = {
    creditorId: claim.creditorId,
    thr: toBase64Url(deps.ids.randomBytes(16)),
    claimId: claim.claimId,
    peerRole: 'anyone',
    peerIss: ANYONE,
    sub: ANYONE,
    enrolmentId: null,
    lastSeq: -1,
    lastHash: null,
    counters: 0,
    isErased: false,
    acksOf: null,
  }
  const { respondBy } = claim
  const body = await requestOfClaim(deps, { claim, creditor, now, respondBy })
  const request = await prepareMessage(deps, { thread, kind: 'request', body, now })
  return await deps.db
    .transaction()
    .execute((tx) => storeUnlessThere(tx, { claim, thread, request, now }))
}

/** Two readers at the same time get one request. */
async function storeUnlessThere(
  tx: Tx,
  opened: { claim: Claim; thread: Thread; request: PreparedMessage; now: number },
): Promise<string> {
  const { claim, thread, request, now } = opened
  await lockClaim(tx, claim)
  const meanwhile = await newestForEveryone(tx, claim)
  if (meanwhile !== undefined && isCurrent(meanwhile, claim, now)) return meanwhile
  await openThread(tx, thread, [request], now)
  return request.jws
}
