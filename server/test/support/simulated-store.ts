// A store in memory with one person and their claims, and what the sweep and the senders do with it. It
// keeps rows as the tables do; every decision is that of the server.
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import { standingAt } from '../../src/domain/claim/holds.ts'
import {
  type ChargeItem,
  type ItemChange,
  postCharges,
} from '../../src/domain/compliance/charge-items.ts'
import type { Channel } from '../../src/domain/compliance/profile.ts'
import { nextChannel } from '../../src/domain/dunning/choose-channels.ts'
import { decideSending } from '../../src/domain/dunning/decide-step.ts'
import { actOf, isContact } from '../../src/domain/dunning/journey-definition.ts'
import { isNotice } from '../../src/domain/dunning/place-steps.ts'
import { askedAgent, stepIdOf, stepKey } from '../../src/domain/dunning/step-key.ts'
import type { CaseRecords, HoldRecord } from '../../src/storage/case-records.ts'
import type { Claim } from '../../src/storage/claims.ts'
import type { StoredNotice } from '../../src/storage/column-types.ts'
import type { DunningCase } from '../../src/storage/dunning-cases.ts'
import type { HumanMessage } from '../../src/storage/human-messages.ts'
import type { Payment } from '../../src/storage/payments.ts'
import { contactsFrom } from '../../src/use-cases/contacts-of-people.ts'
import type { CaseMove } from '../../src/use-cases/decide-due-case.ts'
import { planHeld } from '../../src/use-cases/hold-dunning.ts'
import { noticeOf } from '../../src/use-cases/message-input.ts'
import { changesFor, readyToCharge } from '../../src/use-cases/post-due-charges.ts'
import { quoteOn } from '../../src/use-cases/quote-claim.ts'
import type { DueCase } from '../../src/use-cases/read-due-cases.ts'
import {
  lawOfClaim,
  type StepDebtor,
  type StepSources,
  stepFactsOf,
} from '../../src/use-cases/step-facts-of-claim.ts'
import { type BatchDeps, decideBatch } from '../../src/use-cases/take-due-dunning-steps.ts'
import { DAY, HOUR } from '../domain/dunning/support-facts.ts'
import { JOURNEYS } from '../domain/dunning/support-journeys.ts'
import { DECIDE_DEPS } from './due-cases.ts'

const BATCH_DEPS: BatchDeps = {
  ...DECIDE_DEPS,
  ids: {
    newId: (prefix) => `${prefix}_simulated`,
    randomBytes: (length) => new Uint8Array(length),
  },
}

export interface KeptMessage extends HumanMessage {
  state: 'queued' | 'sent' | 'failed' | 'dropped'
  sentAt: number | null
  tryAt: number
  notice: StoredNotice | null
  delivery: string | null
}

export interface KeptClaim {
  claim: Claim
  planned: DunningCase | undefined
  messages: KeptMessage[]
  holds: HoldRecord[]
  charges: ChargeItem[]
  payments: Payment[]
  promises: string[]
  wasSought: boolean
  /** As countRounds of the store. */
  rounds: number
  /** What was billed, before anything was added. */
  invoice: bigint
}

/** What the ways to people answer at present. */
export type Ways = 'open' | 'later' | 'never'

/** A message at the instant in which it leaves, for those who check it. */
export interface Leaving {
  kept: KeptClaim
  message: KeptMessage
  at: number
}

export interface Person {
  now: number
  debtor: StepDebtor & { creditorId: string; debtorId: string }
  creditor: { timeZone: string; country: string; chargesAgreed: boolean }
  hasAgent: boolean
  ways: Ways
  claims: KeptClaim[]
  /** Called before what was decided is written. */
  onMove(kept: KeptClaim, move: CaseMove): void
  onLeaving(leaving: Leaving): void
  onCharged(kept: KeptClaim, changes: readonly ItemChange[]): void
}

const { journeys } = JOURNEYS
const RESPONSE_SECONDS = 24 * HOUR
const TRY_AGAIN_SECONDS = HOUR
const TRY_FOR_SECONDS = 3 * DAY
const MEMORY_SECONDS = 31 * DAY
/** More work than this at one instant would be a sweep that turns in circles. */
const MOST_WORK = 60

let ids = 0
const newId = (prefix: string) => `${prefix}_${String(++ids).padStart(12, '0')}`

/** Sweeps and sends until nothing is left to do at this instant. */
export function settle(person: Person): void {
  for (let work = 0; work < MOST_WORK; work += 1) {
    if (sweep(person) + sendQueued(person) === 0) return
  }
  throw new Error('the world does not come to rest')
}

