// How a customer stands, for choosing what to do next: what was learnt, in the words of a decision.
import type { Channel } from '../compliance/profile.ts'
import type { BehaviourScore } from './behaviour-scores.ts'
import type { CustomerFact, FactKind } from './customer-facts.ts'
import type { LearntFact } from './learnt-fact.ts'

export interface CustomerStanding {
  chanceOfSelfCure: number | null
  ability: 'able' | 'strained' | 'unknown'
  willingness: 'willing' | 'unwilling' | 'unknown'
  /** Chance of an answer, 0…1. */
  contactability: Partial<Record<Channel, number>>
  /** Local hour 0–23. */
  bestHour: number | null
  fragile: boolean
  /** Ids of learnt facts it stands on. */
  facts: readonly string[]
}

/** A fact as it is stored. */
export type IdentifiedFact = CustomerFact & { readonly factId: string }

/** What somebody contests, and how it ended. */
export interface Contested {
  readonly kind: FactKind | 'step'
  readonly state: 'open' | 'upheld' | 'rejected'
}

/**
 * The facts that may be used: none of a kind that the customer contests, or was right to contest. That a
 * customer needs a calmer path is believed all the same: a contest never makes a path harder.
 */
export function usableFacts<F extends Pick<IdentifiedFact, 'kind'>>(
  facts: readonly F[],
  contests: readonly Contested[],
): F[] {
  const out = contests.filter(({ state }) => state !== 'rejected').map(({ kind }) => kind)
  return facts.filter(({ kind }) => kind === 'fragility' || !out.includes(kind))
}

/** A score counts once it stands on more than what is believed of anybody. */
const LEAST_CONFIDENCE = 0.5
const GOOD_SCORE = 0.6
const BAD_SCORE = 0.4

/**
 * Says how a customer stands with one claim. Only facts that may be used are handed in; see `usableFacts`.
 */
export function standingOf(facts: readonly IdentifiedFact[], claimId: string): CustomerStanding {
  const used: string[] = []
  const find = <K extends FactKind>(kind: K, about: string | null = null) => {
    const found = facts.find((it) => it.kind === kind && it.about === about)
    if (found === undefined) return undefined
    used.push(found.factId)
    return found as Extract<IdentifiedFact, { kind: K }>
  }
  const contacts = facts.filter((it) => it.kind === 'contactability')
  return {
    chanceOfSelfCure: find('self-cure', claimId)?.fact.value.chance ?? null,
    ability: wordFor(find('ability')?.fact, { good: 'able', bad: 'strained' }),
    willingness: wordFor(find('willingness')?.fact, { good: 'willing', bad: 'unwilling' }),
    contactability: Object.fromEntries(
      contacts.map(({ fact, factId }) => {
        used.push(factId)
        return [fact.value.channel, fact.value.chance]
      }),
    ),
    bestHour: find('best-hour')?.fact.value.hour ?? null,
    fragile: find('fragility')?.fact.value.isFragile ?? false,
    facts: used,
  }
}

function wordFor<Good extends string, Bad extends string>(
  fact: LearntFact<BehaviourScore> | undefined,
  { good, bad }: { good: Good; bad: Bad },
): Good | Bad | 'unknown' {
  if (fact === undefined || fact.confidence < LEAST_CONFIDENCE) return 'unknown'
  const { score } = fact.value
  if (score >= GOOD_SCORE) return good
  return score <= BAD_SCORE ? bad : 'unknown'
}
