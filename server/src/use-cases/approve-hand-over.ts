// A person hands a claim over to an agency. The file must have no gap; afterwards nobody here writes to
// the customer any more.
import { err, type Result } from '@parley/sdk/protocol'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import type { CaseGap } from '../domain/hand-over/check-case-file.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { EventData } from '../storage/column-types.ts'
import type { Along } from './deps.ts'
import { type EndDeps, endClaim } from './end-claim.ts'
import { type CaseFileDeps, type CaseFileView, readCaseFile } from './read-case-file.ts'

export type HandOverDeps = EndDeps & CaseFileDeps

export interface ApproveHandOver extends Along {
  creditorId: string
  claimId: string
  /** The member of staff who approves. */
  by: string
}

/**
 * Hands a claim over; one that is handed over stays so. Refuses `text-invalid`, `not-found`,
 * `case-file-incomplete` (naming every gap), `claim-settled` and `claim-not-open`.
 */
export async function approveHandOver(
  deps: HandOverDeps,
  command: ApproveHandOver,
): Promise<Result<void, Refusal>> {
  const { creditorId, claimId, by, along } = command
  const refused = textRefusal(by, 70, '/by')
  if (refused !== undefined) return err(refused)
  const file = await readCaseFile(deps, { creditorId, claimId })
  if (!file.ok) return file
  const { claim, gaps } = file.value
  if (claim.state === 'open' && gaps.length > 0) return err(refuseGaps(gaps))
  const facts = { by, ...provenance(file.value) }
  return await endClaim(deps, { creditorId, claimId, end: 'hand-over', facts, along })
}

/** Under which journey and law the case was worked, for the case file. */
function provenance({ journey, law }: CaseFileView): EventData {
  return {
    ...(journey === undefined ? {} : { journey: journey.id, journeyVersion: journey.version }),
    ...(law === undefined ? {} : { profile: law.profile, profileVersion: law.version }),
  }
}

function refuseGaps(gaps: readonly CaseGap[]): Refusal {
  const named = gaps.map(({ code, detail }) => `${code} (${detail})`).join(', ')
  return refusal('case-file-incomplete', `close these gaps first: ${named}`)
}
