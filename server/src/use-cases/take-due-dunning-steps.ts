// The dunning sweep: takes the next step of every case that is due. Decides on facts read again in
// the same transaction, with case, claim and person locked; sends nothing itself.
import { isContact } from '../domain/dunning/journey-definition.ts'
import { canShareMessage } from '../domain/dunning/shared-message.ts'
import { nextActionAt } from '../storage/dunning-cases.ts'
import { type CaseMove, type DecideDeps, decideDueCase, failed } from './decide-due-case.ts'
import type { Deps } from './deps.ts'
import { postDueCharges } from './post-due-charges.ts'
import { type DueCase, readDueCases } from './read-due-cases.ts'
import { timeOutSilentAgents } from './time-out-silent-agents.ts'
import { writeCaseMoves } from './write-case-moves.ts'

export type DunningDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'outboxChanged' | 'nextAction' | 'prior'
> &
  DecideDeps

/** What deciding a batch needs. */
export type BatchDeps = DecideDeps & Pick<Deps, 'ids'>

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
    const moves = decideBatch(deps, due)
    await writeCaseMoves(deps, tx, moves, now)
    return moves.length
  })
  if (timedOut + taken > 0) deps.outboxChanged()
  return taken
}

/**
 * Decides a batch. A message that is about to leave counts for every further one to the same person;
 * a plain reminder of another claim is told in it.
 */
export function decideBatch(deps: BatchDeps, all: readonly DueCase[]): CaseMove[] {
  const moves: CaseMove[] = []
  for (const one of all) {
    const move = decideSafely(deps, one)
    if (move === undefined) continue
    const decided = toldWithOther(deps, move, moves) ?? announced(deps, move)
    moves.push(decided)
    // Whoever comes into an experiment is what they are there for every further bill.
    const { chosen, due } = decided
    if (chosen?.member !== undefined) due.means?.memberships.push(chosen.member)
  }
  return moves
}

/** A message by one channel has its id before it is written: others may name it. */
function announced({ ids }: BatchDeps, move: CaseMove): CaseMove {
  const { advance, due } = move
  if (advance.kind !== 'take' || !isContact(advance.step)) return move
  const channels = advance.channels.filter((channel) => channel !== 'app')
  if (channels.length > 0) due.contacts.push({ at: due.now, channels })
  return channels.length === 1 ? { ...move, messageId: ids.newId('hm') } : move
}

/** A step that would wait for the budget alone is told in a message that leaves now. */
function toldWithOther(
  deps: BatchDeps,
  move: CaseMove,
  before: readonly CaseMove[],
): CaseMove | undefined {
  const { due, advance } = move
  if (advance.kind !== 'defer' || advance.reason !== 'contact-budget') return undefined
  const lead = before.find(({ due: other, messageId }) => {
    return messageId !== undefined && other.contacts === due.contacts
  })
  if (lead?.advance.kind !== 'take' || lead.messageId === undefined) return undefined
  // As if the message of the lead were this one.
  const contacts = due.contacts.filter(({ at }) => at < due.now)
  const alone = decideSafely(deps, { ...due, contacts, means: undefined })
  if (alone?.advance.kind !== 'take' || !canShareMessage(lead.advance, alone.advance)) {
    return undefined
  }
  return { ...alone, due, toldIn: lead.messageId }
}

/** One case that nobody thought of does not keep others waiting. */
function decideSafely(deps: DecideDeps, due: DueCase): CaseMove | undefined {
  try {
    return decideDueCase(deps, due)
  } catch {
    return failed(due)
  }
}
