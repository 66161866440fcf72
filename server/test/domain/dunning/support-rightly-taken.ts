// What must be so whenever a step is taken, stated from the rules and not from the code that decides.

import { instantInZone } from '@parley/sdk/protocol'
import { expect } from 'vitest'
import type { CapRule, Channel } from '../../../src/domain/compliance/profile.ts'
import type { Contact } from '../../../src/domain/dunning/contact-budget.ts'
import type { ContactWindow, HoldReason } from '../../../src/domain/dunning/journey.ts'
import type {
  JourneyDefinition,
  StepDefinition,
} from '../../../src/domain/dunning/journey-definition.ts'
import type { StepFacts } from '../../../src/domain/dunning/step-facts.ts'
import { isInWindow, isLawfulHour, wall } from './support-clocks.ts'
import { DAY, HOUR } from './support-facts.ts'

const WEIGHTS: readonly HoldReason[] = [
  ...(['deceased', 'insolvency', 'moratorium', 'hardship', 'dispute', 'already-paid'] as const),
  'promise',
]

interface Taken {
  readonly journey: JourneyDefinition
  readonly step: StepDefinition
  readonly channels: readonly Channel[]
  readonly facts: StepFacts
}

/** Whether a step asks a person for money. */
export function asks({ step, channels }: Pick<Taken, 'step' | 'channels'>): boolean {
  return channels.length > 0 && step.purpose !== 'service'
}

/** Fails where a step was taken that the claim, the person or the law speaks against. */
export function expectRightlyTaken(taken: Taken): void {
  expectClaimOpen(taken)
  expectNoHold(taken)
  if (taken.channels.length === 0) return
  expectReached(taken)
  expectHours(taken)
  if (!asks(taken)) return
  expectSituation(taken)
  expectCaps(taken)
}

function expectClaimOpen({ journey, facts }: Taken): void {
  const { stopWhen } = journey
  expect(stopWhen).not.toContain(facts.claim)
  if (facts.conversation === 'agreed') expect(stopWhen).not.toContain('agreed')
  if (facts.paidMinor > 0n) expect(stopWhen).not.toContain('partly-paid')
}

function expectNoHold(taken: Taken): void {
  const { journey, facts } = taken
  const { speaksDuring = [], triggers = [] } = journey
  const active = facts.holds.filter(({ until }) => until === null || until > facts.now)
  const own = Math.min(...triggers.map((it) => WEIGHTS.indexOf(it as HoldReason)))
  for (const { reason } of active) {
    const isLighter = triggers.length > 0 && WEIGHTS.indexOf(reason) > own
    const isAllowed = speaksDuring.includes(reason) || (!asks(taken) && isLighter)
    expect(isAllowed, `taken during ${reason}`).toBe(true)
  }
}

function expectReached({ step, channels, facts }: Taken): void {
  const { known, closed, served } = facts.reach
  const closes: Partial<Record<Channel, string>> = {
    ...{ email: 'email', sms: 'sms', whatsapp: 'sms', letter: 'letter' },
    ...{ 'registered-letter': 'letter', phone: 'phone' },
  }
  if (step.reach !== 'all') expect(channels).toHaveLength(1)
  for (const channel of channels) {
    expect(step.channels ?? [step.channel]).toContain(channel)
    expect(known.has(channel) && served.has(channel)).toBe(true)
    expect(closed).not.toContain(closes[channel])
    const { tone = 'T1' } = step
    const use = facts.law?.version.channels.find((rule) => rule.channel === channel)?.use ?? 'never'
    if (facts.law === null) expect(tone <= 'T3').toBe(true)
    else expect(use === 'any' || (use === 'courteous' && tone <= 'T2')).toBe(true)
  }
}

function expectHours({ step: { window }, facts }: Taken): void {
  const { now, law, place } = facts
  if (window === undefined) throw new Error('a message has its hours')
  if (law !== null) expect(isLawfulHour(now, law, place.zones)).toBe(true)
  const inside = place.zones.filter((zone) => isInWindow(now, window, zone))
  const isShared = hasSharedHours(wall(now, place.zones[0]).day, window, place.zones)
  expect(inside.length).toBeGreaterThanOrEqual(isShared ? place.zones.length : 1)
}

function hasSharedHours(day: string, { from, to }: ContactWindow, zones: readonly string[]) {
  const begins = zones.map((zone) => instantInZone(day, from, zone))
  const ends = zones.map((zone) => instantInZone(day, to, zone))
  return Math.max(...begins) < Math.min(...ends)
}

function expectSituation({ journey, step, facts }: Taken): void {
  const { now, conversation, anchors, law } = facts
  expect(facts.outstandingMinor > 0n).toBe(true)
  const isWithAgent = ['sent', 'received', 'presented', 'negotiating'].includes(conversation)
  if (isWithAgent) expect(anchors.respondBy).toBeLessThanOrEqual(now)
  const situations = {
    ...{ none: 'no-agent', refused: 'agent-refused', impasse: 'impasse' },
    ...{ agreed: 'agreed' },
  } as const
  const situation = situations[conversation as keyof typeof situations] ?? 'agent-silent'
  expect(journey.segments).toContain(situation)
  const isFormal = step.acts?.some((act) => act.do === 'notice' || act.do === 'charge') ?? false
  expect(isFormal && law === null).toBe(false)
}

function expectCaps({ channels, facts }: Taken): void {
  const { now, contacts, law } = facts
  expectCap(now, contacts, { max: 2, perDays: 7, hoursApart: 48 })
  for (const cap of law?.version.caps ?? []) {
    const isBound = cap.channel === 'any' || channels.includes(cap.channel)
    const silence = cap.afterConversation ? cap.perDays * 24 : 0
    const { channel } = cap
    const counted = contacts.filter((it) => channel === 'any' || it.channels.includes(channel))
    if (!isBound) continue
    expectCap(now, counted, { ...cap, hoursApart: Math.max(cap.hoursApart, silence) })
  }
}

function expectCap(
  now: number,
  contacts: readonly Contact[],
  { max, perDays, hoursApart }: Pick<CapRule, 'max' | 'perDays' | 'hoursApart'>,
): void {
  const recent = contacts.filter(({ at }) => at > now - perDays * DAY)
  expect(recent.length).toBeLessThan(max)
  for (const { at } of contacts) expect(now - at).toBeGreaterThanOrEqual(hoursApart * HOUR)
}
