// Everything that decisions about the steps of one claim rest on, read without a lock.
import type { Channel } from '../domain/compliance/profile.ts'
import { CONTACT_MEMORY_DAYS } from '../domain/dunning/contact-budget.ts'
import { recordsOfCases } from '../storage/case-records.ts'
import type { Claim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import type { Database } from '../storage/database.ts'
import { findDebtor } from '../storage/debtors.ts'
import { contactTimesOf } from '../storage/human-messages.ts'
import type { StepSources } from './step-facts-of-claim.ts'

/** @throws {Error} for a claim without a debtor, which no store has. */
export async function readStepSources(
  db: Database,
  claim: Claim,
  now: number,
): Promise<StepSources> {
  const debtor = await findDebtor(db, claim)
  if (debtor === undefined) throw new Error(`claim ${claim.claimId} has no debtor`)
  const creditor = await readCreditor(db, claim.creditorId)
  const recordsOf = await recordsOfCases(db, [claim])
  const since = now - CONTACT_MEMORY_DAYS * 86_400
  const sent = await contactTimesOf(db, [claim], { since, states: ['sent'] })
  const contacts = sent.map(({ at, channel }) => ({ at, channel: channel as Channel }))
  return { claim, debtor, creditor, records: recordsOf(claim.claimId), contacts, now }
}