/** The next instant at which something falls due. */
export function nextInstant({ claims, now }: Person): number | undefined {
  const all = claims.flatMap(({ planned, messages }) => [
    ...(planned === undefined ? [] : [planned.nextActionAt]),
    ...messages.filter(({ state }) => state === 'queued').map(({ tryAt }) => tryAt),
  ])
  const later = all.filter((at) => at > now)
  return later.length === 0 ? undefined : Math.min(...later)
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
    // Each by itself: nothing is told in the message of another claim here.
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

export function standing(holds: readonly HoldRecord[], now: number): HoldRecord[] {
  return standingAt(
    holds.filter(({ releasedAt }) => releasedAt === null),
    now,
  )
}

/** As lower-charges.ts and post-due-charges.ts: the amounts of the claim and its items go together. */
function chargeBefore(person: Person, kept: KeptClaim): number {
  const { planned } = kept
  if (planned === undefined || planned.chargedStep === planned.nextStep) return 0
  const step = journeys.get(planned.journeyId)?.steps.find(({ id }) => id === planned.nextStep)
  if (step === undefined || actOf(step, 'charge') === undefined) return 0
  const due = dueCaseOf(person, kept, contactsOf(person, ['queued', 'sent']))
  const ready = due && readyToCharge(DECIDE_DEPS, due)
  if (due === undefined || ready === undefined) return 0
  const quoted = quoteOn({ ...quotedOf(due), law: ready.law }, booksOf(kept))
  const changes = changesFor(due, ready, quoted)
  person.onCharged(kept, changes)
  writeCharges(person, kept, changes)
  if (kept.planned !== undefined) kept.planned.chargedStep = ready.step.id
  return 1
}

/** After a payment: what it was in time for is taken back. */
export function recompute(person: Person, kept: KeptClaim): void {
  if (kept.claim.charges === 0n) return
  const sources = sourcesOf(person, kept, [])
  const law = lawOfClaim(DECIDE_DEPS.laws, sources)
  if (law === null) return
  const { quote, items } = quoteOn({ ...quotedOf(sources), law }, booksOf(kept))
  const posted = new Set(items.map(({ rule, period }) => `${rule} ${period}`))
  const charges = quote.lines.filter(({ rule, period }) => posted.has(`${rule} ${period}`))
  const { changes } = postCharges(items, charges, { claimId: kept.claim.claimId, day: quote.asOf })
  let owed = kept.claim.state === 'open' ? outstandingOf(kept.claim) : 0n
  const lower = changes.filter(({ before, after }) => {
    const isWithin = after < before && before - after <= owed
    if (isWithin) owed -= before - after
    return isWithin
  })
  if (lower.length > 0) writeCharges(person, kept, lower)
}

function writeCharges(person: Person, kept: KeptClaim, changes: readonly ItemChange[]): void {
  if (changes.length === 0) return
  const { claim } = kept
  const delta = changes.reduce((sum, { before, after }) => sum + after - before, 0n)
  for (const { item } of changes) {
    const others = kept.charges.filter((it) => it.rule !== item.rule || it.period !== item.period)
    kept.charges = [...others, item]
  }
  claim.principal += delta
  claim.charges += delta
  if (outstandingOf(claim) <= 0n) {
    close(kept, 'settled')
    return
  }
  claim.revision += 1
  if (person.hasAgent && claim.conversation !== 'none') {
    Object.assign(claim, { conversation: 'sent', respondBy: person.now + RESPONSE_SECONDS })
    planAgainUnderHolds(person, kept)
  }
}

/** Ends a claim and its journey. */
export function close(kept: KeptClaim, state: Claim['state']): void {
  Object.assign(kept.claim, { state, dunning: 'idle' })
  kept.planned = undefined
}

export function planAgainUnderHolds(person: Person, kept: KeptClaim): void {
  const { claim, planned } = kept
  if (planned === undefined || claim.state !== 'open') return
  const sources = sourcesOf(person, kept, contactsOf(person, ['sent']))
  const journey = journeys.get(planned.journeyId)
  const holds = standing(kept.holds, person.now)
  const plan = planHeld(DECIDE_DEPS, { sources, holds, journey, planned })
  claim.dunning = plan.dunning
  if (plan.nextActionAt !== undefined) planned.nextActionAt = plan.nextActionAt
}

export function quotedOf({ claim, records, creditor, now }: StepSources) {
  const { chargesAgreed, timeZone } = creditor
  return { claim, records, chargesAgreed, timeZone, now }
}

export function booksOf({ charges, payments, messages }: KeptClaim) {
  const sent = messages.filter(({ isNotice: is, state }) => is && state === 'sent')
  const notices = sent.flatMap(({ messageId, notice, delivery }) => {
    const isUndelivered = delivery === 'undelivered'
    return notice === null ? [] : [{ messageId, terms: notice, isUndelivered }]
  })
  return { items: charges, payments, notices }
}

function contactsOf(
  { claims, now }: Person,
  states: readonly string[],
  except?: { claimId: string; step: string },
) {
  const sent = claims.flatMap(({ messages }) =>
    messages.flatMap((it) => {
      const when = it.sentAt ?? it.createdAt
      const isOwn = it.claimId === except?.claimId && it.step === except.step
      const counts = it.isContact && states.includes(it.state) && when > now - MEMORY_SECONDS
      return counts && !isOwn ? [{ ...it, at: when }] : []
    }),
  )
  return contactsFrom(sent)
}

export function sourcesOf(
  { debtor, creditor, now, hasAgent }: Person,
  kept: KeptClaim,
  contacts: StepSources['contacts'],
): StepSources {
  return { claim: kept.claim, debtor, creditor, records: recordsOf(kept, hasAgent), contacts, now }
}

function recordsOf(kept: KeptClaim, hasAgent: boolean): CaseRecords {
  const { messages, holds, promises, wasSought, payments } = kept
  const [notice] = messages
    .filter((it) => it.isNotice)
    .sort((a, b) => b.createdAt - a.createdAt || rankOf(b).localeCompare(rankOf(a)))
  const standingPayments = payments.filter(({ reversedAt }) => reversedAt === null)
  return {
    notice:
      notice === undefined
        ? null
        : { terms: notice.notice, state: notice.state, delivery: notice.delivery },
    holds: [...holds].sort((a, b) => a.createdAt - b.createdAt),
    promisesMade: promises.length,
    promisedDay: promises.at(-1) ?? null,
    messagesSent: messages.filter(({ state, channel }) => state === 'sent' && channel !== 'app')
      .length,
    hasAgent,
    wasSought,
    lastPaymentAt: standingPayments.at(-1)?.createdAt ?? null,
  }
}

function rankOf({ state, notice }: KeptMessage): string {
  const rank = state === 'queued' ? 2 : state === 'sent' ? 1 : 0
  return `${rank} ${notice?.announced?.lastDay ?? ''}`
}

function dueCaseOf(
  person: Person,
  kept: KeptClaim,
  contacts: DueCase['contacts'],
): DueCase | undefined {
  const { planned } = kept
  if (planned === undefined) return undefined
  const { resumes } = planned
  return {
    ...sourcesOf(person, kept, contacts),
    contacts,
    debtor: { ...person.debtor, closedChannels: [...person.debtor.closedChannels] },
    dunningCase: planned,
    journey: journeys.get(planned.journeyId),
    resumed: resumes === null ? undefined : journeys.get(resumes.journeyId),
  }
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
  if (next !== undefined && next.journeyId !== journeyId) kept.rounds += 1
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
    toldIn: null,
    ...{ state: 'queued', sentAt: null, tryAt: due.now, notice: null, delivery: null },
  })
}

