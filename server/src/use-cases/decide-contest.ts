// A person decides what a customer contests: upheld, facts of the kind are not used for the customer any
// more; rejected, they are again. The timeline says who decided, signed.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { appendEvent } from '../storage/events.ts'
import { decideContestRow, findContest } from '../storage/profile-contests.ts'
import type { Along, Deps } from './deps.ts'
import { signAct } from './sign-act.ts'

export interface DecideContest extends Along {
  creditorId: string
  contestId: string
  outcome: 'upheld' | 'rejected'
  by: string
}

/** Decides an open contest; one that is decided stays so. Refuses `not-found`. */
export async function decideContest(
  deps: Pick<Deps, 'db' | 'clock' | 'signer' | 'publicUrl' | 'outboxChanged'>,
  { outcome, by, along, ...key }: DecideContest,
): Promise<Result<void, Refusal>> {
  const contest = await findContest(deps.db, key)
  if (contest === undefined) return err(refusal('not-found', 'nothing is contested by this id'))
  const { creditorId, claimId, contestId, kind, subject } = contest
  const at = deps.clock.now()
  const event = await signAct(deps, {
    ...{ creditorId, claimId, at, type: 'profile.contest-decided' },
    data: { contestId, kind, subject, outcome, by },
  })
  await deps.db.transaction().execute(async (tx) => {
    if (!(await decideContestRow(tx, contest, { state: outcome, at, by }))) return
    await appendEvent(tx, event)
    await along?.(tx)
  })
  deps.outboxChanged()
  return ok(undefined)
}
