// What happens to people and their claims in a simulated life, and what the server's use-cases write
// then: payments, holds, agreements, ends, news of the person.
import { addDays, dayInZone } from '@parley/sdk/protocol'
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import type { HoldRecord } from '../../src/storage/case-records.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { planCaseAgain } from '../../src/use-cases/plan-reminders-again.ts'
import type { StepDebtor } from '../../src/use-cases/step-facts-of-claim.ts'
import { DAY, HOUR } from '../domain/dunning/support-facts.ts'
import { JOURNEYS } from '../domain/dunning/support-journeys.ts'
import { DECIDE_DEPS } from './due-cases.ts'
import { planAgainUnderHolds, recompute } from './simulated-charges.ts'
import {
  close,
  type KeptClaim,
  type Person,
  sourcesOf,
  standing,
  type Ways,
} from './simulated-store.ts'

/** What may happen; percents are of what is owed. */
export type Happening =
  | { what: 'nothing' }
  | { what: 'outage'; hours: number }
  | { what: 'clock-back'; hours: number }
  | { what: 'ways'; ways: Ways }
  | { what: 'pay'; percent: number; daysAgo: number }
  | { what: 'pay-back' }
  | { what: 'dispute'; percent: number }
  | { what: 'decide-dispute'; percent: number }
  | { what: 'hold'; reason: HoldRecord['reason']; days: number | null }
  | { what: 'release' }
  | { what: 'agree' }
  | { what: 'conversation'; to: Claim['conversation']; hours: number }
  | { what: 'end'; as: 'cancelled' | 'written-off' | 'handed-over' }
  | { what: 'person'; news: Partial<StepDebtor> }
  | { what: 'agent'; isThere: boolean }
  | { what: 'bounce' }

/** Days of rest after a payment that is not the last. */
const REST_SECONDS = 2 * DAY
const GRACE_SECONDS = 3 * DAY

/** Writes what has happened to one of the claims; the clock is the caller's. */
export function happen(person: Person, kept: KeptClaim, it: Happening): void {
  switch (it.what) {
    case 'ways':
      person.ways = it.ways
      return
    case 'person':
      Object.assign(person.debtor, it.news)
      return
    case 'agent':
      meetAgent(person, it.isThere)
      return
    case 'bounce':
      bounce(kept)
      return
    case 'pay-back':
      payBack(person, kept)
      return
    case 'pay':
      pay(person, kept, it)
      return
    default:
      if (kept.claim.state === 'open') happenWhileOpen(person, kept, it)
  }
}

function happenWhileOpen(person: Person, kept: KeptClaim, it: Happening): void {
  const { claim } = kept
  const { now } = person
  switch (it.what) {
    case 'dispute':
      claim.disputed = part(outstandingOf(claim), it.percent)
      hold(person, kept, { reason: 'dispute', until: null })
      return
    case 'decide-dispute':
      decideDispute(person, kept, it.percent)
      return
    case 'hold':
      hold(person, kept, {
        reason: it.reason,
        until: it.days === null ? null : now + it.days * DAY,
      })
      return
    case 'release': {
      const [first] = standing(kept.holds, now).filter(({ reason }) => reason !== 'dispute')
      if (first !== undefined) release(person, kept, { reason: first.reason, as: 'released' })
      return
    }
    case 'agree':
      Object.assign(claim, { conversation: 'agreed', dunning: 'idle' })
      kept.planned = undefined
      return
    case 'conversation':
      if (!person.hasAgent || claim.conversation === 'agreed') return
      Object.assign(claim, { conversation: it.to, respondBy: now + it.hours * HOUR })
      planAgainUnderHolds(person, kept)
      return
    case 'end':
      close(kept, it.as)
      return
    default:
  }
}

const part = (whole: bigint, percent: number) => {
  const minor = (whole * BigInt(percent)) / 100n
  return minor > 0n ? minor : whole
}

function meetAgent(person: Person, isThere: boolean): void {
  person.hasAgent = isThere
  for (const kept of person.claims) {
    const { claim } = kept
    if (claim.state !== 'open' || claim.conversation === 'agreed') continue
    const respondBy = person.now + DAY
    Object.assign(claim, isThere ? { conversation: 'sent', respondBy } : { conversation: 'none' })
    planAgainUnderHolds(person, kept)
  }
}

