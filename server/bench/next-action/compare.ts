// The same people under each journey as it is and under the policy: what came in, and how kind it was.
import { lawInForce } from '../../src/domain/compliance/law-in-force.ts'
import { loadJourneys } from '../../src/journey-files.ts'
import { createLawBook, loadLaw } from '../../src/law-files.ts'
import { loadNextAction } from '../../src/next-action-files.ts'
import { type Chooser, liveThrough, type Year } from './simulate.ts'

/** A journey and who makes its choices. */
export interface Way {
  readonly journey: string
  readonly chooser: Chooser
}

/** The journey that leaves channels open, and on which the policy is judged. */
export const OPEN_JOURNEY = 'consumer-any-channel'

export const FIXED: readonly Way[] = [
  'consumer-mixed',
  'consumer-digital',
  'be-consumer-xix',
  'small-creditor',
  'friendly-default',
  OPEN_JOURNEY,
].map((journey) => ({ journey, chooser: 'journey' }))

export const CHOSEN: readonly Way[] = (
  ['by-chance', 'not-learning', 'learning', 'knows-the-truth'] as const
).map((chooser) => ({ journey: OPEN_JOURNEY, chooser }))

/** Figures a person, but for the shares. */
export interface Figures {
  readonly recovered: number
  readonly contacts: number
  readonly fees: number
  readonly promisesBroken: number
  readonly optOuts: number
  readonly annoyance: number
  readonly costPerEuro: number
  readonly regret: number
  readonly regretAtFirst: number
  readonly regretAtLast: number
}

/** Sets the stage once; each call lives through one year. */
export function createYears(): (way: Way, people: number, seed: number) => Year {
  const { journeys } = loadJourneys()
  const catalog = loadNextAction()
  const belgium = createLawBook(loadLaw()).of({ country: 'BE', party: 'b2c' })
  const law = belgium && lawInForce(belgium, '2026-03-02')
  if (law?.ok !== true) throw new Error('no law for Belgian consumers')
  return ({ journey: id, chooser }, people, seed) => {
    const journey = journeys.get(id)
    if (journey === undefined) throw new Error(`no journey ${id}`)
    return liveThrough({ journey, law: law.value, catalog, chooser, people, seed })
  }
}

/** The figures of a year. */
export function figuresOf(year: Year): Figures {
  const { people, owed, recovered, regrets } = year
  const quarter = Math.floor(regrets.length / 4)
  return {
    recovered: recovered / owed,
    contacts: year.contacts / people,
    fees: year.fees / people,
    promisesBroken: year.promisesBroken / people,
    optOuts: year.optOuts / people,
    annoyance: year.annoyance / people,
    costPerEuro: year.cost / recovered,
    regret: mean(regrets),
    regretAtFirst: mean(regrets.slice(0, quarter)),
    regretAtLast: mean(regrets.slice(-quarter)),
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, it) => sum + it, 0) / Math.max(values.length, 1)
}
