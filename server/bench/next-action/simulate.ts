// Lets people live under a journey, taken as it is or with its choices made by a policy. All people of
// a creditor live beside each other, so that a policy learns from one before it chooses for the next.
import { addDays, dayInZone, instantInZone } from '@parley/sdk/protocol'
import type { LawInForce } from '../../src/domain/compliance/law-in-force.ts'
import type { Channel } from '../../src/domain/compliance/profile.ts'
import { chooseChannels } from '../../src/domain/dunning/choose-channels.ts'
import { earliestUnderCaps } from '../../src/domain/dunning/contact-budget.ts'
import {
  actOf,
  isContact,
  type JourneyDefinition,
  type StepDefinition,
} from '../../src/domain/dunning/journey-definition.ts'
import { openFrom } from '../../src/domain/dunning/next-step.ts'
import { placeSteps } from '../../src/domain/dunning/place-steps.ts'
import type { StepFacts } from '../../src/domain/dunning/step-facts.ts'
import { drawNormal, type Random, seededRandom } from '../../src/domain/learning/seeded-random.ts'
import { annoyanceOf, costOfChannel, worthOf } from '../../src/domain/next-action/action-values.ts'
import { type ArmRecord, chanceWithin } from '../../src/domain/next-action/beliefs.ts'
import {
  type CandidateAction,
  candidateActions,
} from '../../src/domain/next-action/candidate-actions.ts'
import {
  type ActionCatalog,
  type ActionChoice,
  chooseAction,
  type WeighedAction,
} from '../../src/domain/next-action/choose-action.ts'
import { drawPeople, noticesAt, type Person, paysAfter, type Told } from './world.ts'

/** Who makes the choices. */
export type Chooser = 'journey' | 'learning' | 'not-learning' | 'by-chance' | 'knows-the-truth'

export interface LifeOptions {
  readonly journey: JourneyDefinition
  readonly law: LawInForce
  readonly catalog: ActionCatalog
  readonly chooser: Chooser
  readonly people: number
  readonly seed: number
}

/** What came of a creditor's year. */
export interface Year {
  readonly people: number
  readonly owed: number
  readonly recovered: number
  readonly contacts: number
  readonly fees: number
  readonly promisesBroken: number
  readonly optOuts: number
  readonly cost: number
  readonly annoyance: number
  /** What the best action was truly worth more than the one that was chosen, by choice. */
  readonly regrets: readonly number[]
}

const ZONE = 'Europe/Brussels'
const FIRST_DUE = '2026-03-02'
const DAY = 86_400
const PEOPLE_A_DAY = 10
/** A bill is followed so many days after its due day. */
const FOLLOWED_DAYS = 75
/** A notice that costs adds so much in the simulated country. */
const FEE = 15

interface Life {
  readonly person: Person
  readonly random: Random
  readonly dueDay: string
  readonly contacts: { at: number; channels: Channel[] }[]
  readonly closed: ('email' | 'sms' | 'letter' | 'phone')[]
  paidAt: number
  step: number
  waits: number
  planned: { at: number; channel: Channel | null } | null
}

interface Sums {
  contacts: number
  fees: number
  promisesBroken: number
  optOuts: number
  cost: number
  annoyance: number
}

