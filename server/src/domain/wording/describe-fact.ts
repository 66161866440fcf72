// A learnt fact as the customer reads it: its sentence, how sure it is, and what moved it.
import { parseDay } from '@parley/sdk/protocol'
import type { BehaviourScore } from '../learning/behaviour-scores.ts'
import type { CustomerFact } from '../learning/customer-facts.ts'
import type { LearntFact } from '../learning/learnt-fact.ts'
import type { SelfCureFact } from '../learning/payment-facts.ts'
import { formatDayForPeople } from './format-for-people.ts'
import type { Language } from './language.ts'
import type { Wording } from './wording.ts'

/** Whose language, and the texts in it. */
export interface Speaker {
  readonly language: Language
  readonly wording: Wording
}

/** The sentence of a fact. */
export function describeFact(
  { sentence }: Pick<LearntFact<unknown>, 'sentence'>,
  { language, wording }: Speaker,
): string {
  const values = Object.entries(sentence.values).map(([name, value]) => {
    const isDay = typeof value === 'string' && parseDay(value).ok
    return [name, isDay ? formatDayForPeople(value, language) : value] as const
  })
  return wording.say(language, `fact.${sentence.key}`, Object.fromEntries(values))
}

const SURE = 0.8
const FAIR = 0.5

/** How sure a fact is, and on how many events it stands. */
export function describeGrounds(fact: LearntFact<unknown>, { language, wording }: Speaker): string {
  const { confidence, basis } = fact
  const isTold = TOLD.includes(fact.sentence.key)
  const level = isTold
    ? 'told'
    : confidence >= SURE
      ? 'sure'
      : confidence >= FAIR
        ? 'fair'
        : 'guess'
  return wording.say(language, 'profile.grounds', { level, count: basis.length })
}

/**
 * Whether a fact says more than that nothing is known. That nobody told of a difficulty is said all the
 * same, and an expected day also of a customer who is new.
 */
export function isWorthTelling({ kind, fact }: CustomerFact): boolean {
  return kind === 'fragility' || kind === 'expected-payment' || fact.basis.length > 0
}

/** Whether there are grounds to tell of: there are none for that nobody told of a difficulty. */
export function hasGrounds({ kind, fact }: CustomerFact): boolean {
  return kind !== 'fragility' || fact.basis.length > 0
}

const TOLD: readonly string[] = ['pay-day-told', 'fragile-told']

/** What moved a fact, one line each way; nothing where its sentence says it all. */
export function describeReasons(known: CustomerFact, speaker: Speaker): string[] {
  if (known.kind === 'ability' || known.kind === 'willingness') {
    return describeDeeds(known.fact.value, speaker)
  }
  return known.kind === 'self-cure' ? describeTraits(known.fact.value, speaker) : []
}

function describeDeeds({ reasons }: BehaviourScore, { language, wording }: Speaker): string[] {
  return (['for', 'against'] as const).flatMap((speaks) => {
    const own = reasons.filter((it) => it.speaks === speaks)
    const list = own.map(({ kind, count }) => wording.say(language, `deed.${kind}`, { count }))
    return own.length === 0
      ? []
      : [wording.say(language, 'profile.reasons', { speaks, list: list.join('; ') })]
  })
}

function describeTraits({ reasons }: SelfCureFact, { language, wording }: Speaker): string[] {
  return (['for', 'against'] as const).flatMap((speaks) => {
    const own = reasons.filter(({ move }) => move > 0 === (speaks === 'for'))
    const list = own.map(({ feature }) => wording.say(language, `trait.${feature}`))
    return own.length === 0
      ? []
      : [wording.say(language, 'profile.reasons', { speaks, list: list.join('; ') })]
  })
}
