// Chooses the next action by what it is worth, trying out what is not yet known (Thompson, 1933) where
// the person can bear it. Every choice comes with the exact probability with which it was made.
import type { CustomerStanding } from '../learning/customer-standing.ts'
import type { Random } from '../learning/seeded-random.ts'
import {
  type ActionValues,
  annoyanceOf,
  costOfChannel,
  type Stakes,
  worthOf,
} from './action-values.ts'
import {
  armOf,
  type Belief,
  beliefOf,
  chanceWithin,
  type Evidence,
  foretell,
  meanOf,
} from './beliefs.ts'
import type { CandidateAction, Candidates } from './candidate-actions.ts'
import { drawBeta } from './draw-beta.ts'
import { percent, type Reason, type SegmentScheme, segmentOf } from './segments.ts'

/** The data that choices go by. */
export interface ActionCatalog {
  readonly segments: SegmentScheme
  readonly values: ActionValues
}

export interface ChooseInput extends ActionCatalog {
  readonly candidates: Candidates
  readonly standing: CustomerStanding
  readonly stakes: Omit<Stakes, 'fragile'>
  readonly evidence: Evidence
  readonly now: number
  readonly random: Random
}

/** An action with all that its choice rested on. Money in units of the currency of the values. */
export interface WeighedAction {
  readonly action: CandidateAction
  readonly arm: string
  /** Of the person alone, before what came of others corrected it. */
  readonly foretold: number
  /** The mean of what is believed. */
  readonly chance: number
  readonly value: number
  readonly cost: number
  readonly annoyance: number
  /** With which it was chosen. */
  readonly probability: number
}

export interface ActionChoice {
  readonly chosen: WeighedAction
  /** All that could have been chosen, the journey's own first. */
  readonly weighed: readonly WeighedAction[]
  readonly segment: string
  /** The kind of task for a person; a score decides nothing of the sort. */
  readonly proposes: string | null
  /** Tells whether chance had a say. */
  readonly isTriedOut: boolean
  readonly reasons: readonly Reason[]
}

type Unweighed = Omit<WeighedAction, 'probability' | 'value'> & { readonly belief: Belief }

/**
 * Chooses one of the candidates.
 *
 * The beliefs are drawn from a number of times, each draw names the action that is worth the most, and
 * the shares of the names, with a floor for each, are the probabilities from which the choice is then
 * drawn. The probability that is returned is hence exact and no estimate: it is the one that was used.
 * A person who needs care gets what is believed to be best, always, and nothing is tried out.
 */
export function chooseAction(input: ChooseInput): ActionChoice {
  const { candidates, standing, segments, random } = input
  const { segment, reasons } = segmentOf(standing, segments)
  const unweighed = candidates.actions.map((action) => weigh(action, segment.id, input))
  const values = valuesOf(
    unweighed,
    unweighed.map(({ belief }) => meanOf(belief)),
    input,
  )
  const isTriedOut = !standing.fragile && candidates.actions.length > 1
  const best = indexOfMost(values)
  const probabilities = isTriedOut
    ? probabilitiesOf(unweighed, input)
    : values.map((_, index) => (index === best ? 1 : 0))
  const weighed = unweighed.map(({ belief: _, ...one }, index) => {
    return { ...one, value: values[index] ?? 0, probability: probabilities[index] ?? 0 }
  })
  const index = isTriedOut ? drawIndex(probabilities, random) : best
  const chosen = weighed[index]
  if (chosen === undefined) throw new Error('no action to choose from')
  return {
    chosen,
    weighed,
    segment: segment.id,
    proposes: segment.proposes ?? null,
    isTriedOut,
    reasons: [
      ...reasons,
      ...whyFixed(candidates),
      sayValue(chosen, input),
      ...(index === best ? [] : [sayTrial(chosen, weighed[best])]),
    ],
  }
}

function weigh(action: CandidateAction, segment: string, input: ChooseInput): Unweighed {
  const { standing, stakes, values } = input
  const belief = beliefOf(action, { ...input, segment })
  const all = { ...stakes, fragile: standing.fragile }
  const { channel } = action
  return {
    action,
    belief,
    arm: armOf(action),
    foretold: foretell(action, input),
    chance: meanOf(belief),
    cost: channel === null ? 0 : costOfChannel(channel, values),
    annoyance: channel === null ? 0 : annoyanceOf(channel, all, values),
  }
}

