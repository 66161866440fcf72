// Whether somebody may be erased now. While something is owed or contested the data serves the defence of
// legal claims (GDPR, article 17 (3) (e)), and nothing is destroyed by halves.

export type ErasureObstacleCode =
  /** The person still owes something. */
  | 'owed'
  /** Something is owed to the person. */
  | 'credit-owed'
  | 'refund-under-way'
  | 'dispute-open'
  /** A moratorium, an insolvency or an estate is being dealt with. */
  | 'legal-hold'

export interface ErasureObstacle {
  code: ErasureObstacleCode
  claimId: string
}

/** What is known of one claim of the person. Money in minor units. */
export interface ErasureFacts {
  claimId: string
  isAsked: boolean
  outstanding: bigint
  creditOwed: bigint
  disputed: bigint
  hasRefundUnderWay: boolean
  holds: readonly string[]
}

const LEGAL_HOLDS: ReadonlySet<string> = new Set(['moratorium', 'deceased', 'insolvency'])

/** Everything that stands in the way; none, and the person may go. */
export function erasureObstacles(claims: readonly ErasureFacts[]): ErasureObstacle[] {
  return claims.flatMap((claim) => {
    const { claimId, holds } = claim
    const codes: [boolean, ErasureObstacleCode][] = [
      [claim.isAsked && claim.outstanding > 0n, 'owed'],
      [claim.creditOwed > 0n, 'credit-owed'],
      [claim.hasRefundUnderWay, 'refund-under-way'],
      [claim.disputed > 0n || holds.includes('dispute'), 'dispute-open'],
      [holds.some((reason) => LEGAL_HOLDS.has(reason)), 'legal-hold'],
    ]
    return codes.flatMap(([stands, code]) => (stands ? [{ code, claimId }] : []))
  })
}
