// Journeys for what happens in a life: a promise, a dispute, hardship. While the hold of such a thing
// stands, its journey has the case; then the one before goes on.

import type { ClaimHoldReason } from '../claim/holds.ts'
import type { AnchorFacts } from './anchors.ts'
import type { Hold, HoldReason } from './journey.ts'
import { type Facts, meetsAll } from './journey-conditions.ts'
import {
  type Anchor,
  actOf,
  type JourneyDefinition,
  type StepDefinition,
  type Trigger,
} from './journey-definition.ts'

/** Those whose hold starts a journey; the first of several that stand has the case. */
const BY_WEIGHT = [
  'deceased',
  'insolvency',
  'moratorium',
  'hardship',
  'dispute',
  'already-paid',
  'promise',
  'collection-failed',
] as const satisfies readonly (ClaimHoldReason & Trigger)[]

/** Returns the hold that decides which journey a case is on; undefined where none does. */
export function leadingLife<H extends { readonly reason: HoldReason }>(
  holds: readonly H[],
): H | undefined {
  for (const reason of BY_WEIGHT) {
    const hold = holds.find((it) => it.reason === reason)
    if (hold !== undefined) return hold
  }
  return undefined
}

/** Returns the hold reasons that start a journey; none for a journey of another kind. */
export function livesOf({ triggers = [] }: JourneyDefinition): readonly HoldReason[] {
  return BY_WEIGHT.filter((reason) => triggers.includes(reason))
}

/** Tells whether a hold is of a life that weighs less than the one that a journey is for. */
export function isLighter(reason: HoldReason, journey: JourneyDefinition): boolean {
  const own = livesOf(journey)[0]
  const order: readonly HoldReason[] = BY_WEIGHT
  return own !== undefined && order.indexOf(reason) > order.indexOf(own)
}

/** Tells whether what a journey is for has happened again: each collection that fails is told of. */
export function hasHappenedAgain(
  journey: JourneyDefinition,
  life: { readonly reason: HoldReason; readonly createdAt: number } | undefined,
  triggerAt: number,
): boolean {
  if (life?.reason !== 'collection-failed' || life.createdAt <= triggerAt) return false
  return livesOf(journey).includes(life.reason)
}

const FOR_AFTER: readonly Anchor[] = ['hold-end', 'promise-day', 'previous-step']

/**
 * Tells whether a step comes too late for what it was meant for: the hold of its journey has ended,
 * and it was for the time in which that stood.
 */
export function isAfterRest(
  journey: JourneyDefinition,
  step: StepDefinition,
  { holds, anchors }: { holds: readonly Hold[]; anchors: Pick<AnchorFacts, 'holdEndedAt'> },
): boolean {
  const lives = livesOf(journey)
  const stands = holds.some(({ reason }) => lives.includes(reason))
  if (lives.length === 0 || stands || anchors.holdEndedAt === null) return false
  return !FOR_AFTER.includes(step.anchor) && actOf(step, 'resume') === undefined
}

/**
 * Returns the journey that a standing hold calls for: that of the heaviest life for which the catalog
 * has one for such a debtor.
 */
export function journeyForLife(
  journeys: Iterable<JourneyDefinition>,
  holds: readonly Hold[],
  known: Facts,
): JourneyDefinition | undefined {
  const meant = [...journeys].filter(({ audience = [] }) => meetsAll(audience, known))
  for (const reason of BY_WEIGHT) {
    if (!holds.some((hold) => hold.reason === reason)) continue
    const called = meant.find((journey) => livesOf(journey).includes(reason))
    if (called !== undefined) return called
  }
  return undefined
}
