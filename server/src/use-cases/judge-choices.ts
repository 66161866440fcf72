// The sweep of choices whose horizon is over: what came of each is written beside it, once.
import { judgeChoice } from '../domain/next-action/judge-choice.ts'
import { lockChoicesToJudge, writeOutcome } from '../storage/action-choices.ts'
import type { Deps } from './deps.ts'

/** Judges up to `limit` choices and returns how many. */
export async function judgeChoices(
  deps: Pick<Deps, 'db' | 'clock' | 'nextAction'>,
  { limit }: { limit: number },
): Promise<number> {
  return await deps.db.transaction().execute(async (tx) => {
    const ripe = await lockChoicesToJudge(tx, { now: deps.clock.now(), limit })
    for (const one of ripe) {
      await writeOutcome(tx, one, judgeChoice(one, one.choice.stakes, deps.nextAction.values))
    }
    return ripe.length
  })
}
