// The dunning sweep: takes the next step of every case that is due. Decides on facts read again in
// the same transaction, with case, claim and person locked; sends nothing itself.
import { outstandingOf } from '../domain/claim/claim.ts'
import { type ClaimHold, standingAt } from '../domain/claim/holds.ts'
import { advanceCase, type CaseAdvance } from '../domain/dunning/advance-case.ts'
import { CLOSED_DAYS } from '../domain/dunning/closed-days.ts'
import { DEFAULT_CONTACT_BUDGET } from '../domain/dunning/contact-budget.ts'
import { segmentOf } from '../domain/dunning/decide-step.ts'
import { holdsOfAll } from '../storage/claim-holds.ts'
import type { Claim } from '../storage/claims.ts'
import type { EventData } from '../storage/column-types.ts'
import { type DunningCase, lockDueCases, nextActionAt } from '../storage/dunning-cases.ts'
import {
  endCases,
  lastReminderEvents,
  lockFreeClaims,
  lockFreePeople,
  planSteps,
  type SweptPerson,
  setDunning,
  timeZonesOf,
} from '../storage/dunning-sweep.ts'
import { appendEvents, enqueueAll, type NewEvent } from '../storage/events.ts'
import {
  contactTimesOf,
  type HumanMessage,
  insertHumanMessages,
} from '../storage/human-messages.ts'
import type { Deps, Tx } from './deps.ts'
import { dunningWithoutHold } from './hold-dunning.ts'
import { timeOutSilentAgents } from './time-out-silent-agents.ts'

export type DunningDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'journeys' | 'outboxChanged'
>

const UNKNOWN_JOURNEY_WAIT_SECONDS = 86_400

/**
 * Takes the due steps of up to `limit` cases and returns how many it dealt with. Agents that let
 * their time pass are timed out first. Several processes may sweep at once: what one has locked
 * the others pass over, so every step has one effect. A case that could not be locked stays due.
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
  const taken = await deps.db.transaction().execute(async (tx) => {
    const due = await lockDue(tx, { now, limit })
    const moves = decideAll(deps, due, now)
    await writeMoves(deps, tx, moves, now)
    return moves.length
  })
  if (timedOut + taken > 0) deps.outboxChanged()
  return taken
}

/** A case with everything that its decision rests on. */
interface DueCase {
  dunningCase: DunningCase
  claim: Claim
  person: SweptPerson
  timeZone: string
  /** Holds that stand now. */
  holds: ClaimHold[]
}

interface DueCases {
  cases: DueCase[]
  /** When each person was written to; grows while the batch is decided. */
  contactTimes: Map<string, number[]>
}

const personKey = (it: { creditorId: string; debtorId: string }) =>
  `${it.creditorId} ${it.debtorId}`

async function lockDue(tx: Tx, { now, limit }: { now: number; limit: number }): Promise<DueCases> {
  const dunningCases = await lockDueCases(tx, { now, limit })
  const claims = await lockFreeClaims(tx, dunningCases)
  const people = await lockFreePeople(tx, claims)
  const zones = await timeZonesOf(
    tx,
    people.map(({ creditorId }) => creditorId),
  )
  const held = await holdsOfAll(tx, claims)
  const since = now - DEFAULT_CONTACT_BUDGET.days * 86_400
  const contacts = await contactTimesOf(tx, people, { since, states: ['queued', 'sent'] })

  const contactTimes = new Map<string, number[]>()
  for (const contact of contacts) timesOf(contactTimes, contact).push(contact.at)
  const claimById = new Map(claims.map((claim) => [claim.claimId, claim]))
  const personById = new Map(people.map((person) => [personKey(person), person]))
  const cases = dunningCases.flatMap((dunningCase) => {
    const claim = claimById.get(dunningCase.claimId)
    const person = claim && personById.get(personKey(claim))
    const timeZone = person?.timeZone ?? zones.get(dunningCase.creditorId)
    if (claim === undefined || person === undefined || timeZone === undefined) return []
    const holds = standingAt(held.get(claim.claimId) ?? [], now)
    return [{ dunningCase, claim, person, timeZone, holds }]
  })
  return { cases, contactTimes }
}

function timesOf(
  contactTimes: Map<string, number[]>,
  person: { creditorId: string; debtorId: string },
): number[] {
  const key = personKey(person)
  const known = contactTimes.get(key) ?? []
  contactTimes.set(key, known)
  return known
}

type Move = DueCase & {
  advance: CaseAdvance | { kind: 'wait'; until: number; reason: 'journey-unknown' }
}

function decideAll(deps: DunningDeps, { cases, contactTimes }: DueCases, now: number): Move[] {
  return cases.flatMap((due) => {
    if (isSilenceUnsaid(due, now)) return []
    const contacts = timesOf(contactTimes, due.person)
    const advance = decideOne(deps, due, { now, contacts })
    if (advance.kind === 'send') contacts.push(now)
    return [{ ...due, advance }]
  })
}

/** The agent's time has passed and no status has told it so: the next sweep does that first. */
function isSilenceUnsaid({ claim, holds }: DueCase, now: number): boolean {
  if (holds.length > 0) return false
  const isSilent = segmentOf({ ...claim, now }) === 'agent-silent'
  return claim.state === 'open' && isSilent && claim.conversation !== 'timed-out'
}

