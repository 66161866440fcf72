// Journeys, facts and instants at random, as wild as the language of journeys and the store allow.
// Windows alone are tame: those that no profile allows are refused before a journey runs.

import { addDays } from '@parley/sdk/protocol'
import fc from 'fast-check'
import type { LawInForce } from '../../../src/domain/compliance/law-in-force.ts'
import type { CapRule, Channel } from '../../../src/domain/compliance/profile.ts'
import type { Contact } from '../../../src/domain/dunning/contact-budget.ts'
import type { Hold, HoldReason } from '../../../src/domain/dunning/journey.ts'
import type {
  Act,
  Anchor,
  JourneyDefinition,
  StepDefinition,
} from '../../../src/domain/dunning/journey-definition.ts'
import type { StepFacts } from '../../../src/domain/dunning/step-facts.ts'
import { askedAgent } from '../../../src/domain/dunning/step-key.ts'
import { inForce, LAW, shipped } from '../compliance/support-law.ts'
import { ALL_CHANNELS, anywhereUnder, DAY, factsOf, HOUR, placeIn, ZONE } from './support-facts.ts'

const LAWS = [...LAW.profiles.keys()].map((id) => inForce(shipped(id)))
const CHANNELS = [...ALL_CHANNELS]
const LIVES = [
  ...(['deceased', 'insolvency', 'moratorium', 'hardship', 'dispute', 'already-paid'] as const),
  'promise' as const,
]
const REASONS: readonly HoldReason[] = [...LIVES, 'pause', 'negotiation', 'assistance', 'other']
const ANCHORS: readonly Anchor[] = [
  ...(['respond-by', 'legal-term', 'trigger', 'previous-step', 'notice-term-end'] as const),
  ...(['pay-day', 'promise-day', 'instalment-day', 'hold-end'] as const),
]

/** True once in `times`. */
const rarely = (times: number) => fc.nat(times - 1).map((n) => n === 0)

/** The first of these most of the time. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return rarely(5).chain((isOther) => (isOther ? fc.constantFrom(...others) : fc.constant(usual)))
}

const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`

const windows = fc
  .tuple(
    fc.integer({ min: 8, max: 19 }),
    fc.integer({ min: 1, max: 12 }),
    fc.subarray([1, 2, 3, 4, 5, 6], { minLength: 1 }),
  )
  .map(([from, length, weekdays]) => ({
    from: clock(from),
    to: clock(Math.min(from + length, 20)),
    weekdays,
  }))

const acts: fc.Arbitrary<Act> = fc.constantFrom<Act[]>(
  { do: 'task', task: 'look', withinWorkingDays: 2 },
  { do: 'bot', message: 'reminder', waitHours: 24 },
  { do: 'bot', message: 'request', waitHours: 24 },
  { do: 'notice', termDays: 14 },
  { do: 'charge', rule: 'interest' },
  { do: 'stop-charges' },
)

const words = fc.record({
  channels: fc.subarray(CHANNELS, { minLength: 1, maxLength: 4 }),
  tone: fc.constantFrom('T1', 'T1', 'T1', 'T2', 'T2', 'T3', 'T4', 'T5'),
  template: fc.constant('any-t1'),
  window: windows,
  reach: fc.constantFrom('first', 'all'),
  purpose: fc.constantFrom('payment', 'payment', 'payment', 'service'),
} as const)

const steps: fc.Arbitrary<Omit<StepDefinition, 'id'>> = fc
  .tuple(
    fc.record({
      anchor: fc.constantFrom(...ANCHORS),
      offsetDays: fc.integer({ min: -15, max: 20 }),
      daysAfterPrevious: fc.integer({ min: 0, max: 10 }),
    }),
    fc.option(words, { freq: 5 }),
    fc.array(acts, { maxLength: 2 }),
    rarely(5),
  )
  .map(([place, said, own, isConditional]) => ({
    ...place,
    ...(said ?? {}),
    ...(own.length > 0 || said === null ? { acts: own } : {}),
    ...(isConditional ? { onlyIf: [{ fact: 'has-agent', op: 'is', value: true }] } : {}),
  }))

/** Journeys of up to five steps; some of a life, all of which speak during their own hold. */
export const journeys: fc.Arbitrary<JourneyDefinition> = fc
  .record({
    steps: fc.array(steps, { minLength: 1, maxLength: 5 }),
    life: fc.option(fc.constantFrom(...LIVES), { freq: 1 }),
    segments: fc.subarray(['no-agent', 'agent-silent', 'agent-refused', 'impasse'] as const, {
      minLength: 2,
    }),
    stops: fc.subarray(['agreed', 'partly-paid', 'handed-over', 'written-off'] as const),
  })
  .map(({ life, stops, segments, ...own }) => ({
    id: 'random',
    version: 1,
    title: 'Random',
    segments,
    steps: own.steps.map((step, index) => ({ ...step, id: `s${index}` })),
    stopWhen: ['settled', 'cancelled', ...stops],
    ...(life === null ? {} : { triggers: [life], speaksDuring: [life] }),
  }))