/** Lives through everything once. The same seed gives the same people, whoever chooses. */
export function liveThrough(options: LifeOptions): Year {
  const { journey, law, people, seed } = options
  const steps = placeSteps(journey.steps, law.version)
  const queue = new Queue()
  const evidence = new Map<string, Map<string, ArmRecord>>()
  const regrets: number[] = []
  const sums = { contacts: 0, fees: 0, promisesBroken: 0, optOuts: 0, cost: 0, annoyance: 0 }
  const lives = drawPeople(people, seededRandom(seed)).map((person, index) => {
    return lifeOf(person, index, seed)
  })
  const chance = seededRandom(seed + 77_777)
  const dayOf = (index: number) => steps[index]?.afterDue ?? steps[index]?.day ?? FOLLOWED_DAYS
  const plan = (life: Life, notBefore: number) => {
    const placed = steps[life.step]
    if (placed === undefined) return
    const due = instantInZone(addDays(life.dueDay, dayOf(life.step)), '10:00', ZONE)
    const at = openFrom(Math.max(due, notBefore), placed.step, placeOf(law))
    if (at < endOf(life)) queue.add(at, () => take(life, placed.step, at))
  }
  const take = (life: Life, step: StepDefinition, now: number): void => {
    if (life.paidAt <= now) return
    const facts = factsOf(life, now, law)
    const free = earliestUnderCaps(now, life.contacts, { channels: [], caps: law.version.caps })
    if (isContact(step) && free > now) {
      plan(life, free)
      return
    }
    const kept = life.planned
    life.planned = null
    const channels = chooseChannels(step, facts.reach, law)
    if (channels.kind === 'channels' && isContact(step)) {
      const channel = kept?.channel ?? decide(life, step, facts, channels.channels)
      if (channel === 'later') return
      if (channel !== null) speak(life, channel, now)
    }
    if (step.acts?.some((act) => act.do === 'task' || act.do === 'hand-over-review')) {
      sums.cost += Number(options.catalog.values.costs.get('task') ?? 0n) / 10_000
    }
    if (actOf(step, 'charge') !== undefined) sums.fees += FEE
    life.step += 1
    life.waits = 0
    plan(life, now + DAY)
  }
  const decide = (
    life: Life,
    step: StepDefinition,
    facts: StepFacts,
    channels: readonly Channel[],
  ): Channel | null | 'later' => {
    const { values } = options.catalog
    const question = { journey, step, facts }
    const { seen: standing } = life.person
    const candidates = candidateActions({ question, channels, standing, waits: life.waits, values })
    const stakes = { outstanding: life.person.owes, recentContacts: life.contacts.length }
    const { now } = facts
    const choice = chooseAction({
      ...options.catalog,
      ...{ candidates, standing, stakes, now, random: chance },
      evidence: options.chooser === 'learning' ? evidence : new Map(),
    })
    const truths = trueValues(life, choice, options, now)
    const index = chosenBy(options.chooser, choice, truths, chance)
    const chosen = choice.weighed[index]
    if (chosen === undefined) throw new Error('nothing was chosen')
    if (candidates.fixed === null) regrets.push(Math.max(...truths) - (truths[index] ?? 0))
    if (choice.weighed.length > 1) learnLater(life, choice.segment, chosen)
    if (chosen.action.kind === 'wait') {
      life.waits += 1
      queue.add(chosen.action.at, () => take(life, step, chosen.action.at))
      return 'later'
    }
    if (chosen.action.at <= now) return chosen.action.channel
    life.planned = chosen.action
    queue.add(chosen.action.at, () => take(life, step, chosen.action.at))
    return 'later'
  }
  const learnLater = (
    life: Life,
    segment: string,
    { arm, action, foretold: own }: WeighedAction,
  ): void => {
    const isWait = action.kind === 'wait'
    const known = isWait ? action.at : action.at + options.catalog.values.horizonDays * DAY
    queue.add(known, () => {
      const arms = evidence.get(segment) ?? new Map<string, ArmRecord>()
      const { trials, gained, foretold } = arms.get(arm) ?? NOTHING
      const came = life.paidAt <= known ? 1 : 0
      evidence.set(
        segment,
        arms.set(arm, { trials: trials + 1, gained: gained + came, foretold: foretold + own }),
      )
    })
  }
  const speak = (life: Life, channel: Channel, now: number): void => {
    const { values } = options.catalog
    const stakes = {
      outstanding: life.person.owes,
      recentContacts: life.contacts.length,
      fragile: life.person.isFragile,
    }
    sums.contacts += 1
    sums.cost += costOfChannel(channel, values)
    sums.annoyance += annoyanceOf(channel, stakes, values)
    react(life, channel as Told, now, sums)
    life.contacts.push({ at: now, channels: [channel] })
  }
  for (const life of lives) plan(life, 0)
  queue.run()
  return yearOf(lives, sums, regrets)
}

/** What a person does about a message. Draws are made in any case, so that all choosers meet the same luck. */
function react(life: Life, channel: Told, now: number, sums: Sums): void {
  const { person, random } = life
  const [notices, acts, days, keeps, enough] = [random(), random(), random(), random(), random()]
  const before = life.contacts.length
  if (enough < person.hasEnough * (1 + 0.5 * before) && channel in CLOSED_BY) {
    life.closed.push(CLOSED_BY[channel as keyof typeof CLOSED_BY])
    sums.optOuts += 1
  }
  const hour = Math.floor((now - instantInZone(dayInZone(now, ZONE), '00:00', ZONE)) / 3_600)
  if (notices >= noticesAt(person, channel, hour)) return
  const pays = acts < person.paysOnceReached
  if (pays) life.paidAt = Math.min(life.paidAt, now + days * 3 * DAY)
  const promises = !pays && acts < person.paysOnceReached + person.promisesInstead
  if (!promises) return
  if (keeps < person.keepsPromise) life.paidAt = Math.min(life.paidAt, now + (8 + days * 6) * DAY)
  else sums.promisesBroken += 1
}

const CLOSED_BY = { email: 'email', sms: 'sms' } as const