const DAY_SECONDS = 86_400

/**
 * The value of each action at the given chances. A wait is worth what comes by its end, and else what
 * the best message is worth then, within the rest of the same horizon.
 */
function valuesOf(
  unweighed: readonly Unweighed[],
  chances: readonly number[],
  { stakes, values, now }: ChooseInput,
): number[] {
  const worth = worthOf(stakes, values)
  const { horizonDays } = values
  const { lostPerDay } = values.worth
  const days = ({ action }: Unweighed) => (action.at - now) / DAY_SECONDS
  const told = (one: Unweighed, chance: number, after: number) => {
    const rest = chanceWithin(horizonDays - after, chance, horizonDays)
    return worth * rest * (1 - lostPerDay * after) - one.cost - one.annoyance
  }
  const messages = unweighed.flatMap((one, index) => {
    return one.action.kind === 'wait' ? [] : [{ one, chance: chances[index] ?? 0 }]
  })
  return unweighed.map((one, index) => {
    const chance = chances[index] ?? 0
    if (one.action.kind !== 'wait') return told(one, chance, days(one))
    const then = messages.map((it) => told(it.one, it.chance, days(one)))
    return worth * chance + (1 - chance) * Math.max(...then)
  })
}

function probabilitiesOf(unweighed: readonly Unweighed[], input: ChooseInput): number[] {
  const { draws, floor } = input.values.exploration
  const wins = unweighed.map(() => 0)
  for (let draw = 0; draw < draws; draw++) {
    const chances = unweighed.map(({ belief }) => drawBeta(belief, input.random))
    const best = indexOfMost(valuesOf(unweighed, chances, input))
    wins[best] = (wins[best] ?? 0) + 1
  }
  return wins.map((won) => (1 - floor) * (won / draws) + floor / unweighed.length)
}

/** The first of the greatest: the journey's own where nothing speaks against it. */
function indexOfMost(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? 0) ? index : best), 0)
}

function drawIndex(probabilities: readonly number[], random: Random): number {
  let left = random()
  const index = probabilities.findIndex((probability) => {
    left -= probability
    return left < 0
  })
  return index === -1 ? probabilities.length - 1 : index
}

function whyFixed({ fixed, actions }: Candidates): Reason[] {
  if (fixed !== null) return [{ code: fixed, sentence: FIXED[fixed] }]
  return actions.length > 1
    ? []
    : [{ code: 'no-alternative', sentence: 'Nothing else was open at this step.' }]
}

const FIXED: Readonly<Record<NonNullable<Candidates['fixed']>, string>> = {
  'no-message': 'The step has no message of which anything could be chosen.',
  'formal-step': 'The step is formal: it is taken as the journey states it.',
  'step-with-acts': 'The step does more than to remind: it is taken as the journey states it.',
  'every-channel': 'The step goes by each of its channels.',
  'plan-journey': 'The step belongs to an agreed plan: it is taken as the journey states it.',
  'law-unknown': 'No law is known for this customer: the step is taken as the journey states it.',
  'hold-stands': 'Something rests on this bill: the step is taken as the journey states it.',
}

function sayValue(
  { action, chance, value, cost, annoyance }: WeighedAction,
  { values }: ChooseInput,
): Reason {
  const what = action.kind === 'wait' ? 'waiting a day' : `${action.kind} by ${action.channel}`
  const money = `${value.toFixed(2)} ${values.currency}`
  const less =
    action.kind === 'wait'
      ? ''
      : `, after ${cost.toFixed(2)} of cost and ${annoyance.toFixed(2)} of annoyance`
  return {
    code: 'expected-value',
    sentence: `Expected of ${what} at ${action.hour}:00: ${percent(chance)} come, which is worth ${money}${less}.`,
  }
}

function sayTrial(chosen: WeighedAction, best: WeighedAction | undefined): Reason {
  const worth =
    best === undefined ? '' : ` (${best.arm} seems to be worth ${best.value.toFixed(2)})`
  return {
    code: 'tried-out',
    sentence: `Chosen by chance, with a probability of ${percent(chosen.probability)}, to learn what it brings${worth}.`,
  }
}