/** Nights on which clocks change, leap days, the turn of a year, Easter, and any other instant. */
export const instants: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 1_767_225_600, max: 1_900_000_000 }),
  fc
    .tuple(
      fc.constantFrom(
        ...['2026-03-08', '2026-03-29', '2026-10-25', '2026-11-01', '2028-02-29'],
        ...['2027-12-31', '2028-04-14', '2029-03-01'],
      ),
      fc.integer({ min: -DAY, max: 2 * DAY }),
    )
    .map(([day, seconds]) => Date.parse(`${day}T00:00:00Z`) / 1000 + seconds),
)

const around = (now: number, days: number) =>
  fc.integer({ min: now - days * DAY, max: now + days * DAY })

function holdsAt(now: number): fc.Arbitrary<Hold[]> {
  const hold = fc.record({
    reason: fc.constantFrom(...REASONS),
    until: fc.option(fc.integer({ min: now - DAY, max: now + 60 * DAY }), { freq: 4 }),
  })
  return fc.oneof(fc.constant<Hold[]>([]), fc.array(hold, { maxLength: 3 }))
}

/** Whom a person heard from; also a little ahead, as a clock that went back leaves it. */
function contactsAt(now: number): fc.Arbitrary<Contact[]> {
  const contact = fc.record({
    at: fc.integer({ min: now - 31 * DAY, max: now + 6 * HOUR }),
    channels: fc.subarray([...CHANNELS], { minLength: 1, maxLength: 2 }),
  })
  return fc.oneof(fc.constant<Contact[]>([]), fc.array(contact, { maxLength: 4 }))
}

/** Caps beside those that are shipped, which are no stricter than the budget of the house. */
const caps: fc.Arbitrary<CapRule> = fc.record({
  channel: fc.constantFrom('any', 'phone', 'letter', 'email'),
  max: fc.integer({ min: 1, max: 2 }),
  perDays: fc.integer({ min: 1, max: 20 }),
  hoursApart: fc.constantFrom(0, 24, 96),
  afterConversation: rarely(4),
  sources: fc.constant([]),
})

const laws = fc.record({ law: fc.constantFrom(...LAWS), more: fc.array(caps, { maxLength: 2 }) })

/** Where a person lives: under a law or none, in a zone that is known or in any of the country. */
const places = fc
  .record({ shipped: fc.option(laws, { freq: 9 }), isKnown: fc.boolean() })
  .map(({ shipped: own, isKnown }) => {
    const law = own && withCaps(own.law, own.more)
    const timeZone = law?.profile.zones[0] ?? ZONE
    const place = law === null || isKnown ? placeIn(law, timeZone) : anywhereUnder(law)
    return { law, timeZone, place }
  })

function withCaps(law: LawInForce, more: readonly CapRule[]): LawInForce {
  return { ...law, version: { ...law.version, caps: [...law.version.caps, ...more] } }
}

const addresses = fc.record({
  known: fc.subarray(CHANNELS, { minLength: 4 }).map((own): ReadonlySet<Channel> => new Set(own)),
  closed: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.subarray(['email', 'sms', 'letter', 'phone'] as const, { maxLength: 2 }),
    },
  ),
  served: fc.constant(ALL_CHANNELS),
})

/** What is known at an instant; `taken` are the steps that may have been taken before. */
export function factsAt(now: number, taken: readonly string[] = []): fc.Arbitrary<StepFacts> {
  const days = fc.integer({ min: -40, max: 30 }).map((n) => {
    return addDays(new Date(now * 1000).toISOString().slice(0, 10), n)
  })
  const anchors = fc.record({
    respondBy: around(now, 10),
    dueDate: days,
    triggerAt: fc.integer({ min: now - 30 * DAY, max: now }),
    anchorDay: fc.option(days),
    payDay: fc.option(fc.integer({ min: 1, max: 31 })),
    noticeLastDay: fc.option(days),
    holdEndedAt: fc.option(fc.integer({ min: now - 10 * DAY, max: now }), { freq: 1 }),
  })
  const state = fc.record({
    claim: mostly('open' as const, 'settled' as const, 'handed-over' as const),
    outstandingMinor: mostly(12_000n, 1n, 0n),
    isCovered: mostly(false, true),
    paidMinor: mostly(0n, 500n),
    conversation: fc.constantFrom(
      ...(['none', 'none', 'timed-out', 'refused', 'impasse', 'negotiating', 'sent'] as const),
      'agreed',
    ),
    presentedAt: fc.option(fc.integer({ min: now - 5 * DAY, max: now }), { freq: 1 }),
    issuedAt: fc.integer({ min: now - 40 * DAY, max: now + HOUR }),
    notice: fc.constantFrom('none', 'under-way', 'sent', 'undelivered'),
    known: fc.constantFrom({}, { 'has-agent': true }, { 'has-agent': false }),
  } as const)
  const done = fc.array(
    fc.record({
      stepId: fc.constantFrom('s0', ...taken, ...taken.map(askedAgent)),
      at: fc.integer({ min: now - 20 * DAY, max: now + HOUR }),
    }),
    { maxLength: taken.length === 0 ? 0 : 1 },
  )
  return fc
    .record({
      anchors,
      state,
      done,
      where: places,
      holds: holdsAt(now),
      contacts: contactsAt(now),
      reach: addresses,
    })
    .map(({ where, done: stepsDone, state: own, anchors: from, ...rest }) =>
      factsOf({
        ...own,
        ...rest,
        now,
        stepsDone,
        law: where.law,
        place: where.place,
        anchors: { ...from, timeZone: where.timeZone },
      }),
    )
}
