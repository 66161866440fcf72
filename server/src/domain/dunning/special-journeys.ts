// Journeys for what happens in a life: a promise, a dispute, hardship. While the hold of such a thing
// stands, its journey has the case; then the one before goes on.

import type { ClaimHoldReason } from '../claim/holds.ts'
import type { Hold, HoldReason } from './journey.ts'
import { type Facts, meetsAll } from './journey-conditions.ts'
import type { JourneyDefinition, Trigger } from './journey-definition.ts'

/** Those whose hold starts a journey; the first of several that stand has the case. */
const BY_WEIGHT = [
  'deceased',
  'insolvency',
  'moratorium',
  'hardship',
  'dispute',
  'already-paid',
  'promise',
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

/** Returns the journey that a standing hold calls for, if the catalog has one for such a debtor. */
export function journeyForLife(
  journeys: Iterable<JourneyDefinition>,
  holds: readonly Hold[],
  known: Facts,
): JourneyDefinition | undefined {
  const hold = leadingLife(holds)
  if (hold === undefined) return undefined
  for (const journey of journeys) {
    const isCalled = livesOf(journey).includes(hold.reason)
    if (isCalled && meetsAll(journey.audience ?? [], known)) return journey
  }
  return undefined
}
