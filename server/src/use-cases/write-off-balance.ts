// A small amount that moved to later bills and stayed unpaid is given up by its journey: asking once more
// would cost more than it is.
import type { Result } from '@parley/sdk/protocol'
import type { Refusal } from '../domain/refusal.ts'
import type { EndDeps } from './end-claim.ts'
import { writeOffClaim } from './write-off-claim.ts'

/** Writes a claim off as its journey says; one that was paid or withdrawn meanwhile stays so. */
export async function writeOffBalance(
  deps: EndDeps,
  key: { creditorId: string; claimId: string },
): Promise<Result<void, Refusal>> {
  return await writeOffClaim(deps, { ...key, reason: 'uneconomic', by: 'journey' })
}
