import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMeantFor } from '../../src/domain/dunning/compile-journey.ts'
import { stepKey } from '../../src/domain/dunning/step-key.ts'
import type { HoldRecord } from '../../src/storage/case-records.ts'
import type { DunningCase } from '../../src/storage/dunning-cases.ts'
import { type CaseMove, decideDueCase } from '../../src/use-cases/decide-due-case.ts'
import type { DueCase } from '../../src/use-cases/read-due-cases.ts'
import { DAY, HOUR, NOW } from '../domain/dunning/support-facts.ts'
import { JOURNEYS } from '../domain/dunning/support-journeys.ts'
import { asks, expectRightlyTaken } from '../domain/dunning/support-rightly-taken.ts'
import { DECIDE_DEPS, dueCase, hold } from '../support/due-cases.ts'

const REASONS = [
  ...(['deceased', 'insolvency', 'moratorium', 'hardship', 'dispute', 'already-paid'] as const),
  ...(['promise', 'other', 'request-of-debtor', 'assistance'] as const),
]

/** What happens to a claim between two looks. */
type Happening =
  | { readonly what: 'nothing' }
  | { readonly what: 'hold'; readonly reason: HoldRecord['reason']; readonly days: number | null }
  | { readonly what: 'release'; readonly as: string }
  | { readonly what: 'contact'; readonly isReachable: boolean }

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ what: 'nothing' as const }) },
  fc.record({
    what: fc.constant('hold' as const),
    reason: fc.constantFrom(...REASONS),
    days: fc.option(fc.integer({ min: 1, max: 40 }), { freq: 2 }),
  }),
  fc.record({
    what: fc.constant('release' as const),
    as: fc.constantFrom('upheld', 'rejected', 'released'),
  }),
  fc.record({ what: fc.constant('contact' as const), isReachable: fc.boolean() }),
)

const lives = fc.record({
  journey: fc.constantFrom(...JOURNEYS.journeys.values()),
  country: fc.constantFrom('BE', 'NL', 'FR', 'DE', 'US'),
  party: fc.constantFrom('b2c' as const, 'b2b' as const),
  hasAgent: fc.boolean(),
  happenings: fc.array(happenings, { minLength: 5, maxLength: 40 }),
})

describe('a claim that nobody pays, whatever happens in the meantime,', () => {
  it('is written to rightly, told nothing twice in a round, and never looked at in vain', () => {
    const count = { asking: 0, switches: 0, resumed: 0, ended: 0 }
    fc.assert(
      fc.property(lives, (life) => {
        const { journey, country, party } = life
        fc.pre(isMeantFor(journey, { country, party }))
        const currency = country === 'US' ? 'USD' : 'EUR'
        let due = dueCase({
          claim: { currency, conversation: 'timed-out', createdAt: NOW - 30 * DAY },
          debtor: { country, party, preferences: { payDay: 28 } },
          creditor: { chargesAgreed: true },
          records: { hasAgent: life.hasAgent },
          dunningCase: { journeyId: journey.id, nextStep: journey.steps[0]?.id ?? '' },
        })
        const told = new Set<string>()
        for (const happening of life.happenings) {
          due = after(due, happening)
          const next = lookUntilLater(due, told, count)
          if (next === undefined) {
            count.ended += 1
            return
          }
          due = next
        }
      }),
      { numRuns: 600 },
    )
    expect(Math.min(...Object.values(count)), JSON.stringify(count)).toBeGreaterThan(20)
  })
})

type Count = Record<'asking' | 'switches' | 'resumed' | 'ended', number>

/** More looks than this at one instant would be a sweep that turns in circles. */
const LOOKS = 40

function lookUntilLater(first: DueCase, told: Set<string>, count: Count): DueCase | undefined {
  let due = first
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const move = decideDueCase(DECIDE_DEPS, due)
    // Only charges are waited for here; another part of the sweep adds them.
    if (move === undefined) {
      due = placed(due, { ...due.dunningCase, chargedStep: due.dunningCase.nextStep })
      continue
    }
    expectTold(move, told, count)
    const { standing } = move
    if (standing === undefined) return undefined
    if (move.advance.kind === 'switch') count.switches += 1
    if (due.dunningCase.resumes !== null && standing.resumes === null) count.resumed += 1
    due = placed(due, { ...due.dunningCase, ...standing })
    if (standing.nextActionAt > due.now) return due
  }
  throw new Error(`looked at in vain on ${due.dunningCase.journeyId}`)
}

function expectTold({ advance, due, facts }: CaseMove, told: Set<string>, count: Count): void {
  const { journey, dunningCase, contacts, now } = due
  if (advance.kind !== 'take' || facts === undefined || journey === undefined) return
  const { step, channels } = advance
  expectRightlyTaken({ journey, step, channels, facts })
  for (const channel of channels) {
    const key = `${stepKey(step.id, dunningCase.round)} ${channel}`
    expect(told.has(key), `${key} of ${journey.id} is told twice`).toBe(false)
    told.add(key)
  }
  if (!asks({ step, channels })) return
  count.asking += 1
  for (const channel of channels) contacts.push({ at: now, channels: [channel] })
}

function placed(due: DueCase, dunningCase: DunningCase): DueCase {
  const { journeyId, resumes } = dunningCase
  const resumed = resumes === null ? undefined : JOURNEYS.journeys.get(resumes.journeyId)
  return { ...due, dunningCase, journey: JOURNEYS.journeys.get(journeyId), resumed }
}

/** Holds are looked at at once, as whoever sets or releases them sees to; the rest when it is due. */
function after(due: DueCase, happening: Happening): DueCase {
  const { records, dunningCase } = due
  if (happening.what === 'hold') return withHold({ ...due, now: due.now + HOUR }, happening)
  if (happening.what === 'release') {
    const now = due.now + HOUR
    const holds = records.holds.map((it) => {
      return it.releasedAt === null ? { ...it, releasedAt: now, releasedAs: happening.as } : it
    })
    return { ...due, now, records: { ...records, holds } }
  }
  const now = Math.max(due.now, dunningCase.nextActionAt)
  if (happening.what === 'nothing') return { ...due, now }
  const contact = happening.isReachable ? { email: 'anna@example.org', phone: '+3225550123' } : {}
  return { ...due, now, debtor: { ...due.debtor, contact } }
}

function withHold(due: DueCase, { reason, days }: Happening & { what: 'hold' }): DueCase {
  const { records, now } = due
  const until = days === null ? null : now + days * DAY
  const others = records.holds.filter((it) => it.reason !== reason)
  const isPromise = reason === 'promise'
  const promisedDay = isPromise
    ? new Date((until ?? now + 10 * DAY) * 1000).toISOString().slice(0, 10)
    : records.promisedDay
  return {
    ...due,
    records: {
      ...records,
      holds: [...others, hold(reason, { until, createdAt: now })],
      promisesMade: records.promisesMade + (isPromise ? 1 : 0),
      promisedDay,
    },
  }
}