/** The last mail came back. */
function bounce({ messages }: KeptClaim): void {
  const last = messages.findLast(({ state, channel }) => state === 'sent' && channel === 'email')
  if (last !== undefined) last.delivery = 'undelivered'
}

function pay(
  person: Person,
  kept: KeptClaim,
  { percent, daysAgo }: { percent: number; daysAgo: number },
): void {
  const { claim } = kept
  const owed = claim.state === 'open' ? outstandingOf(claim) : 0n
  const amount = part(owed > 0n ? owed : 1_000n, percent)
  const { now, creditor } = person
  const received = addDays(dayInZone(now, creditor.timeZone), -daysAgo)
  const { creditorId, claimId } = claim
  const booked = amount < owed ? amount : owed
  kept.payments.push({
    ...{ creditorId, claimId, paymentId: `pm_${kept.payments.length}`, transactionId: 'bt' },
    ...{ amount, allocations: [], overpaid: amount - booked, receivedOn: received },
    ...{ reversedAt: null, division: null, createdAt: now },
  })
  claim.paid += booked
  claim.overpaid += amount - booked
  if (claim.state !== 'open') return
  if (outstandingOf(claim) === 0n) {
    close(kept, 'settled')
    releaseAll(kept, now)
    return
  }
  if (kept.planned !== undefined) {
    kept.planned.nextActionAt = Math.max(kept.planned.nextActionAt, now + REST_SECONDS)
  }
  recompute(person, kept)
}

/** As ENDED_HOLDS of end-what-waited.ts. */
function releaseAll({ holds }: KeptClaim, now: number): void {
  for (const it of holds) {
    const isKept = it.reason === 'promise' || it.reason === 'already-paid'
    if (isKept && it.releasedAt === null) Object.assign(it, { releasedAt: now, releasedAs: 'paid' })
  }
}

function payBack(person: Person, kept: KeptClaim): void {
  const { claim } = kept
  const { now } = person
  const last = kept.payments.findLast(({ reversedAt }) => reversedAt === null)
  if (last === undefined || !['open', 'settled'].includes(claim.state)) return
  last.reversedAt = now
  claim.paid -= last.amount - last.overpaid
  claim.overpaid -= last.overpaid
  if (outstandingOf(claim) <= 0n) return
  claim.state = 'open'
  if (claim.conversation === 'agreed') return
  if (kept.planned !== undefined) {
    kept.planned.nextActionAt = Math.max(kept.planned.nextActionAt, now + GRACE_SECONDS)
    return
  }
  const journey = JOURNEYS.journeys.get(claim.journey ?? '')
  if (journey === undefined) throw new Error('the claim has no journey')
  const again = planCaseAgain(DECIDE_DEPS, {
    sources: sourcesOf(person, kept, []),
    journey,
    messages: kept.messages,
    rounds: kept.rounds,
  })
  kept.planned = again
  kept.rounds += 1
  claim.dunning = again === undefined ? 'exhausted' : 'active'
}

function hold(
  person: Person,
  kept: KeptClaim,
  { reason, until }: Pick<HoldRecord, 'reason' | 'until'>,
): void {
  const { now, creditor } = person
  const others = kept.holds.filter((it) => it.reason !== reason)
  const fresh = { reason, until, createdAt: now, releasedAt: null, releasedAs: null }
  kept.holds = [...others, fresh]
  if (reason === 'promise') {
    kept.promises.push(dayInZone(until ?? now + 10 * DAY, creditor.timeZone))
  }
  planAgainUnderHolds(person, kept)
}

function release(
  person: Person,
  kept: KeptClaim,
  { reason, as }: { reason: HoldRecord['reason']; as: string },
): void {
  kept.holds = kept.holds.map((it) =>
    it.reason === reason ? { ...it, releasedAt: person.now, releasedAs: as } : it,
  )
  planAgainUnderHolds(person, kept)
}

function decideDispute(person: Person, kept: KeptClaim, percent: number): void {
  const { claim } = kept
  if (!standing(kept.holds, person.now).some(({ reason }) => reason === 'dispute')) return
  const credit = percent === 0 ? 0n : part(claim.disputed, percent)
  claim.disputed = 0n
  claim.credit += credit
  if (outstandingOf(claim) <= 0n) close(kept, 'settled')
  release(person, kept, { reason: 'dispute', as: credit > 0n ? 'upheld' : 'rejected' })
}
