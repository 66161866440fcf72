// The claim that a portal link names. The token is the right to see it; nothing else is asked.
import { type Claim, findClaimById } from '../storage/claims.ts'
import type { Database, Tx } from '../storage/database.ts'
import type { PortalLinks } from './deps.ts'

/** The claim of a link's token, or undefined for a token that we did not make. */
export async function claimOfLink(
  { links, db }: { links: PortalLinks; db: Database | Tx },
  token: string,
): Promise<Claim | undefined> {
  const claimId = links.claimOf(token)
  return claimId === undefined ? undefined : await findClaimById(db, claimId)
}
