// People who owe a bill, with a truth that no policy sees: when they would pay unasked, which channel
// they notice at which hour, what they do then, and how soon they have enough of messages. What a policy
// sees of them is blurred and often missing.
import type { Channel } from '../../src/domain/compliance/profile.ts'
import type { CustomerStanding } from '../../src/domain/learning/customer-standing.ts'
import { drawNormal, type Random } from '../../src/domain/learning/seeded-random.ts'

export type Told = 'email' | 'sms' | 'letter' | 'registered-letter' | 'phone'

/** The truth about a person. */
export interface Person {
  readonly id: string
  readonly owes: number
  /** The chance of paying on a day that nobody has asked. */
  readonly paysADay: number
  readonly notices: Readonly<Record<Told, number>>
  /** On the person's clock. */
  readonly ownHour: number
  /** Once a message is noticed. */
  readonly paysOnceReached: number
  readonly promisesInstead: number
  readonly keepsPromise: number
  /** The chance of closing the channel after a message, before others made it worse. */
  readonly hasEnough: number
  readonly isFragile: boolean
  /** What a policy is told. */
  readonly seen: CustomerStanding
}

interface Temper {
  readonly share: number
  readonly paysADay: number
  readonly paysOnceReached: number
  readonly promisesInstead: number
  readonly keepsPromise: number
  readonly ability: CustomerStanding['ability']
  readonly willingness: CustomerStanding['willingness']
}

const TEMPERS: readonly Temper[] = [
  temper(0.25, 0.22, 0.9, 0, 1, 'able', 'willing'),
  temper(0.3, 0.07, 0.75, 0.05, 0.9, 'able', 'willing'),
  temper(0.2, 0.03, 0.45, 0.1, 0.6, 'able', 'unwilling'),
  temper(0.18, 0.012, 0.25, 0.35, 0.5, 'strained', 'willing'),
  temper(0.07, 0.004, 0.1, 0.15, 0.2, 'strained', 'unwilling'),
]

/** Three habits: the young look at their phone, the office at its mail, others at their letter box. */
const HABITS: readonly { share: number; hour: number; notices: Person['notices'] }[] = [
  { share: 0.45, hour: 18, notices: noticed(0.25, 0.75, 0.3) },
  { share: 0.3, hour: 10, notices: noticed(0.7, 0.45, 0.35) },
  { share: 0.25, hour: 11, notices: noticed(0.2, 0.2, 0.75) },
]

const FRAGILE = 0.06
/** How much of what is true is told of a person. */
const KNOWN = 0.5

/** Draws so many people. */
export function drawPeople(count: number, random: Random): Person[] {
  return Array.from({ length: count }, (_, index) => drawPerson(`p${index}`, random))
}

function drawPerson(id: string, random: Random): Person {
  const own = pick(TEMPERS, random)
  const habit = pick(HABITS, random)
  const isFragile = random() < FRAGILE
  const truth = {
    id,
    owes: Math.round(Math.exp(4.2 + 0.9 * drawNormal(random))),
    paysADay: blur(own.paysADay, 0.3, random),
    notices: Object.fromEntries(
      Object.entries(habit.notices).map(([channel, chance]) => [
        channel,
        blur(chance, 0.4, random),
      ]),
    ) as Person['notices'],
    ownHour: habit.hour + Math.round(drawNormal(random)),
    paysOnceReached: blur(own.paysOnceReached, 0.3, random),
    promisesInstead: own.promisesInstead,
    keepsPromise: own.keepsPromise,
    hasEnough: blur(isFragile ? 0.05 : 0.015, 0.3, random),
    isFragile,
  }
  return { ...truth, seen: seenOf(truth, own, random) }
}

function seenOf(truth: Omit<Person, 'seen'>, own: Temper, random: Random): CustomerStanding {
  const isKnown = () => random() < KNOWN
  const contactability: Partial<Record<Channel, number>> = {}
  for (const channel of ['email', 'sms', 'letter'] as const) {
    if (isKnown()) contactability[channel] = blur(truth.notices[channel], 0.6, random)
  }
  const week = 1 - (1 - truth.paysADay) ** 7
  return {
    chanceOfSelfCure: isKnown() ? blur(week, 0.6, random) : null,
    ability: isKnown() ? own.ability : 'unknown',
    willingness: isKnown() ? own.willingness : 'unknown',
    contactability,
    bestHour: isKnown() ? hourNear(truth.ownHour + 1.5 * drawNormal(random)) : null,
    fragile: truth.isFragile,
    facts: [],
  }
}

function hourNear(hour: number): number {
  return Math.min(Math.max(Math.round(hour), 0), 23)
}

const OTHER_HOUR = 0.55

/** The chance that a person notices a message. A letter waits for them. */
export function noticesAt(person: Person, channel: Told, hour: number): number {
  const isTimed = channel === 'email' || channel === 'sms' || channel === 'phone'
  const isOwn = Math.abs(hour - person.ownHour) <= 1
  return person.notices[channel] * (isTimed && !isOwn ? OTHER_HOUR : 1)
}

/** The chance that money comes within the days after a message. */
export function paysAfter(person: Person, channel: Told, hour: number, days: number): number {
  const unasked = (1 - person.paysADay) ** days
  return 1 - unasked * (1 - noticesAt(person, channel, hour) * person.paysOnceReached)
}

/** Moves a chance by a normal step of its log-odds. */
function blur(chance: number, by: number, random: Random): number {
  return 1 / (1 + ((1 - chance) / chance) * Math.exp(by * drawNormal(random)))
}

function pick<T extends { share: number }>(all: readonly T[], random: Random): T {
  let left = random()
  const found = all.find(({ share }) => {
    left -= share
    return left < 0
  })
  return found ?? (all.at(-1) as T)
}

function temper(
  ...[share, paysADay, paysOnceReached, promisesInstead, keepsPromise, ability, willingness]: [
    number,
    number,
    number,
    number,
    number,
    Temper['ability'],
    Temper['willingness'],
  ]
): Temper {
  return { share, paysADay, paysOnceReached, promisesInstead, keepsPromise, ability, willingness }
}

function noticed(email: number, sms: number, letter: number): Person['notices'] {
  return { email, sms, letter, 'registered-letter': letter, phone: 0.55 }
}
