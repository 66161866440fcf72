// What must be so whenever a step is taken, stated from the rules and not from the code that decides.

import { instantInZone } from '@parley/sdk/protocol'
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

/** Faster than to expect, for what is looked at a hundred thousand times. */
export function must(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what)
}

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
  const met = new Set<string>([facts.claim, facts.conversation])
  if (facts.paidMinor > 0n) met.add('partly-paid')
  for (const stop of stopWhen) must(!met.has(stop), `taken although ${stop}`)
}

function expectNoHold(taken: Taken): void {
  const { journey, facts } = taken
  const { speaksDuring = [], triggers = [] } = journey
  const active = facts.holds.filter(({ until }) => until === null || until > facts.now)
  const own = Math.min(...triggers.map((it) => WEIGHTS.indexOf(it as HoldReason)))
  for (const { reason } of active) {
    const isLighter = triggers.length > 0 && WEIGHTS.indexOf(reason) > own
    const isAllowed = speaksDuring.includes(reason) || (!asks(taken) && isLighter)
    must(isAllowed, `taken during ${reason}`)
  }
}

function expectReached({ step, channels, facts }: Taken): void {
  const { known, closed, served } = facts.reach
  const closes: Partial<Record<Channel, string>> = {
    ...{ email: 'email', sms: 'sms', whatsapp: 'sms', letter: 'letter' },
    ...{ 'registered-letter': 'letter', phone: 'phone' },
  }
  must(step.reach === 'all' || channels.length === 1, 'one channel is enough')
  for (const channel of channels) {
    must((step.channels ?? [step.channel]).includes(channel), `${channel} is none of the step's`)
    must(known.has(channel) && served.has(channel), `${channel} leads nowhere`)
    must(!closed.some((it) => it === closes[channel]), `${channel} is closed`)
    const { tone = 'T1' } = step
    const use = facts.law?.version.channels.find((rule) => rule.channel === channel)?.use ?? 'never'
    const isFit = use === 'any' || (use === 'courteous' && tone <= 'T2')
    must(facts.law === null ? tone <= 'T3' : isFit, `${tone} by ${channel}`)
  }
}

function expectHours({ step: { window }, facts }: Taken): void {
  const { now, law, place } = facts
  if (window === undefined) throw new Error('a message has its hours')
  must(law === null || isLawfulHour(now, law, place.zones), 'at an hour of no law')
  const inside = place.zones.filter((zone) => isInWindow(now, window, zone))
  const isShared = hasSharedHours(wall(now, place.zones[0]).day, window, place.zones)
  must(inside.length >= (isShared ? place.zones.length : 1), 'outside the hours of the step')
}

function hasSharedHours(day: string, { from, to }: ContactWindow, zones: readonly string[]) {
  const begins = zones.map((zone) => instantInZone(day, from, zone))
  const ends = zones.map((zone) => instantInZone(day, to, zone))
  return Math.max(...begins) < Math.min(...ends)
}

function expectSituation({ journey, step, facts }: Taken): void {
  const { now, conversation, anchors, law } = facts
  must(facts.outstandingMinor > 0n, 'nothing is owed')
  must(!facts.isCovered, 'a credit covers it')
  const isWithAgent = ['sent', 'received', 'presented', 'negotiating'].includes(conversation)
  must(!isWithAgent || anchors.respondBy <= now, 'the agent has its time')
  const situations = {
    ...{ none: 'no-agent', refused: 'agent-refused', impasse: 'impasse' },
    ...{ agreed: 'agreed' },
  } as const
  const situation = situations[conversation as keyof typeof situations] ?? 'agent-silent'
  must(
    journey.segments.some((own) => own === situation),
    `not for ${situation}`,
  )
  const isFormal = step.acts?.some((act) => act.do === 'notice' || act.do === 'charge') ?? false
  must(!isFormal || law !== null, 'formal without a law')
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
  must(recent.length < max, `more than ${max} in ${perDays} days`)
  const isFar = contacts.every(({ at }) => now - at >= hoursApart * HOUR)
  must(isFar, `not ${hoursApart} hours apart`)
}
