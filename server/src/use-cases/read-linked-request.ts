// The signed request behind a link, for a bot that found the link: unaddressed, so never paid by
// itself. A claim that is with an agent already has none.
import { err, ok, type Result, typOf } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { findThread, messagesOfThread } from '../storage/threads.ts'
import { claimOfLink } from './claim-of-link.ts'
import type { Deps } from './deps.ts'

/** The compact JWS. Refuses `not-found` for an unknown link and for a claim that was addressed. */
export async function readLinkedRequest(
  deps: Pick<Deps, 'db' | 'links'>,
  token: string,
): Promise<Result<string, Refusal>> {
  const claim = await claimOfLink(deps, token)
  const thread = claim && (await findThread(deps.db, claim.thr))
  if (thread?.peerRole !== 'anyone') {
    return err(refusal('not-found', 'there is no request for everyone behind this link'))
  }
  const messages = await messagesOfThread(deps.db, thread)
  const request = messages.findLast(({ typ }) => typ === typOf('request'))
  if (request === undefined) throw new Error(`thread ${thread.thr} is empty`)
  return ok(request.jws)
}
