// Looks once a day at the bills of each creditor and asks for training where they teach something new.
import { isTrainingDue } from '../domain/learning/training-due.ts'
import { countSettledBills } from '../storage/bill-facts.ts'
import { enqueueAll } from '../storage/events.ts'
import { latestModel, takeLearningTurns } from '../storage/learning-models.ts'
import type { Deps } from './deps.ts'
import { MOST_BILLS } from './train-creditor-model.ts'

const DAY_SECONDS = 86_400

/** Returns how many creditors were looked at. Several processes may ask together. */
export async function askForTraining(
  deps: Pick<Deps, 'db' | 'clock' | 'outboxChanged'>,
  { limit }: { limit: number },
): Promise<number> {
  const now = deps.clock.now()
  const taken = await deps.db.transaction().execute(async (tx) => {
    const creditors = await takeLearningTurns(tx, { now, nextLookAt: now + DAY_SECONDS, limit })
    const due: string[] = []
    for (const creditorId of creditors) {
      const settled = await countSettledBills(tx, { creditorId, limit: MOST_BILLS })
      const last = (await latestModel(tx, creditorId)) ?? null
      if (isTrainingDue(settled, last, now)) due.push(creditorId)
    }
    const jobs = due.map((creditorId) => ({ creditorId, payload: {} }))
    await enqueueAll(tx, 'train-model', jobs)
    return creditors.length
  })
  if (taken > 0) deps.outboxChanged()
  return taken
}
