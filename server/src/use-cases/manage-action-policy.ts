// Who chooses the next action for a creditor, and the choices that were made, each with its reasons.
import type { LoggedChoice } from '../domain/next-action/logged-choice.ts'
import {
  type ActionChoiceRow,
  type ActionMode,
  type ActionPolicy,
  actionPolicies,
  pageOfChoices,
  putActionPolicy,
} from '../storage/action-choices.ts'
import type { Deps } from './deps.ts'

export type { ActionChoiceRow, ActionMode, ActionPolicy }

/** States who chooses from now on; what was chosen stays. */
export async function setActionPolicy(
  deps: Pick<Deps, 'db' | 'clock'>,
  { creditorId, mode }: { creditorId: string; mode: ActionMode },
): Promise<ActionPolicy> {
  return await putActionPolicy(deps.db, { creditorId, mode, at: deps.clock.now() })
}

/** Who chooses: the journeys, as long as the creditor said nothing. */
export async function readActionPolicy(
  deps: Pick<Deps, 'db'>,
  creditorId: string,
): Promise<ActionPolicy> {
  const stated = await actionPolicies(deps.db, [creditorId])
  return stated.get(creditorId) ?? { mode: 'journey', since: null }
}

/** A page of choices, newest first; `next` is the cursor of the page after it. */
export async function listActionChoices(
  deps: Pick<Deps, 'db'>,
  query: {
    creditorId: string
    claimId?: string | undefined
    cursor?: string | undefined
    limit: number
  },
): Promise<{ data: ActionChoiceRow[]; next: string | null }> {
  const { creditorId, claimId, cursor, limit } = query
  const found = await pageOfChoices(deps.db, {
    creditorId,
    claimId,
    before: cursor,
    limit: limit + 1,
  })
  const data = found.slice(0, limit)
  return { data, next: found.length > limit ? (data.at(-1)?.choiceId ?? null) : null }
}

/** A choice as policies are judged by it; null as long as it is not known what came of it. */
export function asLogged({
  debtorId,
  segment,
  choice,
  outcome,
}: ActionChoiceRow): LoggedChoice | null {
  if (outcome === null) return null
  const actions = choice.weighed.map(({ arm, probability }) => ({ arm, probability }))
  return { customer: debtorId, segment, actions, chosen: choice.chosen, reward: outcome.reward }
}
