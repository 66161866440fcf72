// The dunning sweep: takes the next step of every case that is due. Decides on facts read again in
// the same transaction, with case, claim and person locked; sends nothing itself.
import { isContact } from '../domain/dunning/journey-definition.ts'
import { nextActionAt } from '../storage/dunning-cases.ts'
import { type CaseMove, type DecideDeps, decideDueCase, failed } from './decide-due-case.ts'
import type { Deps } from './deps.ts'
import { postDueCharges } from './post-due-charges.ts'
import { type DueCase, readDueCases } from './read-due-cases.ts'
import { timeOutSilentAgents } from './time-out-silent-agents.ts'
import { writeCaseMoves } from './write-case-moves.ts'

export type DunningDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'outboxChanged'
> &
  DecideDeps

/**
 * Takes the due steps of up to `limit` cases and returns how many it dealt with. Agents that let
 * their time pass are timed out first, and charges of due steps are added before them. Several
 * processes may sweep at once: what one has locked the others pass over, so every step has one effect.
 * A case that could not be locked stays due.
 */
export async function takeDueDunningSteps(
  deps: DunningDeps,
  { limit }: { limit: number },
): Promise<number> {
  const now = deps.clock.now()
  const first = await nextActionAt(deps.db)
  // Most sweeps find nothing: they cost one look at an index.
  if (first === null || first > now) return 0
  const timedOut = await timeOutSilentAgents(deps, { limit })
  await postDueCharges(deps, { limit })
  const taken = await deps.db.transaction().execute(async (tx) => {
    const due = await readDueCases(deps, tx, { now, limit })
    const moves = due.flatMap((one) => decideOne(deps, one) ?? [])
    await writeCaseMoves(deps, tx, moves, now)
    return moves.length
  })
  if (timedOut + taken > 0) deps.outboxChanged()
  return taken
}

/** One case that nobody thought of does not keep others waiting. */
function decideSafely(deps: DecideDeps, due: DueCase): CaseMove | undefined {
  try {
    return decideDueCase(deps, due)
  } catch {
    return failed(due)
  }
}

/** A message that is about to leave counts for every further one to the same person. */
export function decideOne(deps: DecideDeps, due: DueCase): CaseMove | undefined {
  const move = decideSafely(deps, due)
  if (move?.advance.kind === 'take' && isContact(move.advance.step)) {
    const channels = move.advance.channels.filter((channel) => channel !== 'app')
    if (channels.length > 0) due.contacts.push({ at: due.now, channels })
  }
  return move
}
