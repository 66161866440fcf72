// Nobody may be chased for what is paid: an agency that collects has to know of all money that came to us
// or went back. A person tells it.
import type { Claim } from '../storage/claims.ts'
import { latestEvents } from '../storage/events.ts'
import { insertTasks } from '../storage/tasks.ts'
import type { Deps, Tx } from './deps.ts'
import { newTask } from './new-task.ts'

/** Asks a person to tell the agency; once for each `origin`. */
export async function tellAgency(
  deps: Pick<Deps, 'ids'>,
  tx: Tx,
  { claim, origin, now }: { claim: Claim; origin: string; now: number },
): Promise<void> {
  const task = { kind: 'tell-agency', origin: `money:${origin}`, dueAt: now + 86_400, now }
  await insertTasks(tx, [newTask(deps, claim, task)])
}

/** Tells whether a claim went to an agency and was not recalled, whatever was paid since. */
export async function wentToAgency(
  { db }: Pick<Deps, 'db'>,
  { creditorId, claimId }: Pick<Claim, 'creditorId' | 'claimId'>,
): Promise<boolean> {
  const lastOf = async (type: string) => {
    const [last] = await latestEvents(db, { creditorId, claimId, limit: 1, type })
    return last?.eventId ?? 0
  }
  const handedOver = await lastOf('payment-request.handed-over')
  return handedOver > (await lastOf('payment-request.recalled'))
}
