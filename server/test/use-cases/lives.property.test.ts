// Thousands of lives through the scheduler's decisions, on a store in memory. PARLEY_LIVES says how many.

import { addDays, dayInZone } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LAW } from '../domain/compliance/support-law.ts'
import { DAY, HOUR } from '../domain/dunning/support-facts.ts'
import { journeyOf } from '../domain/dunning/support-journeys.ts'
import { dueCase } from '../support/due-cases.ts'
import {
  expectAllDone,
  expectLawfulCharges,
  expectRightlySent,
  expectRightMove,
  expectSound,
  newWitness,
  note,
  type Witness,
} from '../support/lived-rightly.ts'
import { type Life, lives } from '../support/random-lives.ts'
import { happen } from '../support/simulated-happenings.ts'
import { type KeptClaim, nextInstant, type Person } from '../support/simulated-store.ts'
import { settle } from '../support/simulated-sweep.ts'

const LIVES = Number(process.env['PARLEY_LIVES'] ?? 800)
const SEED = Number(process.env['PARLEY_LIVES_SEED'] ?? 20_261_122)
const CURRENCIES = new Map(
  [...LAW.profiles.values()].map((it) => [it.country, it.currency] as const),
)
const FOUR_MONTHS = 120 * DAY

describe('a life, whatever happens in it,', () => {
  it('sees every step once, every message rightly sent, and every cent accounted for', () => {
    const count: Record<string, number> = {}
    let lived = 0
    fc.assert(
      fc.property(lives, (life) => {
        live(life, count)
        lived += 1
      }),
      { numRuns: LIVES, seed: SEED },
    )
    process.stdout.write(`${lived} lives, 0 faults (seed ${SEED}) ${JSON.stringify(count)}\n`)
    for (const what of ['take', 'skip', 'defer', 'switch', 'ask-agent', 'charged', 'by letter']) {
      expect(count[what], what).toBeGreaterThan(20)
    }
  }, 900_000)
})

function live(life: Life, count: Record<string, number>): void {
  const person = born(life, count)
  settleAndLook(person)
  for (const { hours, claim, it: happening } of life.events) {
    liveUntil(person, person.now + hours * HOUR)
    const kept = person.claims[claim % person.claims.length]
    if (happening.what === 'outage') person.now += happening.hours * HOUR
    else if (happening.what === 'clock-back') person.now -= happening.hours * HOUR
    else if (kept !== undefined) happen(person, kept, happening)
    settleAndLook(person)
  }
  person.ways = 'open'
  liveUntil(person, person.now + FOUR_MONTHS)
  expectAllDone(person)
}

function liveUntil(person: Person, end: number): void {
  for (;;) {
    const next = nextInstant(person)
    if (next === undefined || next > end) break
    person.now = next
    settleAndLook(person)
  }
  person.now = end
  settleAndLook(person)
}

function settleAndLook(person: Person): void {
  settle(person)
  expectSound(person)
}

function born(life: Life, count: Record<string, number>): Person {
  const { country, party, zone } = life.where
  const witnesses = new Map<KeptClaim, Witness>()
  const witnessOf = (kept: KeptClaim) => {
    const known = witnesses.get(kept) ?? newWitness(count)
    witnesses.set(kept, known)
    return known
  }
  const person: Person = {
    now: life.start,
    debtor: {
      ...{ creditorId: 'cr_1', debtorId: 'de_1', party, country },
      ...{ timeZone: life.isZoneKnown ? zone : null },
      ...life.person,
    },
    creditor: { timeZone: zone, country, chargesAgreed: life.chargesAgreed },
    hasAgent: life.hasAgent,
    ways: 'open',
    claims: [],
    onMove: (kept, move) => expectRightMove(kept, move, witnessOf(kept)),
    onLeaving: (leaving) => expectRightlySent(person, leaving, witnessOf(leaving.kept)),
    onCharged: (kept, changes) => {
      const { round, journeyId, nextStep: step } = kept.planned ?? { round: 0, journeyId: '' }
      witnessOf(kept).charged.add(`${round} ${journeyId} ${step}`)
      if (changes.length > 0) note(witnessOf(kept), 'charged')
      expectLawfulCharges(person, kept, changes)
    },
  }
  person.claims = life.claims.map((it, index) => issued(person, life, { ...it, index }))
  return person
}

function issued(
  _person: Person,
  { where: { country, zone }, hasAgent, start, ...life }: Life,
  { minor, dueInDays, index }: { minor: number; dueInDays: number; index: number },
): KeptClaim {
  const journey = journeyOf(life.journey)
  const currency = CURRENCIES.get(country) ?? 'EUR'
  const claimId = `cl_${index}`
  const { claim, dunningCase } = dueCase({
    claim: {
      ...{ claimId, principal: BigInt(minor), currency },
      dueDate: addDays(dayInZone(start, zone), dueInDays),
      ...{ journey: journey.id, createdAt: start, conversation: hasAgent ? 'sent' : 'none' },
      respondBy: hasAgent ? start + DAY : start,
    },
    dunningCase: { journeyId: journey.id, journeyVersion: journey.version, triggerAt: start },
  })
  const kept: KeptClaim = {
    ...{ claim, planned: undefined, messages: [], holds: [], charges: [], payments: [] },
    ...{ promises: [], wasSought: false, rounds: 1, invoice: BigInt(minor) },
  }
  const nextId = journey.steps[0]?.id ?? ''
  const nextActionAt = claim.respondBy
  kept.planned = { ...dunningCase, claimId, nextStep: nextId, nextActionAt }
  return kept
}
