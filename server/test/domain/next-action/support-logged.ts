// Choices whose truth is known: what each action brings in each segment, and by which policy it was taken.
import {
  drawNormal,
  type Random,
  seededRandom,
} from '../../../src/domain/learning/seeded-random.ts'
import type { LoggedChoice } from '../../../src/domain/next-action/logged-choice.ts'

const ARMS = ['remind/email', 'remind/sms', 'wait'] as const
/** The mean reward of each arm by segment. */
const TRUTH: Readonly<Record<string, readonly number[]>> = {
  ordinary: [1.0, 1.8, 0.6],
  'at-risk': [0.4, 0.7, 0.1],
  'pays-unasked': [2.0, 1.6, 2.4],
}
/** The policy that made the choices: it prefers what is bad where it hurts. */
const LOGGED: Readonly<Record<string, readonly number[]>> = {
  ordinary: [0.7, 0.1, 0.2],
  'at-risk': [0.5, 0.25, 0.25],
  'pays-unasked': [0.6, 0.3, 0.1],
}
const SEGMENTS = Object.keys(TRUTH)

/** Choices of customers who make a few each and differ from each other. */
export function loggedChoices(customers: number, seed: number): LoggedChoice[] {
  const random = seededRandom(seed)
  return Array.from({ length: customers }, (_, index) => {
    const own = 0.5 * drawNormal(random)
    const segment = SEGMENTS[Math.floor(random() * SEGMENTS.length)] ?? 'ordinary'
    const count = 1 + Math.floor(random() * 4)
    return Array.from({ length: count }, () => choiceOf(`c${index}`, segment, own, random))
  }).flat()
}

function choiceOf(customer: string, segment: string, own: number, random: Random): LoggedChoice {
  const probabilities = LOGGED[segment] ?? []
  const drawn = random()
  const chosen = drawn < (probabilities[0] ?? 0) ? 0 : drawn < 1 - (probabilities[2] ?? 0) ? 1 : 2
  const reward = (TRUTH[segment]?.[chosen] ?? 0) + own + 0.5 * drawNormal(random)
  const actions = ARMS.map((arm, index) => ({ arm, probability: probabilities[index] ?? 0 }))
  return { customer, segment, actions, chosen, reward }
}

/** What a policy that is the same in every segment brings: segments are equally common. */
export function trueMean(probabilitiesIn: (segment: string) => readonly number[]): number {
  const means = SEGMENTS.map((segment) => {
    const wished = probabilitiesIn(segment)
    return (TRUTH[segment] ?? []).reduce((sum, it, index) => sum + it * (wished[index] ?? 0), 0)
  })
  return means.reduce((sum, it) => sum + it, 0) / SEGMENTS.length
}

/** The best arm of each segment. */
export function bestIn(segment: string): readonly number[] {
  const truth = TRUTH[segment] ?? []
  const best = truth.indexOf(Math.max(...truth))
  return truth.map((_, index) => (index === best ? 1 : 0))
}
