// Which journey does the claim of a debtor get? The one of its segment, or the creditor's own; where two
// journeys are compared, and some people are written to by none, by a draw that is the same for ever.

import { type Facts, meetsAll } from './journey-conditions.ts'
import type { JourneyDefinition } from './journey-definition.ts'

/** The part of a comparison that a claim is in. */
export const ARMS = ['champion', 'challenger', 'hold-out'] as const
export type Arm = (typeof ARMS)[number]

/** What a creditor states for a segment; percents are whole, and at most 100 together. */
export interface JourneyAssignment {
  readonly segment: string
  readonly champion: string
  /** Null: nothing is compared, but for a hold-out. */
  readonly challenger: string | null
  readonly challengerPercent: number
  readonly holdOutPercent: number
}

/** The person whom a claim is about; `country` is the creditor's where the debtor has none. */
export interface DrawnDebtor {
  readonly creditorId: string
  readonly debtorId: string
  readonly party: 'b2c' | 'b2b'
  readonly country: string
}

/** A journey; null: the person hears of the claim by none. The arm is null outside of a comparison. */
export interface AssignedJourney {
  readonly journeyId: string | null
  readonly arm: Arm | null
}

/** What `assignJourney` looks at. */
export interface AssignJourneyInput {
  /** Null where the creditor states nothing for the segment. */
  readonly assignment: JourneyAssignment | null
  /** Those that this server runs. */
  readonly journeys: ReadonlyMap<string, Pick<JourneyDefinition, 'audience'>>
  /** The creditor's own. */
  readonly fallback: string
}

/** The draw has a hundredth of a percent. */
export const BUCKETS = 10_000
const BUCKETS_PER_PERCENT = BUCKETS / 100

/**
 * Returns the journey of a claim and the arm that it counts for. A person is drawn once: the same
 * debtor gets the same arm for as long as champion and challenger stay, also when their shares grow.
 * Who is not meant by both journeys is not compared: they get the champion where that is meant for
 * them, else the creditor's own.
 */
export function assignJourney(input: AssignJourneyInput, debtor: DrawnDebtor): AssignedJourney {
  const { assignment, journeys, fallback } = input
  const isMeant = (id: string) => {
    const audience = journeys.get(id)?.audience ?? []
    return journeys.has(id) && meetsAll(audience, factsOf(debtor))
  }
  if (assignment === null || !isMeant(assignment.champion)) {
    return { journeyId: fallback, arm: null }
  }
  const { champion, challenger, challengerPercent, holdOutPercent } = assignment
  const isCompared = (challenger === null || isMeant(challenger)) && isTrial(assignment)
  if (!isCompared) return { journeyId: champion, arm: null }
  const bucket = bucketOf(debtor, trialOf(assignment))
  // From both ends, so that no share moves the people of another.
  if (bucket < holdOutPercent * BUCKETS_PER_PERCENT) return { journeyId: null, arm: 'hold-out' }
  if (bucket >= BUCKETS - challengerPercent * BUCKETS_PER_PERCENT) {
    return { journeyId: challenger, arm: 'challenger' }
  }
  return { journeyId: champion, arm: 'champion' }
}

/** Tells whether an assignment compares anything. */
export function isTrial({ challenger, holdOutPercent }: JourneyAssignment): boolean {
  return challenger !== null || holdOutPercent > 0
}

/** The name of a comparison: other journeys are another one, and people are drawn anew. */
export function trialOf({ segment, champion, challenger }: JourneyAssignment): string {
  return [segment, champion, challenger ?? ''].join('/')
}

/** Says what is wrong with the shares of an assignment, or returns null. */
export function faultOfShares(assignment: JourneyAssignment): string | null {
  const { challenger, challengerPercent, holdOutPercent } = assignment
  if (challenger === null && challengerPercent > 0) {
    return 'name the challenger that gets this share, or leave the share out'
  }
  const sum = challengerPercent + holdOutPercent
  return sum > 100 ? `challenger and hold-out are ${sum} % together: at most 100` : null
}

function factsOf({ party, country }: DrawnDebtor): Facts {
  return { party, country, tag: [] }
}

/** The bucket of a person in a comparison, from 0 on: evenly spread, and the same on every machine. */
export function bucketOf(
  { creditorId, debtorId }: Pick<DrawnDebtor, 'creditorId' | 'debtorId'>,
  trial: string,
): number {
  return spread(fnv1a(`${creditorId} ${debtorId} ${trial}`)) % BUCKETS
}

/** FNV-1a, 32 bits, over UTF-16 units: ids and names of journeys are ASCII. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  return hash
}

/** The finalizer of MurmurHash3: ids that differ in their last letter land far from each other. */
function spread(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
