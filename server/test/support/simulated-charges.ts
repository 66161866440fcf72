// How interest and fees come to the claims of a simulated life, as post-due-charges.ts, write-charges.ts
// and lower-charges.ts write them.
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import { type ItemChange, postCharges } from '../../src/domain/compliance/charge-items.ts'
import { actOf } from '../../src/domain/dunning/journey-definition.ts'
import { planHeld } from '../../src/use-cases/hold-dunning.ts'
import { changesFor, readyToCharge } from '../../src/use-cases/post-due-charges.ts'
import { quoteOn } from '../../src/use-cases/quote-claim.ts'
import { lawOfClaim } from '../../src/use-cases/step-facts-of-claim.ts'
import { HOUR } from '../domain/dunning/support-facts.ts'
import { JOURNEYS } from '../domain/dunning/support-journeys.ts'
import { DECIDE_DEPS } from './due-cases.ts'
import {
  booksOf,
  close,
  contactsOf,
  dueCaseOf,
  type KeptClaim,
  type Person,
  quotedOf,
  sourcesOf,
  standing,
} from './simulated-store.ts'

const { journeys } = JOURNEYS
const RESPONSE_SECONDS = 24 * HOUR

/** As lower-charges.ts and post-due-charges.ts: the amounts of the claim and its items go together. */
export function chargeBefore(person: Person, kept: KeptClaim): number {
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
