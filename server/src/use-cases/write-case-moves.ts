// Writes what a sweep decided, for the whole batch: messages and tasks, where each case stands, how
// the ended ones ended, and the timeline. All in the caller's transaction.
import { dayInZone, instantInZone } from '@parley/sdk/protocol'
import type { StepDefinition } from '../domain/dunning/journey-definition.ts'
import { actOf, channelsOf, isContact } from '../domain/dunning/journey-definition.ts'
import { isNotice } from '../domain/dunning/place-steps.ts'
import { askedAgent, stepIdOf, stepKey } from '../domain/dunning/step-key.ts'
import { addWorkingDays } from '../domain/working-days.ts'
import { type ActionChoiceRow, insertActionChoices } from '../storage/action-choices.ts'
import type { EventData } from '../storage/column-types.ts'
import { endCases, lastReminderEvents, planCases, setDunning } from '../storage/dunning-sweep.ts'
import { appendEvents, enqueueAll, type NewEvent } from '../storage/events.ts'
import { insertMembers } from '../storage/experiments.ts'
import { type HumanMessage, insertHumanMessages } from '../storage/human-messages.ts'
import { insertTasks, type NewClaimTask } from '../storage/tasks.ts'
import type { CaseMove } from './decide-due-case.ts'
import type { Deps, Tx } from './deps.ts'
import { dunningWithoutHold } from './hold-dunning.ts'
import { newTask } from './new-task.ts'

/** Writes the moves of a batch. */
export async function writeCaseMoves(
  deps: Pick<Deps, 'ids'>,
  tx: Tx,
  moves: readonly CaseMove[],
  now: number,
): Promise<void> {
  await writeMessages(deps, tx, moves)
  await insertMembers(
    tx,
    moves.flatMap(({ chosen }) => chosen?.member ?? []),
  )
  const choices = moves.flatMap((move) => choiceOf(deps, move))
  await insertActionChoices(tx, choices)
  const newTasks = moves.flatMap((move) => tasksOf(deps, move))
  const isNew = new Set(await insertTasks(tx, newTasks))
  await planCases(
    tx,
    moves.flatMap(({ standing, due: { dunningCase } }) => {
      const { creditorId, claimId } = dunningCase
      return standing === undefined ? [] : [{ creditorId, claimId, ...standing }]
    }),
  )
  await enqueueAll(tx, 'take-default', moves.flatMap(jobOf('refund')))
  await enqueueAll(tx, 'write-off-balance', moves.flatMap(jobOf('write-off')))
  await setDunning(tx, moves.flatMap(releaseOf(now)))
  await endCases(tx, moves.flatMap(endOf))
  const tasks = newTasks.filter(({ taskId }) => isNew.has(taskId))
  const events = await newEvents(tx, moves, now)
  await appendEvents(tx, [...choices.map(choiceEvent), ...events, ...tasks.map(taskEvent)])
}

function choiceOf(
  { ids }: Pick<Deps, 'ids'>,
  { chosen }: CaseMove,
): Omit<ActionChoiceRow, 'outcome'>[] {
  const row = chosen?.choice?.row
  return row === undefined ? [] : [{ ...row, choiceId: ids.newId('ac') }]
}

function choiceEvent(row: Omit<ActionChoiceRow, 'outcome'>): NewEvent {
  const { creditorId, claimId, step, choice } = row
  const chosen = choice.weighed[choice.chosen]
  const { kind = 'wait', channel = null, at = row.plannedAt } = chosen?.action ?? {}
  return {
    ...{ creditorId, claimId, type: 'action.chosen', at: row.chosenAt },
    data: {
      ...{ step: stepIdOf(step), action: kind, channel, until: at, choiceId: row.choiceId },
      reason: choice.isTriedOut ? 'chosen-by-worth-and-chance' : 'chosen-by-worth',
      probability: (chosen?.probability ?? 1).toFixed(4),
    },
  }
}

