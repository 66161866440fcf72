// The sweep of agreed plans: what follows by itself when a line falls due, is late, missed or paid. Each
// plan is decided and written on its own; two processes may look at the same one.
import { type Day, startOfDayInZone } from '@parley/sdk/protocol'
import { disputedOf } from '../domain/claim/claim.ts'
import { standingAt } from '../domain/claim/holds.ts'
import { decidePlan, type PlanMove } from '../domain/plan/plan-moves.ts'
import { addWorkingDays } from '../domain/working-days.ts'
import { lookAtPlan, markPlan, plansToLookAt } from '../storage/agreements.ts'
import { changeClaim } from '../storage/claims.ts'
import { appendEvents } from '../storage/events.ts'
import { insertTasks } from '../storage/tasks.ts'
import { conversationOf } from './append-to-conversation.ts'
import { confirmPlan } from './confirm-plan.ts'
import { type ClaimSituation, readSituation } from './conversation-exchange.ts'
import type { Deps, Tx } from './deps.ts'
import { newTask } from './new-task.ts'
import { prepareReplan } from './offer-replan.ts'
import { planEvents } from './plan-events.ts'
import { preparePlanStatus } from './plan-status.ts'
import { type PlanSteps, preparePlanSteps } from './plan-steps.ts'
import type { PlanInForce } from './read-plan.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'

export type DuePlansDeps = Pick<
  Deps,
  | 'db'
  | 'clock'
  | 'ids'
  | 'signer'
  | 'publicUrl'
  | 'outboxChanged'
  | 'journeys'
  | 'journeyBook'
  | 'laws'
  | 'servedChannels'
>

interface ClaimKey {
  creditorId: string
  claimId: string
}

/** A plan that could not be decided keeps no other waiting, and is looked at again after so long. */
const AGAIN_SECONDS = 3_600

/**
 * Looks at up to `limit` plans of which something is due and returns how many those were.
 *
 * @throws {AggregateError} after the last, with what went wrong.
 */
export async function takeDuePlans(
  deps: DuePlansDeps,
  { limit }: { limit: number },
): Promise<number> {
  const due = await plansToLookAt(deps.db, { now: deps.clock.now(), limit })
  const errors: unknown[] = []
  for (const claim of due) {
    try {
      await retryWhenOutrun(() => takePlan(deps, claim))
    } catch (error) {
      errors.push(error)
      await postpone(deps, claim)
    }
  }
  if (due.length > 0) deps.outboxChanged()
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} plans failed`)
  return due.length
}

async function postpone({ db, clock }: DuePlansDeps, claim: ClaimKey): Promise<void> {
  const at = clock.now() + AGAIN_SECONDS
  await db.transaction().execute((tx) => lookAtPlan(tx, claim, at))
}

async function takePlan(deps: DuePlansDeps, key: ClaimKey): Promise<void> {
  const situation = await readSituation(deps, key)
  const { claim, plan } = situation
  if (plan === undefined) return
  const isOwed = claim.state === 'open' || claim.state === 'settled'
  if (!isOwed) {
    // Whoever has the claim now asks for it; money that comes back is looked at again.
    await deps.db
      .transaction()
      .execute((tx) => markPlan(tx, plan.agreement, { ...plan.agreement, lookAt: null }))
    return
  }
  const move = decidePlan(planSituation(situation, plan))
  await write(deps, { situation, plan, move })
}

function planSituation({ claim, holds, now }: ClaimSituation, plan: PlanInForce) {
  const { agreement, lines, today } = plan
  const isHeld = standingAt(holds, now).length > 0 || disputedOf(claim) > 0n
  return { ...agreement, lines, terms: agreement.lateTerms, today, isHeld }
}

interface Decided {
  situation: ClaimSituation
  plan: PlanInForce
  move: PlanMove
}

async function write(deps: DuePlansDeps, { situation, plan, move }: Decided): Promise<void> {
  const { claim, now } = situation
  const { agreement, timeZone, today } = plan
  const thread = await conversationOf(deps, claim)
  const offer = move.offers ? await prepareReplan(deps, { situation, plan, thread }) : undefined
  const replan = offer?.replan ?? move.marks.replan
  const marks = {
    ...move.marks,
    replan,
    defaultedAt: move.defaults ? now : move.marks.defaultedAt,
  }
  const after = { ...plan, replan, defaultedAt: marks.defaultedAt }
  const status = await preparePlanStatus(deps, {
    situation: { ...situation, plan: after },
    thread,
    move,
    isOffering: offer !== undefined,
  })
  const steps: PlanSteps = await preparePlanSteps(deps, { situation, plan: after, move, thread })
  const lookOn = soonest([move.lookOn, offer === undefined ? null : offer.lookOn])
  const lookAt = lookOn === null ? null : startOfDayInZone(lookOn, timeZone)
  await deps.db.transaction().execute(async (tx) => {
    const change = { ...offer?.change, ...steps.change }
    if (!(await changeClaim(tx, claim, change))) throw new Outrun()
    await markPlan(tx, agreement, { ...marks, lookAt })
    await offer?.write(tx)
    await status?.(tx)
    await steps.write(tx)
    await confirmPlan(deps, tx, { claim, agreement, isFirstLook: isFirstLook(plan) })
    if (move.defaults) await askPerson(deps, tx, { situation, plan, today })
    await appendEvents(tx, planEvents({ claim, plan: after, move, now }))
  })
}

function isFirstLook({ agreement }: PlanInForce): boolean {
  return Object.keys(agreement.told.lines).length === 0
}

function soonest(days: readonly (Day | null)[]): Day | null {
  return days.filter((day) => day !== null).sort()[0] ?? null
}

const END_OF_WORK_SECONDS = 17 * 3_600
const TALK_WITHIN_DAYS = 2
const NO_HOLIDAYS = new Set<Day>()

/** A plan that was not kept is talked about by people. */
async function askPerson(
  deps: DuePlansDeps,
  tx: Tx,
  { situation, plan, today }: Pick<Decided, 'situation' | 'plan'> & { today: Day },
): Promise<void> {
  const { claim, now } = situation
  const day = addWorkingDays(today, TALK_WITHIN_DAYS, NO_HOLIDAYS)
  const dueAt = startOfDayInZone(day, plan.timeZone) + END_OF_WORK_SECONDS
  const origin = `${plan.agreement.agreementId}/${now}`
  const task = newTask(deps, claim, { kind: 'talk-about-plan', origin, dueAt, now })
  const isNew = await insertTasks(tx, [task])
  if (isNew.length === 0) return
  const { creditorId, claimId } = claim
  const data = { kind: task.kind, dueAt }
  await appendEvents(tx, [{ creditorId, claimId, type: 'task.opened', at: now, data }])
}
