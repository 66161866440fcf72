// What gives an agent the right to enrol: an activation code for all claims of the debtor, or the
// token of a link for the one claim behind it. Spec: ENR-01.
import { createHash } from 'node:crypto'
import { type EnrolMessage, err, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { findActivationCode, useActivationCode } from '../storage/activation-codes.ts'
import type { Tx } from '../storage/database.ts'
import { type Enrolment, liveEnrolmentsOf } from '../storage/enrolments.ts'
import { claimOfLink } from './claim-of-link.ts'
import type { Deps } from './deps.ts'

export interface EnrolRight {
  creditorId: string
  debtorId: string
  onlyClaimId: string | null
  /** The debtor's live enrolments as the decision saw them. */
  live: readonly Enrolment[]
  /** Those that end with the new one. */
  replaces: readonly Enrolment[]
  /** Uses up what gave the right. Returns false when somebody else did first. */
  use(tx: Tx, at: number): Promise<boolean>
}

type RightDeps = Pick<Deps, 'db' | 'clock' | 'links'>

/** The form in which an activation code is hashed: upper case, without hyphens. */
export function activationCodeHash(code: string): Buffer {
  return createHash('sha256').update(code.replaceAll('-', '').toUpperCase()).digest()
}

/**
 * Finds the right that an enrol message names.
 *
 * Refuses `activation-code-unknown`, `-used` and `-expired`; for a link `not-found`,
 * `claim-not-open`, `agreement-exists`, and `enrolment-exists` where an agent acts already.
 */
export async function findEnrolRight(
  deps: RightDeps,
  { activationCode, link }: Pick<EnrolMessage, 'activationCode' | 'link'>,
): Promise<Result<EnrolRight, Refusal>> {
  return link === undefined
    ? await rightOfCode(deps, activationCode ?? '')
    : await rightOfLink(deps, link)
}

async function rightOfCode(deps: RightDeps, text: string): Promise<Result<EnrolRight, Refusal>> {
  const codeHash = activationCodeHash(text)
  const code = await findActivationCode(deps.db, codeHash)
  if (code === undefined) return err(refusal('activation-code-unknown', 'ask for a new code'))
  if (code.usedAt !== null) return err(refusal('activation-code-used', 'ask for a new code'))
  if (code.expiresAt <= deps.clock.now()) {
    return err(refusal('activation-code-expired', 'ask for a new code'))
  }
  const { creditorId, debtorId } = code
  const live = await liveEnrolmentsOf(deps.db, code)
  const use = (tx: Tx, at: number) => useActivationCode(tx, codeHash, at)
  return ok({ creditorId, debtorId, onlyClaimId: null, live, replaces: live, use })
}

async function rightOfLink(deps: RightDeps, link: string): Promise<Result<EnrolRight, Refusal>> {
  const claim = await claimOfLink(deps, link)
  if (claim === undefined) return err(refusal('not-found', 'there is no such link'))
  if (claim.state !== 'open') return err(refusal('claim-not-open', `the claim is ${claim.state}`))
  if (claim.conversation === 'agreed') {
    return err(refusal('agreement-exists', 'a plan was agreed on already'))
  }
  const { creditorId, debtorId, claimId } = claim
  const live = await liveEnrolmentsOf(deps.db, claim)
  if (live.some(({ onlyClaimId }) => onlyClaimId === null || onlyClaimId === claimId)) {
    return err(refusal('enrolment-exists', 'an agent acts for this claim already'))
  }
  const use = async () => true
  return ok({ creditorId, debtorId, onlyClaimId: claimId, live, replaces: [], use })
}
