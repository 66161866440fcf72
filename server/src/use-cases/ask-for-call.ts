// A call to a person is made by a person: a task with what to say.
import { dayInZone, instantInZone } from '@parley/sdk/protocol'
import type { CallScript } from '../domain/content/call-script.ts'
import { addWorkingDays } from '../domain/working-days.ts'
import { findClaim } from '../storage/claims.ts'
import type { StoredNotice } from '../storage/column-types.ts'
import type { HumanMessage } from '../storage/human-messages.ts'
import { insertTasks } from '../storage/tasks.ts'
import type { Deps } from './deps.ts'
import { type EndDeps, finishMessage } from './end-human-message.ts'
import { newTask } from './new-task.ts'
import { readStepSources } from './read-step-sources.ts'
import { lawOfClaim } from './step-facts-of-claim.ts'

const CALL_WITHIN_DAYS = 1
const END_OF_WORK = '17:00'

/** Opens the task, which is what the message becomes. */
export async function askForCall(
  deps: EndDeps & Pick<Deps, 'vault'>,
  message: HumanMessage,
  { script, notice }: { script: CallScript; notice: StoredNotice | null },
): Promise<void> {
  const now = deps.clock.now()
  const claim = await findClaim(deps.db, message)
  if (claim === undefined) return
  const { creditor, ...sources } = await readStepSources(deps.db, claim, now)
  const holidays = lawOfClaim(deps.laws, { ...sources, creditor })?.holidays ?? new Set<string>()
  const today = dayInZone(now, creditor.timeZone)
  const day = addWorkingDays(today, CALL_WITHIN_DAYS, holidays)
  const details = JSON.stringify({ script })
  const kind = 'call-the-customer'
  const dueAt = instantInZone(day, END_OF_WORK, creditor.timeZone)
  await finishMessage(deps, message, { state: 'sent', provider: 'desk', notice }, async (tx) => {
    const task = { kind, origin: message.messageId, details, dueAt, now }
    await insertTasks(tx, [newTask(deps, message, task)])
  })
}
