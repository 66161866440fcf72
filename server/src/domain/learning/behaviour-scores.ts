// Ability and willingness to pay, apart from each other: each is the weighted share of what speaks for it
// among what speaks for or against it, drawn to one half while little is known. Only what the person did
// or said to this creditor counts, and who said nothing is unknown, not unwilling.
import { type LearntFact, rounded } from './learnt-fact.ts'

/** Something that happened, by its kind. */
export interface Deed {
  readonly kind: DeedKind
  /** Id of the event. */
  readonly event: string
}

/** What a kind of deed says; the weights are those of a plain payment. */
interface Meaning {
  readonly about: 'ability' | 'willingness'
  readonly speaks: 'for' | 'against'
  readonly weight: number
}

export type DeedKind = keyof typeof MEANINGS

/** Every kind that counts, and how much. */
export const MEANINGS = {
  'paid-in-full': { about: 'ability', speaks: 'for', weight: 1 },
  'instalment-kept': { about: 'ability', speaks: 'for', weight: 1 },
  'part-payment': { about: 'ability', speaks: 'against', weight: 0.5 },
  'instalment-missed': { about: 'ability', speaks: 'against', weight: 1 },
  'collection-failed': { about: 'ability', speaks: 'against', weight: 1 },
  'hardship-told': { about: 'ability', speaks: 'against', weight: 3 },
  'paid-unasked': { about: 'willingness', speaks: 'for', weight: 1 },
  'promise-kept': { about: 'willingness', speaks: 'for', weight: 1.5 },
  'plan-proposed': { about: 'willingness', speaks: 'for', weight: 1 },
  'message-answered': { about: 'willingness', speaks: 'for', weight: 0.5 },
  'promise-broken': { about: 'willingness', speaks: 'against', weight: 1.5 },
  'message-unanswered': { about: 'willingness', speaks: 'against', weight: 0.25 },
} as const satisfies Readonly<Record<string, Meaning>>

/** From 0 to 1, with the kinds it stands on, those that weigh most first. */
export interface BehaviourScore {
  readonly score: number
  readonly reasons: readonly BehaviourReason[]
}

export interface BehaviourReason {
  readonly kind: DeedKind
  readonly speaks: 'for' | 'against'
  readonly count: number
}

/** One half weighs so much before anything is known. */
const UNKNOWN_WEIGHT = 2

/** Scores what the customer can pay. */
export function scoreAbility(deeds: readonly Deed[]): LearntFact<BehaviourScore> {
  return scoreBehaviour(deeds, 'ability')
}

/** Scores how willing the customer is to settle; a person in hardship may be most willing. */
export function scoreWillingness(deeds: readonly Deed[]): LearntFact<BehaviourScore> {
  return scoreBehaviour(deeds, 'willingness')
}

function scoreBehaviour(
  deeds: readonly Deed[],
  about: Meaning['about'],
): LearntFact<BehaviourScore> {
  const counted = deeds.filter(({ kind }) => MEANINGS[kind].about === about)
  const weigh = (kinds: readonly Deed[]) =>
    kinds.reduce((sum, { kind }) => sum + MEANINGS[kind].weight, 0)
  const pro = weigh(counted.filter(({ kind }) => MEANINGS[kind].speaks === 'for'))
  const all = weigh(counted)
  const score = rounded((pro + UNKNOWN_WEIGHT / 2) / (all + UNKNOWN_WEIGHT))
  const reasons = [...Map.groupBy(counted, ({ kind }) => kind)]
    .map(([kind, own]) => ({ kind, speaks: MEANINGS[kind].speaks, count: own.length }))
    .sort((a, b) => weightOf(b) - weightOf(a) || (a.kind < b.kind ? -1 : 1))
  return {
    value: { score, reasons },
    confidence: rounded(all / (all + UNKNOWN_WEIGHT)),
    basis: counted.map(({ event }) => event).sort(),
    sentence: {
      key: counted.length === 0 ? `${about}-unknown` : about,
      values: { percent: Math.round(100 * score), events: counted.length },
    },
  }
}

function weightOf({ kind, count }: BehaviourReason): number {
  return MEANINGS[kind].weight * count
}