function sendQueued(person: Person): number {
  let sent = 0
  for (const kept of person.claims) {
    for (const message of [...kept.messages]) {
      if (message.state !== 'queued' || message.tryAt > person.now) continue
      send(person, kept, message)
      if (message.state === 'queued' && message.tryAt <= person.now) {
        throw new Error(`${message.step} is looked at in vain`)
      }
      sent += 1
    }
  }
  return sent
}

/** As compose-human-message.ts and send-human-message.ts. */
function send(person: Person, kept: KeptClaim, message: KeptMessage): void {
  const { now } = person
  const journey = journeys.get(message.journeyId ?? '')
  const [stepId] = stepIdOf(message.step).split('/')
  const step = journey?.steps.find(({ id }) => id === stepId)
  if (journey === undefined || step === undefined) throw new Error(`no step ${message.step}`)
  const channel = message.channel as Channel
  const sources = sourcesOf(person, kept, contactsOf(person, ['sent'], message))
  const on = { stepsDone: [], triggerAt: message.createdAt, anchorDay: null }
  const facts = stepFactsOf(sources, { journey, on }, DECIDE_DEPS)
  const decision = decideSending({ journey, step, facts }, channel)
  if (decision.kind === 'skip') {
    message.state = 'dropped'
    return
  }
  if (decision.kind === 'defer') {
    message.tryAt = decision.until ?? now + DAY
    return
  }
  const hasPort = ['email', 'sms'].includes(channel)
  if (hasPort && person.ways === 'later' && now < message.createdAt + TRY_FOR_SECONDS) {
    message.tryAt = now + TRY_AGAIN_SECONDS
    return
  }
  if (hasPort && person.ways !== 'open') {
    fail(kept, message, { step, facts, now })
    return
  }
  if (message.isNotice && facts.law !== null) {
    const { law } = facts
    const quoted = quoteOn({ ...quotedOf(sources), law }, booksOf(kept))
    const { messageId } = message
    message.notice = noticeOf(kept.claim, { step, law, channel, messageId }, quoted).stored
  }
  person.onLeaving({ kept, message, at: now })
  Object.assign(message, { state: 'sent', sentAt: now, delivery: 'accepted' })
}

function fail(
  kept: KeptClaim,
  message: KeptMessage,
  {
    step,
    facts,
    now,
  }: {
    step: Parameters<typeof nextChannel>[0]
    facts: ReturnType<typeof stepFactsOf>
    now: number
  },
): void {
  message.state = 'failed'
  const tried = kept.messages.filter((it) => it.step === message.step).map((it) => it.channel)
  const channel = nextChannel(step, tried as Channel[], facts)
  if (channel === null) return
  const fresh = { messageId: newId('hm'), channel, createdAt: now, tryAt: now }
  kept.messages.push({ ...message, ...fresh, state: 'queued' })
}
