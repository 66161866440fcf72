// The other claims of a person that a message names, as they are at the moment of sending.

import { outstandingOf } from '../domain/claim/claim.ts'
import { standingAt } from '../domain/claim/holds.ts'
import type { OtherClaim } from '../domain/content/claim-message-input.ts'
import { holdsOf } from '../storage/claim-holds.ts'
import { findClaim } from '../storage/claims.ts'
import type { ToldAlong } from '../storage/column-types.ts'
import type { HumanMessageKey } from '../storage/human-messages.ts'
import { toldAlong } from '../storage/told-along.ts'
import type { Deps } from './deps.ts'

/** Those that are still owed and that nothing holds; the others are left out. */
export async function claimsToldAlong(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  message: HumanMessageKey,
): Promise<{ told: ToldAlong; claim: OtherClaim }[]> {
  const found: { told: ToldAlong; claim: OtherClaim }[] = []
  for (const told of await toldAlong(db, message)) {
    const claim = await findClaim(db, told)
    const minor = claim === undefined ? 0n : outstandingOf(claim)
    if (claim?.state !== 'open' || claim.conversation === 'agreed' || minor <= 0n) continue
    if (standingAt(await holdsOf(db, claim), clock.now()).length > 0) continue
    const { reference, referenceScheme, invoiceNumber, currency } = claim
    const outstanding = { minor, currency }
    found.push({ told, claim: { reference, referenceScheme, invoiceNumber, outstanding } })
  }
  return found
}