/** Work beside the messages that a step's act asks for. */
const jobOf = (kind: 'refund' | 'write-off') => (move: CaseMove) => {
  const { advance, due } = move
  if (advance.kind !== 'take' || actOf(advance.step, kind) === undefined) return []
  const { creditorId, claimId } = due.claim
  return [{ creditorId, payload: { claimId } }]
}

async function writeMessages(
  deps: Pick<Deps, 'ids'>,
  tx: Tx,
  moves: readonly CaseMove[],
): Promise<void> {
  const messages = moves.flatMap((move) => messagesOf(deps, move))
  const isNew = new Set(await insertHumanMessages(tx, messages))
  const jobs = messages
    .filter(({ messageId, toldIn }) => isNew.has(messageId) && toldIn === null)
    .map(({ creditorId, messageId }) => ({ creditorId, payload: { messageId } }))
  await enqueueAll(tx, 'send-message', jobs)
}

function messagesOf(deps: Pick<Deps, 'ids'>, move: CaseMove): HumanMessage[] {
  const { advance } = move
  if (advance.kind === 'ask-agent') {
    const key = askedAgent(stepKey(advance.step.id, move.due.dunningCase.round))
    return [messageOf(deps, move, { step: advance.step, key, channel: 'app' })]
  }
  if (advance.kind !== 'take') return []
  const { step } = advance
  const key = stepKey(step.id, move.due.dunningCase.round)
  return advance.channels.map((channel) => messageOf(deps, move, { step, key, channel }))
}

function messageOf(
  { ids }: Pick<Deps, 'ids'>,
  { due, facts, messageId, toldIn }: CaseMove,
  { step, key, channel }: { step: StepDefinition; key: string; channel: string },
): HumanMessage {
  const { creditorId, claimId, debtorId } = due.claim
  const { journeyId, journeyVersion } = due.dunningCase
  const law = facts?.law ?? null
  return {
    creditorId,
    claimId,
    debtorId,
    messageId: messageId ?? ids.newId('hm'),
    toldIn: toldIn ?? null,
    step: key,
    channel,
    template: step.template ?? 'agent-reminder',
    journeyId,
    journeyVersion,
    isContact: isContact(step) && channel !== 'app',
    isNotice: law !== null && channel !== 'app' && isNotice(step, law.version),
    createdAt: due.now,
  }
}

/** Due at the end of the working day, when people go home. */
const END_OF_WORK = '17:00'
const REVIEW_WITHIN_DAYS = 5
const TALK_WITHIN_DAYS = 2
const PROPOSED = 'next-action'

function tasksOf(deps: Pick<Deps, 'ids'>, move: CaseMove): NewClaimTask[] {
  const { due, facts, advance } = move
  const { claim, creditor, dunningCase, now } = due
  const task = (kind: string, within: number, origin: string): NewClaimTask => {
    const today = dayInZone(now, creditor.timeZone)
    const day = addWorkingDays(today, within, facts?.law?.holidays ?? new Set())
    const dueAt = instantInZone(day, END_OF_WORK, creditor.timeZone)
    return newTask(deps, claim, { kind, origin, dueAt, now })
  }
  const origin = `${dunningCase.journeyId}/${dunningCase.round}`
  if (advance.kind === 'wait') return [task(advance.reason, REVIEW_WITHIN_DAYS, origin)]
  const acts = advance.kind === 'take' ? (advance.step.acts ?? []) : []
  const calmer = isLeftToPeople(advance) ? [task('talk-about-help', TALK_WITHIN_DAYS, origin)] : []
  const proposed = move.chosen?.choice?.proposes ?? null
  const tasks = acts.flatMap((act) => {
    if (advance.kind !== 'take') return []
    const from = `${origin}/${advance.step.id}`
    if (act.do === 'task') return [task(act.task, act.withinWorkingDays, from)]
    return act.do === 'hand-over-review' ? [task(act.do, REVIEW_WITHIN_DAYS, from)] : []
  })
  tasks.push(...calmer)
  // Once a claim: what no score may decide is put before a person.
  if (proposed !== null) tasks.push(task(proposed, REVIEW_WITHIN_DAYS, PROPOSED))
  // Nothing further is planned and nobody has been asked to look: a claim is not forgotten.
  const isForgotten = move.ended === 'exhausted' && tasks.length === 0
  return isForgotten ? [task('decide-on-claim', REVIEW_WITHIN_DAYS, origin)] : tasks
}

