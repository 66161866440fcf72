// A claim, a person and the law as a step finds them, complete, with every part to be changed.

import { instantInZone } from '@parley/sdk/protocol'
import type { LawInForce } from '../../../src/domain/compliance/law-in-force.ts'
import type { Channel } from '../../../src/domain/compliance/profile.ts'
import type { AnchorFacts } from '../../../src/domain/dunning/anchors.ts'
import type { Reach } from '../../../src/domain/dunning/choose-channels.ts'
import type { ContactPlace } from '../../../src/domain/dunning/contact-window.ts'
import type {
  JourneyDefinition,
  StepDefinition,
} from '../../../src/domain/dunning/journey-definition.ts'
import type { StepFacts } from '../../../src/domain/dunning/step-facts.ts'
import { inForce, shipped } from '../compliance/support-law.ts'

export const ZONE = 'Europe/Brussels'
export const HOUR = 3_600
export const DAY = 86_400

export function at(day: string, time: string, zone = ZONE): number {
  return instantInZone(day, time, zone)
}

/** Tuesday 10 March 2026, 10:00 in Brussels: inside every window of the shipped journeys. */
export const NOW = at('2026-03-10', '10:00')

export const BELGIUM = inForce(shipped('be-b2c'))

export const ALL_CHANNELS: ReadonlySet<Channel> = new Set<Channel>([
  ...(['email', 'sms', 'letter', 'registered-letter', 'phone', 'whatsapp', 'app'] as const),
])

/** Parts of the facts; of those that have parts of their own, some of these are enough. */
export type FactChanges = Partial<Omit<StepFacts, 'anchors' | 'reach'>> & {
  readonly anchors?: Partial<AnchorFacts>
  readonly reach?: Partial<Reach>
}

const ANCHORS: AnchorFacts = {
  respondBy: NOW - HOUR,
  dueDate: '2026-03-27',
  triggerAt: NOW - HOUR,
  anchorDay: null,
  payDay: null,
  noticeLastDay: null,
  holdEndedAt: null,
  timeZone: ZONE,
}

const REACH: Reach = {
  known: new Set<Channel>(['email']),
  closed: [],
  served: ALL_CHANNELS,
  isFragile: false,
}

/**
 * An open claim of 120 euros on a Belgian consumer with an e-mail address and no agent. The place
 * follows the zone and the law that are given, unless it is given itself.
 */
export function factsOf({ anchors, reach, ...changes }: FactChanges = {}): StepFacts {
  const law = changes.law === undefined ? BELGIUM : changes.law
  const own = { ...ANCHORS, ...anchors }
  return {
    now: NOW,
    claim: 'open',
    outstandingMinor: 12_000n,
    isCovered: false,
    paidMinor: 0n,
    conversation: 'none',
    presentedAt: null,
    issuedAt: NOW - HOUR,
    holds: [],
    stepsDone: [],
    known: {},
    contacts: [],
    place: placeIn(law, own.timeZone),
    notice: 'none',
    instalmentMinor: 0n,
    ...changes,
    law,
    anchors: own,
    reach: { ...REACH, ...reach },
  }
}

/** Where a law holds; in some zones, any of which may be the person's. */
export function placeIn(law: LawInForce | null, zone: string, ...more: string[]): ContactPlace {
  const hours = law && { rule: law.version.contact, holidays: law.holidays }
  return { zones: [zone, ...more], hours }
}

/** Belgium, where these days are holidays and no others. */
export function closedOn(...days: string[]): ContactPlace {
  return { zones: [ZONE], hours: { rule: BELGIUM.version.contact, holidays: new Set(days) } }
}

/** A country of which it is not known in which of the zones of a law the person is. */
export function anywhereUnder(law: LawInForce): ContactPlace {
  const [first = ZONE, ...others] = law.profile.zones
  return placeIn(law, first, ...others)
}

export function stepOf(journey: JourneyDefinition, id?: string): StepDefinition {
  const step = id === undefined ? journey.steps[0] : journey.steps.find((it) => it.id === id)
  if (step === undefined) throw new Error(`no step ${id} in ${journey.id}`)
  return step
}
