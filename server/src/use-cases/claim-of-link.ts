// The claim that a portal link names. The token is the right to see it; nothing else is asked. A link
// leads to an open claim as long as it is open or something of it is owed to the person, and for 90 days after that: what is settled is
// nobody's to be shown for ever. A link of a person who was erased is like one that we never made.
import { creditLeft } from '../domain/credit/credit-owed.ts'
import { type Claim, findClaimById } from '../storage/claims.ts'
import { acrossCreditors, forCreditor } from '../storage/creditor-scope.ts'
import type { Database, Tx } from '../storage/database.ts'
import { findDebtor } from '../storage/debtors.ts'
import { closedSince } from '../storage/events.ts'
import type { Clock, PortalLinks } from './deps.ts'

interface LinkDeps {
  links: PortalLinks
  db: Database | Tx
  clock: Clock
}

/** Runs `work` for the creditor of the claim behind a link; for nobody when there is none. */
export async function forCreditorOfLink<T>(
  { links, db }: Pick<LinkDeps, 'links' | 'db'>,
  token: string,
  work: () => Promise<T>,
): Promise<T> {
  const claimId = links.claimOf(token)
  const claim =
    claimId === undefined ? undefined : await acrossCreditors(() => findClaimById(db, claimId))
  return await forCreditor(claim?.creditorId ?? '', work)
}

const CLOSED_SECONDS = 90 * 86_400

/** The claim of a link's token; undefined for a token that we did not make, and for an expired one. */
export async function claimOfLink(deps: LinkDeps, token: string): Promise<Claim | undefined> {
  const found = await followLink(deps, token)
  return found === 'unknown' || found === 'expired' ? undefined : found
}

/** The same, with the difference that the person behind the link may be told. */
export async function followLink(
  { links, db, clock }: LinkDeps,
  token: string,
): Promise<Claim | 'unknown' | 'expired'> {
  const claimId = links.claimOf(token)
  const claim = claimId === undefined ? undefined : await findClaimById(db, claimId)
  if (claim === undefined) return 'unknown'
  const debtor = await findDebtor(db, claim)
  if (debtor === undefined || debtor.erasedAt !== null) return 'unknown'
  // What is owed to the person never lapses, and neither does the way to ask for it.
  if (claim.state === 'open' || creditLeft(claim) > 0n) return claim
  const since = await closedSince(db, claim)
  return since !== undefined && clock.now() > since + CLOSED_SECONDS ? 'expired' : claim
}
