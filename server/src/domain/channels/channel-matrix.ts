// What carriers and providers take to whom: a matrix that is data. What no row allows is forbidden, and
// a permission that nobody has verified is none. What the law says is in the compliance profiles;
// `channel-use.ts` asks both.

import type { EvidenceLevel } from '../compliance/evidence.ts'
import type { Channel } from '../compliance/profile.ts'
import type { Tone } from '../content/message-templates.ts'

export type Party = 'b2c' | 'b2b' | 'public-body'
/** `first-party`: the creditor itself writes; `third-party`: somebody who collects for it. */
export type Role = 'first-party' | 'third-party'
export type Verdict = 'allowed' | 'allowed-with-opt-in' | 'forbidden'

/** Where a rule comes from. */
export interface ChannelSource {
  readonly id: string
  readonly title: string
  readonly url?: string
  /** A clause or a paragraph, where there is no address. */
  readonly citation?: string
  /** `YYYY-MM-DD`. */
  readonly readOn: string
}

/** One row; `*` or a missing member stands for every value. */
export interface ChannelRule {
  /** ISO 3166-1 alpha-2, or `*`. */
  readonly country: string
  readonly party: Party | '*'
  readonly role: Role | '*'
  readonly tones: readonly Tone[] | '*'
  readonly channel: Channel
  readonly verdict: Verdict
  readonly source: string
  readonly level: EvidenceLevel
  /** Why, in one line for staff. */
  readonly note: string
}

/** The matrix as its file holds it. */
export interface ChannelMatrix {
  readonly version: number
  readonly sources: readonly ChannelSource[]
  readonly rules: readonly ChannelRule[]
}

export interface ChannelQuestion {
  readonly country: string
  readonly party: Party
  readonly role: Role
  readonly tone: Tone
  readonly channel: Channel
}

export interface ChannelAnswer {
  readonly verdict: Verdict
  /** The row that decided; undefined where none speaks of the case. */
  readonly rule?: ChannelRule
  readonly reason: 'rule' | 'no-rule' | 'unverified'
}

const STRICTNESS: Readonly<Record<Verdict, number>> = {
  allowed: 0,
  'allowed-with-opt-in': 1,
  forbidden: 2,
}

/**
 * Tells whether a channel may be used. The rows that name most decide, the country before the party
 * before the role before the tone; of equal ones the strictest. No row, or a permission whose
 * level is `unverified`, is `forbidden`.
 */
export function channelEligibility(
  matrix: ChannelMatrix,
  question: ChannelQuestion,
): ChannelAnswer {
  const [rule] = matrix.rules
    .filter((it) => speaksOf(it, question))
    .sort(
      (a, b) => precisionOf(b) - precisionOf(a) || STRICTNESS[b.verdict] - STRICTNESS[a.verdict],
    )
  if (rule === undefined) return { verdict: 'forbidden', reason: 'no-rule' }
  if (rule.level === 'unverified' && rule.verdict !== 'forbidden') {
    return { verdict: 'forbidden', reason: 'unverified', rule }
  }
  return { verdict: rule.verdict, reason: 'rule', rule }
}

/** Lists what the schema cannot say: unknown sources, rows that say the same case twice. */
export function findChannelFaults({ sources, rules }: ChannelMatrix): string[] {
  const ids = new Set(sources.map(({ id }) => id))
  const unknown = rules.filter(({ source }) => !ids.has(source)).map(({ source }) => source)
  const twice = sources.filter(({ id }, index) => sources.findIndex((it) => it.id === id) !== index)
  const places = rules.map(({ country, party, role, tones, channel }) =>
    JSON.stringify([country, party, role, tones, channel]),
  )
  const doubled = places.filter((place, index) => places.indexOf(place) !== index)
  return [
    ...unknown.map((id) => `source "${id}" is not listed`),
    ...twice.map(({ id }) => `source "${id}" is listed twice`),
    ...doubled.map((place) => `two rules for ${place}`),
  ]
}

function speaksOf(rule: ChannelRule, question: ChannelQuestion): boolean {
  return (
    rule.channel === question.channel &&
    (rule.country === '*' || rule.country === question.country) &&
    (rule.party === '*' || rule.party === question.party) &&
    (rule.role === '*' || rule.role === question.role) &&
    (rule.tones === '*' || rule.tones.includes(question.tone))
  )
}

function precisionOf({ country, party, role, tones }: ChannelRule): number {
  const named = [country !== '*', party !== '*', role !== '*', tones !== '*']
  return named.reduce((weight, isNamed) => weight * 2 + (isNamed ? 1 : 0), 0)
}
