// Lives at random: who the person is, what is owed, and what happens, hour by hour and month by month.
import fc from 'fast-check'
import { isMeantFor } from '../../src/domain/dunning/compile-journey.ts'
import type { HoldRecord } from '../../src/storage/case-records.ts'
import type { StepDebtor } from '../../src/use-cases/step-facts-of-claim.ts'
import { LAW } from '../domain/compliance/support-law.ts'
import { JOURNEYS } from '../domain/dunning/support-journeys.ts'
import { instants } from '../domain/dunning/support-random-cases.ts'
import type { Happening } from './simulated-happenings.ts'

export interface Life {
  readonly start: number
  readonly where: { readonly country: string; readonly party: 'b2c' | 'b2b'; readonly zone: string }
  /** By its id. */
  readonly journey: string
  readonly claims: readonly { readonly minor: number; readonly dueInDays: number }[]
  readonly person: Pick<StepDebtor, 'contact' | 'preferences' | 'closedChannels'>
  readonly isZoneKnown: boolean
  readonly chargesAgreed: boolean
  readonly hasAgent: boolean
  readonly events: readonly {
    readonly hours: number
    readonly claim: number
    readonly it: Happening
  }[]
}

/** Those that a claim may be given when it is issued. */
const FIRST = [...JOURNEYS.journeys.values()].filter(({ triggers = ['issued'] }) =>
  triggers.some((it) => it === 'issued' || it === 'due' || it === 'journey-ended'),
)

/** Every country of which the law is known, and one of which it is not. */
const PLACES = [
  ...[...LAW.profiles.values()].filter(({ country }) => country !== 'EU'),
  { country: 'PT', party: 'b2c' as const, zones: ['Europe/Lisbon'] },
]

const places = fc
  .constantFrom(...PLACES)
  .chain(({ country, party, zones }) =>
    fc.constantFrom(...zones).map((zone) => ({ country, party, zone })),
  )

const LIVES = [
  ...(['hardship', 'dispute', 'already-paid', 'promise', 'promise', 'already-paid'] as const),
  ...(['deceased', 'insolvency', 'moratorium'] as const),
] satisfies HoldRecord['reason'][]
const RESTS = ['other', 'request-of-debtor', 'assistance', 'negotiation'] as const

const hours = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 72 }) },
  { weight: 4, arbitrary: fc.integer({ min: 72, max: 24 * 25 }) },
)
const days = fc.option(fc.integer({ min: 1, max: 40 }), { freq: 3 })

const everywhere: fc.Arbitrary<StepDebtor['contact']> = fc.constant({
  email: 'ann@example.org',
  phone: '+32470123456',
  postalAddress: { lines: ['Rue 1', '1000 Brussels'], country: 'BE' },
})
const contact = fc.record(
  {
    email: fc.constant('ann@example.org'),
    phone: fc.constant('+32470123456'),
    postalAddress: fc.constant({ lines: ['Rue 1', '1000 Brussels'], country: 'BE' }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<StepDebtor['contact']>
const preferences = fc.record(
  {
    payDay: fc.integer({ min: 1, max: 31 }),
    channel: fc.constantFrom('email', 'sms', 'letter', 'agent', 'phone'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<StepDebtor['preferences']>
const closedChannels = fc.oneof(
  { weight: 4, arbitrary: fc.constant<StepDebtor['closedChannels']>([]) },
  fc.subarray(['email', 'sms', 'letter', 'phone'] as const),
) as fc.Arbitrary<StepDebtor['closedChannels']>

const make = <T extends Happening['what']>(what: T) => fc.constant(what)
const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: make('nothing') }) },
  {
    weight: 3,
    arbitrary: fc.record({ what: make('hold'), reason: fc.constantFrom(...LIVES), days }),
  },
  fc.record({ what: make('hold'), reason: fc.constantFrom(...RESTS), days }),
  { weight: 2, arbitrary: fc.record({ what: make('release') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: make('pay'),
      percent: fc.constantFrom(1, 30, 70, 100, 100, 120),
      daysAgo: fc.constantFrom(-1, 0, 1, 1, 5, 20),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: make('pay-back') }) },
  fc.record({ what: make('dispute'), percent: fc.constantFrom(10, 100) }),
  fc.record({ what: make('decide-dispute'), percent: fc.constantFrom(0, 0, 50, 100) }),
  fc.record({
    what: make('outage'),
    hours: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 30, max: 24 * 35 })),
  }),
  fc.record({ what: make('clock-back'), hours: fc.integer({ min: 1, max: 30 }) }),
  {
    weight: 2,
    arbitrary: fc.record({
      what: make('ways'),
      ways: fc.constantFrom('open', 'later', 'never', 'broken'),
    }),
  },
  fc.record({
    what: make('conversation'),
    to: fc.constantFrom('received', 'presented', 'negotiating', 'refused', 'impasse'),
    hours: fc.integer({ min: 1, max: 200 }),
  }),
  fc.record({ what: make('agent'), isThere: fc.boolean() }),
  fc.record({
    what: make('person'),
    news: fc.record({ contact, preferences, closedChannels }, { requiredKeys: [] }),
  }),
  fc.record({ what: make('bounce') }),
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ what: make('agree') }) },
    fc.record({
      what: make('end'),
      as: fc.constantFrom('cancelled', 'written-off', 'handed-over'),
    }),
  ),
) as fc.Arbitrary<Happening>

export const lives: fc.Arbitrary<Life> = places.chain((where) =>
  fc.record({
    start: instants,
    where: fc.constant(where),
    journey: fc.constantFrom(
      ...FIRST.filter((journey) => isMeantFor(journey, where)).map(({ id }) => id),
    ),
    claims: fc.array(
      fc.record({
        minor: fc.oneof(
          fc.integer({ min: 1, max: 60_000 }),
          fc.integer({ min: 1, max: 9_000_000 }),
        ),
        dueInDays: fc.integer({ min: -20, max: 30 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    person: fc.record({
      contact: fc.oneof({ weight: 3, arbitrary: everywhere }, contact),
      preferences: fc.oneof(
        { weight: 2, arbitrary: fc.constant<StepDebtor['preferences']>({}) },
        preferences,
      ),
      closedChannels,
    }),
    isZoneKnown: fc.boolean(),
    chargesAgreed: fc.boolean(),
    hasAgent: fc.nat(3).map((n) => n === 0),
    events: fc.array(fc.record({ hours, claim: fc.nat(2), it: happenings }), {
      minLength: 2,
      maxLength: 14,
    }),
  }),
)
