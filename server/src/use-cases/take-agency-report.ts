// An agency reports back on a claim that is with it. Whatever it says becomes an event and a task for a
// person; a dispute is held besides, so that it stands when the claim comes back.
import { dayInZone, err, formatAmount, ok, type Result } from '@parley/sdk/protocol'
import {
  type AgencyReport,
  decideReport,
  TASKS_OF_REPORTS,
} from '../domain/hand-over/agency-report.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type Claim, findClaim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { appendEvents, type NewEvent } from '../storage/events.ts'
import { insertTasks, type NewTask } from '../storage/tasks.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { prepareHoldChange } from './change-holds.ts'
import {
  type ClaimSituation,
  type ExchangeDeps,
  readSituation,
  statusAfter,
} from './conversation-exchange.ts'
import type { Deps, Tx } from './deps.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { newTask } from './new-task.ts'
import { prepareMessage } from './prepare-message.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'

type ReportDeps = ExchangeDeps & PlanDeps & Pick<Deps, 'vault'>

export interface TakeAgencyReport {
  creditorId: string
  claimId: string
  report: AgencyReport
  /** What tells this report from others; the same once more has no effect. */
  origin: string
}

/** Takes a report. Refuses `not-found` and as decideReport does. */
export async function takeAgencyReport(
  deps: ReportDeps,
  command: TakeAgencyReport,
): Promise<Result<void, Refusal>> {
  return await retryWhenOutrun(() => take(deps, command))
}

async function take(deps: ReportDeps, command: TakeAgencyReport): Promise<Result<void, Refusal>> {
  if ((await findClaim(deps.db, command)) === undefined) {
    return err(refusal('not-found', 'you have no payment request with this id'))
  }
  const situation = await readSituation(deps, command)
  const { claim, now } = situation
  const { timeZone } = await readCreditor(deps.db, claim.creditorId)
  const amount = decideReport(claim, command.report, dayInZone(now, timeZone))
  if (!amount.ok) return amount
  const task = taskOf(deps, claim, { ...command, now })
  const { report } = command
  const raise =
    report.kind === 'disputed' ? await prepareDispute(deps, situation, amount.value) : undefined
  const events = eventsOf(claim, { report, minor: amount.value, now })
  await deps.db.transaction().execute(async (tx) => {
    const [isNew] = await insertTasks(tx, [task])
    if (isNew === undefined) return
    await raise?.(tx)
    await appendEvents(tx, events)
  })
  deps.outboxChanged()
  return ok(undefined)
}

function taskOf(
  deps: ReportDeps,
  claim: Claim,
  { report, origin, now }: TakeAgencyReport & { now: number },
): NewTask {
  const { kind, days } = TASKS_OF_REPORTS[report.kind]
  const details = report.text === undefined ? null : { channel: 'agency', text: report.text }
  return newTask(deps, claim, {
    kind,
    origin: `agency:${origin}`,
    details: details === null ? null : JSON.stringify(details),
    dueAt: now + days * 86_400,
    now,
  })
}

/** The agent is told that the dispute is held, as for a dispute of its own. */
async function prepareDispute(deps: ReportDeps, situation: ClaimSituation, disputed: bigint) {
  const { claim, now } = situation
  const put = { reason: 'dispute' as const, until: null, createdAt: now }
  const change = await prepareHoldChange(deps, situation, { put, claim: { disputed } })
  const thread = await conversationOf(deps, claim)
  const body = statusAfter(situation, { claim: { disputed }, holds: change.holds })
  const status = await prepareMessage(deps, { thread, kind: 'status', body, now })
  return async (tx: Tx) => {
    await change.write(tx)
    await appendToConversation(tx, thread, status, now)
  }
}

function eventsOf(
  { creditorId, claimId, currency }: Claim,
  { report, minor, now }: { report: AgencyReport; minor: bigint; now: number },
): NewEvent[] {
  const { kind, day } = report
  const isMoney = kind === 'paid' || kind === 'disputed'
  const amount = formatAmount({ minor, currency }).value
  const event = (type: string, data: NewEvent['data']) => {
    return { creditorId, claimId, type, at: now, data }
  }
  const facts = {
    kind,
    ...(isMoney ? { amount, currency } : {}),
    ...(day === undefined ? {} : { day }),
  }
  return [
    event('agency.reported', facts),
    ...(kind === 'disputed'
      ? [event('dispute.raised', { amount, currency, reason: 'agency' })]
      : []),
  ]
}
