// Everything that decisions about the steps of one claim rest on, read without a lock.
import { CONTACT_MEMORY_DAYS } from '../domain/dunning/contact-budget.ts'
import { recordsOfCases } from '../storage/case-records.ts'
import type { Claim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import type { Database } from '../storage/database.ts'
import { findDebtor } from '../storage/debtors.ts'
import { contactTimesOf, type SentContact } from '../storage/human-messages.ts'
import { contactsFrom } from './contacts-of-people.ts'
import type { StepSources } from './step-facts-of-claim.ts'

/** @throws {Error} for a claim without a debtor, which no store has. */
export async function readStepSources(
  db: Database,
  claim: Claim,
  now: number,
  /** The step that is being said: its own messages do not stand in its way. */
  exceptStep?: string,
): Promise<StepSources> {
  const debtor = await findDebtor(db, claim)
  if (debtor === undefined) throw new Error(`claim ${claim.claimId} has no debtor`)
  const creditor = await readCreditor(db, claim.creditorId)
  const recordsOf = await recordsOfCases(db, [claim])
  const since = now - CONTACT_MEMORY_DAYS * 86_400
  const sent = await contactTimesOf(db, [claim], { since, states: ['sent'] })
  const isOther = (it: SentContact) => it.claimId !== claim.claimId || it.step !== exceptStep
  const contacts = contactsFrom(sent.filter(isOther))
  return { claim, debtor, creditor, records: recordsOf(claim.claimId), contacts, now }
}
