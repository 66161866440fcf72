// A claim as messages and pages tell of it: what is owed, and what that consists of.
import { isOwed } from '../domain/compliance/charge-items.ts'
import { chargeItems, messageClaim } from '../domain/content/claim-facts.ts'
import { chargesOf } from '../storage/charges.ts'
import type { Claim } from '../storage/claims.ts'
import type { Database } from '../storage/database.ts'

/** Most claims have no charges: nothing is read for them. */
export async function claimWithCharges(db: Database, claim: Claim) {
  const charges = claim.charges > 0n ? await chargesOf(db, claim) : []
  return messageClaim(claim, chargeItems(charges.filter(isOwed), claim.currency))
}
