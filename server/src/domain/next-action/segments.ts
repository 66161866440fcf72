// Which customers are treated alike, and why: risk × ability × willingness × contactability, parted by
// the thresholds of a file of `catalog/segments`. A segment treats nobody worse: it decides where chance
// is learnt from, and what is put before a person.
import type { Channel } from '../compliance/profile.ts'
import type { CustomerStanding } from '../learning/customer-standing.ts'

export type Risk = 'low' | 'medium' | 'high' | 'unknown'
export type Contactability = 'reachable' | 'hard' | 'unknown'

/** What parts the levels, each a chance between 0 and 1. */
export interface SegmentThresholds {
  readonly lowRiskFrom: number
  readonly highRiskBelow: number
  readonly reachableFrom: number
}

/** Levels that are meant, by axis; without an axis: every level. */
export interface SegmentConditions {
  readonly fragile?: true
  readonly risk?: readonly Risk[]
  readonly ability?: readonly CustomerStanding['ability'][]
  readonly willingness?: readonly CustomerStanding['willingness'][]
  readonly contactability?: readonly Contactability[]
}

export interface SegmentDefinition {
  readonly id: string
  /** A few words for staff. */
  readonly title: string
  readonly when: SegmentConditions
  /** The kind of task that a person gets, once a claim. */
  readonly proposes?: string
}

/** A file of `catalog/segments`. */
export interface SegmentScheme {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly thresholds: SegmentThresholds
  readonly segments: readonly SegmentDefinition[]
}

/** Where a customer is on each axis. */
export interface SegmentLevels {
  readonly fragile: boolean
  readonly risk: Risk
  readonly ability: CustomerStanding['ability']
  readonly willingness: CustomerStanding['willingness']
  readonly contactability: Contactability
}

/** Why something was decided; the sentence is for staff and for the customer who asks. */
export interface Reason {
  readonly code: string
  readonly sentence: string
}

export interface FoundSegment {
  readonly segment: SegmentDefinition
  readonly levels: SegmentLevels
  readonly reasons: readonly Reason[]
}

/** Finds the segment of a customer: the first whose conditions are all met. */
export function segmentOf(standing: CustomerStanding, scheme: SegmentScheme): FoundSegment {
  const levels = levelsOf(standing, scheme.thresholds)
  const segment = scheme.segments.find(({ when }) => isMet(when, levels))
  if (segment === undefined) throw new Error(`segments "${scheme.id}" leave somebody out`)
  return { segment, levels, reasons: reasonsOf(standing, scheme.thresholds, levels) }
}

function levelsOf(standing: CustomerStanding, thresholds: SegmentThresholds): SegmentLevels {
  const { fragile, ability, willingness, chanceOfSelfCure, contactability } = standing
  return {
    fragile,
    ability,
    willingness,
    risk: riskOf(chanceOfSelfCure, thresholds),
    contactability: contactabilityOf(contactability, thresholds),
  }
}

function riskOf(chance: number | null, { lowRiskFrom, highRiskBelow }: SegmentThresholds): Risk {
  if (chance === null) return 'unknown'
  if (chance >= lowRiskFrom) return 'low'
  return chance < highRiskBelow ? 'high' : 'medium'
}

function contactabilityOf(
  chances: CustomerStanding['contactability'],
  { reachableFrom }: SegmentThresholds,
): Contactability {
  const best = bestOf(chances)
  if (best === null) return 'unknown'
  return best.chance >= reachableFrom ? 'reachable' : 'hard'
}

function bestOf(
  chances: CustomerStanding['contactability'],
): { channel: Channel; chance: number } | null {
  const known = Object.entries(chances) as [Channel, number][]
  return known.reduce<{ channel: Channel; chance: number } | null>((best, [channel, chance]) => {
    return best === null || chance > best.chance ? { channel, chance } : best
  }, null)
}

function isMet(when: SegmentConditions, levels: SegmentLevels): boolean {
  return (
    (when.fragile === undefined || levels.fragile) &&
    (when.risk ?? [levels.risk]).includes(levels.risk) &&
    (when.ability ?? [levels.ability]).includes(levels.ability) &&
    (when.willingness ?? [levels.willingness]).includes(levels.willingness) &&
    (when.contactability ?? [levels.contactability]).includes(levels.contactability)
  )
}

function reasonsOf(
  { chanceOfSelfCure, contactability }: CustomerStanding,
  { lowRiskFrom, highRiskBelow, reachableFrom }: SegmentThresholds,
  levels: SegmentLevels,
): Reason[] {
  const best = bestOf(contactability)
  const risk =
    chanceOfSelfCure === null
      ? 'Nothing is known of how the customer pays unasked.'
      : `The customer pays unasked with a chance of ${percent(chanceOfSelfCure)}: the risk is ${levels.risk} (low from ${percent(lowRiskFrom)}, high below ${percent(highRiskBelow)}).`
  const reach =
    best === null
      ? 'Nothing is known of the channels on which the customer answers.'
      : `The best channel is ${best.channel}, with a chance of an answer of ${percent(best.chance)} (reachable from ${percent(reachableFrom)}).`
  return [
    ...(levels.fragile
      ? [{ code: 'fragile', sentence: 'The customer needs care: nothing is tried out.' }]
      : []),
    { code: `risk-${levels.risk}`, sentence: risk },
    { code: `ability-${levels.ability}`, sentence: ABILITY[levels.ability] },
    { code: `willingness-${levels.willingness}`, sentence: WILLINGNESS[levels.willingness] },
    { code: `contactability-${levels.contactability}`, sentence: reach },
  ]
}

const ABILITY: Readonly<Record<SegmentLevels['ability'], string>> = {
  able: 'The customer has paid like somebody who can.',
  strained: 'The customer has paid like somebody who is short of money.',
  unknown: 'It is not known whether the customer can pay.',
}

const WILLINGNESS: Readonly<Record<SegmentLevels['willingness'], string>> = {
  willing: 'The customer answers and keeps to what was said.',
  unwilling: 'The customer has not kept to what was said.',
  unknown: 'It is not known whether the customer wants to pay.',
}

/** A chance as staff read it. */
export function percent(chance: number): string {
  return `${Math.round(chance * 100)} %`
}

/** Lists what the schema cannot say: thresholds that cross, names twice, somebody left out. */
export function findSegmentFaults({ thresholds, segments }: SegmentScheme): string[] {
  const ids = segments.map(({ id }) => id)
  const isOpen = ({ when }: SegmentDefinition) => Object.keys(when).length === 0
  const firstOpen = segments.findIndex(isOpen)
  return [
    ...(thresholds.highRiskBelow > thresholds.lowRiskFrom
      ? ['"highRiskBelow" lies above "lowRiskFrom"']
      : []),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `segment "${id}" twice`),
    ...(firstOpen === -1 ? ['the last segment must have no conditions'] : []),
    ...segments
      .slice(firstOpen === -1 ? segments.length : firstOpen + 1)
      .map(({ id }) => `segment "${id}" comes after one that has everybody`),
  ]
}
