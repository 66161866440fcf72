// What the sweep does with a store in memory. Every decision is that of the server; only the writing is
// done here, as write-case-moves.ts does it.
import { isContact } from '../../src/domain/dunning/journey-definition.ts'
import { isNotice } from '../../src/domain/dunning/place-steps.ts'
import { askedAgent, stepKey } from '../../src/domain/dunning/step-key.ts'
import type { CaseMove } from '../../src/use-cases/decide-due-case.ts'
import { type BatchDeps, decideBatch } from '../../src/use-cases/take-due-dunning-steps.ts'
import { DECIDE_DEPS } from './due-cases.ts'
import { chargeBefore } from './simulated-charges.ts'
import { sendQueued } from './simulated-sending.ts'
import {
  contactsOf,
  dueCaseOf,
  type KeptClaim,
  newId,
  type Person,
  standing,
} from './simulated-store.ts'

/** More work than this at one instant would be a sweep that turns in circles. */
const MOST_WORK = 60

/** The names that a batch gives are not kept here: the store has its own. */
const BATCH_DEPS: BatchDeps = {
  ...DECIDE_DEPS,
  ids: {
    newId: (prefix) => `${prefix}_simulated`,
    randomBytes: (length) => new Uint8Array(length),
  },
}

/** Sweeps and sends until nothing is left to do at this instant. */
export function settle(person: Person): void {
  for (let work = 0; work < MOST_WORK; work += 1) {
    if (sweep(person) + sendQueued(person) === 0) return
  }
  throw new Error('the world does not come to rest')
}

function sweep(person: Person): number {
  const isDue = ({ planned }: KeptClaim) =>
    planned !== undefined && planned.nextActionAt <= person.now
  let done = 0
  for (const kept of person.claims.filter(isDue)) done += timeOut(person, kept)
  for (const kept of person.claims.filter(isDue)) done += chargeBefore(person, kept)
  const contacts = contactsOf(person, ['queued', 'sent'])
  const due = person.claims.filter(isDue).sort((a, b) => at(a) - at(b))
  const moves = due.flatMap((kept) => {
    const own = dueCaseOf(person, kept, contacts)
    const before = [...contacts]
    const [move] = own === undefined ? [] : decideBatch(BATCH_DEPS, [own])
    if (move === undefined) return []
    // What is about to leave counts for those after it, and not for itself.
    const facts = move.facts && { ...move.facts, contacts: before }
    return [{ kept, move: { ...move, facts } }]
  })
  for (const { kept, move } of moves) {
    person.onMove(kept, move)
    writeMove(kept, move)
  }
  return done + moves.length
}

const at = ({ planned }: KeptClaim) => planned?.nextActionAt ?? 0

function timeOut({ now }: Person, { claim, holds }: KeptClaim): number {
  const isWaiting = ['sent', 'received', 'presented', 'negotiating'].includes(claim.conversation)
  if (!isWaiting || claim.respondBy > now || standing(holds, now).length > 0) return 0
  if (claim.state !== 'open') return 0
  Object.assign(claim, { conversation: 'timed-out', dunning: 'active' })
  return 1
}

/** As write-case-moves.ts. */
function writeMove(kept: KeptClaim, move: CaseMove): void {
  const { advance, due, standing: next, facts } = move
  const { round, journeyId } = due.dunningCase
  if (advance.kind === 'ask-agent') {
    queue(kept, move, { key: askedAgent(stepKey(advance.step.id, round)), channel: 'app' })
  } else if (advance.kind === 'take') {
    const key = stepKey(advance.step.id, round)
    for (const channel of advance.channels) queue(kept, move, { key, channel })
  }
  const isNewRound = next !== undefined && (next.journeyId !== journeyId || next.round !== round)
  if (isNewRound) kept.rounds += 1
  const { claim } = kept
  const isReleased = claim.dunning === 'holding' && facts?.holds.length === 0
  if (isReleased && claim.state === 'open') claim.dunning = 'active'
  if (next?.journeyId === 'unreachable' && journeyId !== 'unreachable') kept.wasSought = true
  if (next === undefined) {
    kept.planned = undefined
    claim.dunning = move.ended ?? 'idle'
  } else if (kept.planned !== undefined) {
    const chargedStep = next.round === round ? kept.planned.chargedStep : null
    kept.planned = { ...kept.planned, ...next, chargedStep }
  }
}

function queue(
  kept: KeptClaim,
  { advance, due, facts }: CaseMove,
  { key, channel }: { key: string; channel: string },
): void {
  if (advance.kind !== 'take' && advance.kind !== 'ask-agent') return
  const { step } = advance
  const { journeyId, journeyVersion } = due.dunningCase
  if (kept.messages.some((it) => it.step === key && it.channel === channel)) {
    throw new Error(`${key} by ${channel} has the name of a message that was written before`)
  }
  const { creditorId, claimId, debtorId } = kept.claim
  const law = facts?.law ?? null
  kept.messages.push({
    ...{ creditorId, claimId, debtorId, messageId: newId('hm'), step: key, channel },
    ...{ template: step.template ?? '', journeyId, journeyVersion, createdAt: due.now },
    isContact: isContact(step) && channel !== 'app',
    isNotice: law !== null && channel !== 'app' && isNotice(step, law.version),
    ...{
      state: 'queued',
      sentAt: null,
      tryAt: due.now,
      notice: null,
      delivery: null,
      toldIn: null,
    },
  })
}