/** Words too firm for somebody who is fragile: a person speaks instead. */
function isLeftToPeople(advance: CaseMove['advance']): boolean {
  const why =
    advance.kind === 'skip' ? advance.reason : advance.kind === 'take' ? advance.unreachable : null
  return why === 'calmer-path'
}

function taskEvent({ creditorId, claimId, kind, dueAt, createdAt }: NewClaimTask): NewEvent {
  return { creditorId, claimId, type: 'task.opened', at: createdAt, data: { kind, dueAt } }
}

/** A hold that came to its end leaves its mark on the claim until somebody looks. */
const releaseOf = (now: number) => (move: CaseMove) => {
  const { claim } = move.due
  const holds = move.facts?.holds ?? []
  const isOver = claim.dunning === 'holding' && holds.length === 0 && claim.state === 'open'
  if (!isOver || move.facts === undefined || move.ended !== undefined) return []
  const { creditorId, claimId } = claim
  return [{ creditorId, claimId, dunning: dunningWithoutHold(claim, now) }]
}

function endOf({ due: { claim }, ended }: CaseMove) {
  const { creditorId, claimId } = claim
  return ended === undefined ? [] : [{ creditorId, claimId, dunning: ended }]
}

async function newEvents(tx: Tx, moves: readonly CaseMove[], now: number): Promise<NewEvent[]> {
  const waiting = moves.filter(({ advance }) => advance.kind === 'defer' || advance.kind === 'wait')
  const before = await lastReminderEvents(
    tx,
    waiting.map(({ due }) => due.claim),
  )
  return moves.flatMap((move) => {
    const { creditorId, claimId } = move.due.claim
    const last = before.get(claimId)
    return eventsOf(move)
      .filter((told) => last?.type !== told.type || !isSame(last.data, told.data))
      .map((told) => ({ creditorId, claimId, at: now, ...told }))
  })
}

interface Told {
  type: string
  data: EventData
}

function eventsOf(move: CaseMove): Told[] {
  const { advance, due, standing } = move
  const { journeyId, nextStep } = due.dunningCase
  const isChanged = standing !== undefined && standing.journeyId !== journeyId
  const changed = isChanged ? [changedTo(journeyId, standing.journeyId)] : []
  switch (advance.kind) {
    case 'skip':
      return [skipped(advance.step, advance.reason), ...changed]
    case 'take': {
      const { unreachable, step } = advance
      const lost = unreachable === null ? [] : [skipped(step, unreachable)]
      return [...lost, ...carriedOver(step), ...changed]
    }
    case 'defer':
    case 'wait': {
      const step = advance.kind === 'defer' ? advance.step.id : nextStep
      const { reason, until } = advance
      // A step whose day has not come is nothing that was blocked.
      if (reason === 'not-due-yet') return []
      return [{ type: 'reminder.deferred', data: { step, reason, until } }]
    }
    default:
      return changed
  }
}

function carriedOver(step: StepDefinition): Told[] {
  return actOf(step, 'carry-over') === undefined
    ? []
    : [{ type: 'balance.carried-over', data: { step: step.id } }]
}

/** Steps without words are nothing that a person would have heard. */
function skipped(step: StepDefinition, reason: string): Told {
  const type = channelsOf(step).length > 0 ? 'reminder.skipped' : 'step.skipped'
  return { type, data: { step: step.id, reason } }
}

function changedTo(from: string, to: string): Told {
  return { type: 'journey.changed', data: { from, to } }
}

function isSame(stored: Record<string, unknown>, told: EventData): boolean {
  return Object.entries(told).every(([name, value]) => stored[name] === value)
}
