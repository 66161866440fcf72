// How a journey addresses people, judged by the profile: by which channels, at what hours, how often,
// and whether it keeps silent while something rests.

import { type ChannelLimits, channelUse } from '../channels/channel-use.ts'
import type { LawInForce } from '../compliance/law-in-force.ts'
import type { CapRule, ContactRule, StopKind } from '../compliance/profile.ts'
import type { ContactWindow } from './journey.ts'
import { areExclusive } from './journey-conditions.ts'
import {
  actOf,
  channelsOf,
  isContact,
  type JourneyDefinition,
  type StepDefinition,
} from './journey-definition.ts'
import { type JourneyRefusal, type JudgedJourney, refuse } from './journey-refusal.ts'
import type { PlacedStep } from './place-steps.ts'

const DAY_NAMES = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** Judges channels, hours and caps. A step is one contact, by however many channels it is said. */
export function checkContacts({ placed, law, carriers }: JudgedJourney): JourneyRefusal[] {
  const contacts = placed.filter(({ step }) => isContact(step))
  return [
    ...placed.flatMap(({ step }) => [
      ...checkTone(step, { law, carriers }),
      ...checkHours(step, law),
    ]),
    ...law.version.caps.flatMap((cap) => checkCap(cap, contacts, law)),
  ]
}

/** Judges what a journey does in the stops during which it goes on. */
export function checkStops(
  { triggers = [], speaksDuring = [] }: JourneyDefinition,
  { placed, law }: JudgedJourney,
): JourneyRefusal[] {
  const during = new Set<string>(speaksDuring)
  // A plan is no hold: its instalments are due as agreed, and only charges rest.
  if (triggers.includes('instalment')) during.add('plan')
  return [...during].flatMap((kind) => {
    const inside = placed.filter(({ step }) => step.anchor !== 'hold-end')
    return inside.flatMap(({ step }) => checkStop(step, kind, law))
  })
}

function checkTone(step: StepDefinition, limits: ChannelLimits): JourneyRefusal[] {
  const { id, tone = 'T1' } = step
  return channelsOf(step).flatMap((channel) => {
    const use = channelUse(limits, { channel, tone })
    if (use.verdict !== 'forbidden') return []
    const detail =
      use.by === 'profile'
        ? `Tone ${tone} may not go by ${channel} in this country.`
        : `Tone ${tone} is not taken by the carriers of ${channel}.`
    return [{ code: 'tone-on-channel', step: id, detail, sources: use.sources }]
  })
}

function checkHours({ id, window }: StepDefinition, law: LawInForce): JourneyRefusal[] {
  if (window === undefined) return []
  const { contact } = law.version
  const closed = window.weekdays.filter((day) => !isOpen(contact, window, day))
  if (closed.length === 0) return []
  const days = closed.map((day) => DAY_NAMES[day]).join(', ')
  const hours = contact.windows.map(({ from, to, weekdays }) => {
    return `${from} to ${to} on weekdays ${weekdays.join(', ')}`
  })
  const detail = `${window.from} to ${window.to} on ${days} is outside the hours of contact: ${hours.join('; ')}.`
  return [refuse(law, { code: 'outside-hours', step: id, sources: contact.sources }, detail)]
}

function isOpen({ windows }: ContactRule, { from, to }: ContactWindow, weekday: number): boolean {
  return windows.some((own) => {
    return own.weekdays.includes(weekday) && own.from <= from && to <= own.to
  })
}

function checkCap(cap: CapRule, all: readonly PlacedStep[], law: LawInForce): JourneyRefusal[] {
  const { channel, max, perDays, hoursApart, sources } = cap
  const contacts = all.filter(({ step }) => channel === 'any' || channelsOf(step).includes(channel))
  return contacts.flatMap(({ step, day }, index) => {
    const refusals: JourneyRefusal[] = []
    // Of two steps that exclude each other, one is left out.
    const earlier = togetherWith(step, contacts.slice(0, index))
    const first = earlier.at(-max)
    if (first !== undefined && day - first.day < perDays) {
      const detail = `It is contact ${max + 1} within ${perDays} days; at most ${max} are allowed.`
      refusals.push(refuse(law, { code: 'cap-exceeded', step: step.id, sources }, detail))
    }
    const before = earlier.at(-1)
    if (before !== undefined && (day - before.day) * 24 < hoursApart) {
      const detail = `It is less than ${hoursApart} hours after "${before.step.id}".`
      refusals.push(refuse(law, { code: 'contacts-too-close', step: step.id, sources }, detail))
    }
    return refusals
  })
}

/** Of contacts that exclude this one or each other, those that come closest to it. */
function togetherWith(step: StepDefinition, contacts: readonly PlacedStep[]): PlacedStep[] {
  const kept: PlacedStep[] = []
  for (const contact of contacts.toReversed()) {
    const { onlyIf = [] } = contact.step
    const others = [step, ...kept.map((it) => it.step)]
    if (others.every((it) => !areExclusive(onlyIf, it.onlyIf ?? []))) kept.unshift(contact)
  }
  return kept
}

const STOP_KINDS: Readonly<Record<StopKind, string>> = {
  dispute: 'a dispute',
  plan: 'a payment plan',
  mediation: 'debt mediation',
  moratorium: 'a moratorium',
  hardship: 'hardship',
  deceased: 'a death',
  insolvency: 'insolvency',
}

function checkStop(step: StepDefinition, kind: string, law: LawInForce): JourneyRefusal[] {
  if (!isStopKind(kind)) return []
  const rule = law.version.stops.find((it) => it.kind === kind)
  const at = { step: step.id, sources: rule?.sources ?? [] }
  const refusals: JourneyRefusal[] = []
  // What the profile does not know stops everything; a plan's own instalments are asked for.
  const restsContact = kind !== 'plan' && rule?.contact !== 'continues'
  if (restsContact && isContact(step)) {
    const detail = `It asks for payment during ${STOP_KINDS[kind]}, when contact rests.`
    refusals.push(refuse(law, { code: 'contact-during-stop', ...at }, detail))
  }
  if (rule?.fees !== 'continue' && actOf(step, 'charge') !== undefined) {
    const detail = `It adds a charge during ${STOP_KINDS[kind]}, when charges rest.`
    refusals.push(refuse(law, { code: 'charge-during-stop', ...at }, detail))
  }
  return refusals
}

function isStopKind(kind: string): kind is StopKind {
  return Object.hasOwn(STOP_KINDS, kind)
}