function decideOne(
  deps: DunningDeps,
  { dunningCase, claim, person, timeZone, holds }: DueCase,
  { now, contacts }: { now: number; contacts: readonly number[] },
): Move['advance'] {
  const journey = deps.journeys.get(dunningCase.journeyId)
  if (journey === undefined) {
    // Fails closed: an operator who puts the file back finds the case where it was.
    return { kind: 'wait', until: now + UNKNOWN_JOURNEY_WAIT_SECONDS, reason: 'journey-unknown' }
  }
  return advanceCase({
    journey,
    plannedStep: dunningCase.nextStep,
    closedDays: CLOSED_DAYS,
    facts: {
      now,
      claim: claim.state,
      outstandingMinor: outstandingOf(claim),
      paidMinor: claim.paid,
      conversation: claim.conversation,
      respondBy: claim.respondBy,
      holds,
      presentedAt: claim.presentedAt,
      stepsDone: dunningCase.stepsDone,
      emailAddress: person.email,
      contactTimes: contacts,
      timeZone,
      dueDate: claim.dueDate,
      issuedAt: claim.createdAt,
    },
  })
}

async function writeMoves(
  deps: DunningDeps,
  tx: Tx,
  moves: readonly Move[],
  now: number,
): Promise<void> {
  await writeMessages(deps, tx, moves, now)
  await planSteps(tx, moves.flatMap(planOf))
  await setDunning(tx, moves.flatMap(releaseOf(now)))
  await endCases(tx, moves.flatMap(endOf))
  await appendEvents(tx, await newEvents(tx, moves, now))
}

async function writeMessages(
  deps: DunningDeps,
  tx: Tx,
  moves: readonly Move[],
  now: number,
): Promise<void> {
  const messages: HumanMessage[] = moves.flatMap(({ advance, claim, dunningCase }) => {
    if (advance.kind !== 'send') return []
    const { id: step, channel, template } = advance.step
    const { creditorId, claimId, debtorId } = claim
    const messageId = deps.ids.newId('hm')
    const { journeyId } = dunningCase
    const ids = { creditorId, claimId, debtorId, messageId, journeyId }
    return [{ ...ids, step, channel, template, createdAt: now }]
  })
  const isNew = new Set(await insertHumanMessages(tx, messages))
  const jobs = messages
    .filter(({ messageId }) => isNew.has(messageId))
    .map(({ creditorId, messageId }) => ({ creditorId, payload: { messageId } }))
  await enqueueAll(tx, 'send-email', jobs)
}

function planOf({ advance, dunningCase }: Move) {
  const { creditorId, claimId, stepsDone, nextStep } = dunningCase
  if (advance.kind === 'end') return []
  if (advance.kind === 'defer' || advance.kind === 'wait') {
    const step = advance.kind === 'defer' ? advance.step.id : nextStep
    return [{ creditorId, claimId, stepsDone, nextStep: step, nextActionAt: advance.until }]
  }
  if (advance.after.kind !== 'planned') return []
  const { step, at } = advance.after.next
  return [
    { creditorId, claimId, stepsDone: advance.stepsDone, nextStep: step.id, nextActionAt: at },
  ]
}

/** A hold that came to its end leaves its mark on the claim until somebody looks. */
const releaseOf = (now: number) => (move: Move) => {
  const { claim, holds, advance } = move
  const isOver = claim.dunning === 'holding' && holds.length === 0 && claim.state === 'open'
  if (!isOver || advance.kind === 'end') return []
  const { creditorId, claimId } = claim
  return [{ creditorId, claimId, dunning: dunningWithoutHold(claim, now) }]
}

function endOf({ advance, claim: { creditorId, claimId } }: Move) {
  if (advance.kind === 'end') return [{ creditorId, claimId, dunning: 'exhausted' as const }]
  if (advance.kind !== 'send' && advance.kind !== 'skip') return []
  if (advance.after.kind === 'planned') return []
  const dunning = advance.after.kind === 'stopped' ? ('idle' as const) : ('exhausted' as const)
  return [{ creditorId, claimId, dunning }]
}

async function newEvents(tx: Tx, moves: readonly Move[], now: number): Promise<NewEvent[]> {
  const waiting = moves.filter(({ advance }) => advance.kind === 'defer' || advance.kind === 'wait')
  const before = await lastReminderEvents(
    tx,
    waiting.map(({ claim }) => claim),
  )
  return moves.flatMap((move) => {
    const told = eventOf(move)
    if (told === undefined) return []
    const { creditorId, claimId } = move.claim
    const last = before.get(claimId)
    const isRepetition = last?.type === told.type && isSame(last.data, told.data)
    return isRepetition ? [] : [{ creditorId, claimId, at: now, ...told }]
  })
}

function eventOf({ advance, dunningCase }: Move): { type: string; data: EventData } | undefined {
  switch (advance.kind) {
    case 'skip':
      return { type: 'reminder.skipped', data: { step: advance.step.id, reason: advance.reason } }
    case 'defer':
    case 'wait': {
      const step = advance.kind === 'defer' ? advance.step.id : dunningCase.nextStep
      const { reason, until } = advance
      return { type: 'reminder.deferred', data: { step, reason, until } }
    }
    default:
      return undefined
  }
}

function isSame(stored: Record<string, unknown>, told: EventData): boolean {
  return Object.entries(told).every(([name, value]) => stored[name] === value)
}