/** What each action is truly worth, by the same scale as the policy's. */
function trueValues(
  { person, contacts }: Life,
  { weighed }: ActionChoice,
  { catalog: { values } }: LifeOptions,
  now: number,
): number[] {
  const stakes = {
    outstanding: person.owes,
    recentContacts: contacts.length,
    fragile: person.isFragile,
  }
  const worth = worthOf(stakes, values)
  const told = ({ channel, hour }: CandidateAction, after: number) => {
    const by = channel as Told
    const chance = paysAfter(person, by, hour, values.horizonDays)
    const rest = chanceWithin(values.horizonDays - after, chance, values.horizonDays)
    const price = costOfChannel(by, values) + annoyanceOf(by, stakes, values)
    return worth * rest * (1 - values.worth.lostPerDay * after) - price
  }
  const days = ({ at }: CandidateAction) => (at - now) / DAY
  const messages = weighed.filter(({ action }) => action.channel !== null)
  return weighed.map(({ action }) => {
    if (action.kind !== 'wait') return told(action, days(action))
    const unasked = 1 - (1 - person.paysADay) ** days(action)
    const then = Math.max(...messages.map((it) => told(it.action, days(action))))
    return worth * unasked + (1 - unasked) * then
  })
}

function chosenBy(
  chooser: Chooser,
  choice: ActionChoice,
  truths: readonly number[],
  random: Random,
): number {
  switch (chooser) {
    case 'journey':
      return 0
    case 'by-chance':
      return Math.floor(random() * choice.weighed.length)
    case 'knows-the-truth':
      return truths.indexOf(Math.max(...truths))
    default:
      return choice.weighed.indexOf(choice.chosen)
  }
}

function lifeOf(person: Person, index: number, seed: number): Life {
  const random = seededRandom(seed * 1_000_003 + index)
  const dueDay = addDays(FIRST_DUE, Math.floor(index / PEOPLE_A_DAY))
  const days = Math.log(1 - random()) / Math.log(1 - person.paysADay)
  const paidAt =
    instantInZone(dueDay, '00:00', ZONE) + (days + 0.3 * Math.abs(drawNormal(random))) * DAY
  return {
    person,
    random,
    dueDay,
    contacts: [],
    closed: [],
    paidAt,
    step: 0,
    waits: 0,
    planned: null,
  }
}

function endOf({ dueDay }: Life): number {
  return instantInZone(addDays(dueDay, FOLLOWED_DAYS), '00:00', ZONE)
}

function placeOf({ version, holidays }: LawInForce): StepFacts['place'] {
  return { zones: [ZONE], hours: { rule: version.contact, holidays } }
}

const WAYS: ReadonlySet<Channel> = new Set<Channel>([
  ...(['email', 'sms', 'letter', 'registered-letter', 'phone'] as const),
])

function factsOf(
  { person, contacts, closed, dueDay }: Life,
  now: number,
  law: LawInForce,
): StepFacts {
  const issuedAt = instantInZone(addDays(dueDay, -30), '12:00', ZONE)
  return {
    now,
    claim: 'open',
    outstandingMinor: BigInt(person.owes) * 100n,
    isCovered: false,
    paidMinor: 0n,
    conversation: 'none',
    presentedAt: null,
    issuedAt,
    holds: [],
    stepsDone: [],
    anchors: {
      respondBy: issuedAt,
      dueDate: dueDay,
      triggerAt: issuedAt,
      anchorDay: null,
      payDay: null,
      noticeLastDay: null,
      holdEndedAt: null,
      timeZone: ZONE,
    },
    known: {},
    reach: { known: WAYS, closed, served: WAYS, isFragile: person.isFragile },
    contacts,
    place: placeOf(law),
    law,
    notice: 'none',
    instalmentMinor: 0n,
  }
}

function yearOf(lives: readonly Life[], sums: Sums, regrets: readonly number[]): Year {
  const paid = lives.filter((life) => life.paidAt < endOf(life))
  const sum = (all: readonly Life[]) => all.reduce((total, { person }) => total + person.owes, 0)
  return { people: lives.length, owed: sum(lives), recovered: sum(paid), ...sums, regrets }
}

const NOTHING: ArmRecord = { trials: 0, gained: 0, foretold: 0 }

/** What happens, in the order of time, and in that of its adding within an instant. */
class Queue {
  readonly #waiting = new Map<number, (() => void)[]>()
  readonly #times: number[] = []

  add(at: number, run: () => void): void {
    const own = this.#waiting.get(at)
    if (own !== undefined) {
      own.push(run)
      return
    }
    this.#waiting.set(at, [run])
    // Latest first: the next one is taken from the end.
    let low = 0
    let high = this.#times.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#times[middle] ?? 0) > at) low = middle + 1
      else high = middle
    }
    this.#times.splice(low, 0, at)
  }

  run(): void {
    for (let at = this.#times.pop(); at !== undefined; at = this.#times.pop()) {
      const due = this.#waiting.get(at) ?? []
      this.#waiting.delete(at)
      for (const run of due) run()
    }
  }
}
