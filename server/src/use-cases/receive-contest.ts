// The debtor's agent says that something we learnt, or a step we took, is not right. Answered with a status
// in every state of the claim; a person decides. Spec: PRF-02.
import { type ContestMessage, err, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { type ContestDeps, prepareContest } from './contest-profile.ts'
import {
  type ExchangeDeps,
  exchange,
  type FromAgent,
  readSituation,
  statusAfter,
} from './conversation-exchange.ts'

/** Refuses `not-found` for a fact or step that is not the debtor's. */
export async function receiveContest(
  deps: ExchangeDeps & ContestDeps,
  { thread, message, payload }: FromAgent<ContestMessage>,
): Promise<Result<StoredReply, Refusal>> {
  const subject = subjectOf(payload)
  if (subject === undefined) return err(refusal('schema', 'a contest names a fact or a step'))
  const { creditorId, claimId } = thread
  const { text } = payload
  const contest = await prepareContest(deps, {
    ...{ creditorId, claimId, subject, channel: 'agent' },
    ...(text === undefined ? {} : { text }),
  })
  if (!contest.ok) return contest
  const situation = await readSituation(deps, thread)
  const answer = { kind: 'status', body: statusAfter(situation), write: contest.value } as const
  return ok(await exchange(deps, { thread, message, now: situation.now }, answer))
}

function subjectOf({ factId, step }: { factId?: string; step?: string }) {
  if (factId !== undefined) return { factId }
  return step === undefined ? undefined : { step }
}
