// Everything that we know of a customer, in one view: for staff, for the creditor's own systems and for the
// customer, who gets the same.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { type FactKind, unknownIn } from '../domain/learning/customer-facts.ts'
import { type CustomerCounts, countCustomer } from '../domain/learning/customer-profile.ts'
import { type IdentifiedFact, usableFacts } from '../domain/learning/customer-standing.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { Debtor } from '../storage/debtors.ts'
import { type LastContact, lastContactsOf } from '../storage/human-messages.ts'
import { contestsOf, type ProfileContest } from '../storage/profile-contests.ts'
import { learnAboutCustomer } from './learn-about-customer.ts'
import type { LearningDeps } from './train-creditor-model.ts'

export interface CustomerProfile {
  debtor: Debtor
  language: string
  counts: CustomerCounts
  facts: ProfileFact[]
  /** Kinds of which nothing can be said. */
  unknown: FactKind[]
  contests: ProfileContest[]
  /** 0: the prior that the server ships. */
  modelVersion: number
  /** The zone of the hours and days. */
  timeZone: string
  asOf: number
}

export type ProfileFact = IdentifiedFact & {
  /** The last contest of the kind, and whether the fact is used in spite of it. */
  readonly contest: ProfileContest | null
  readonly isUsed: boolean
}

/** The last message that addressed the customer about a claim; null where nobody wrote. */
export async function readLastContact(
  { db }: Pick<LearningDeps, 'db'>,
  { claimId, ...person }: { creditorId: string; debtorId: string; claimId: string },
): Promise<LastContact | null> {
  const [last] = await lastContactsOf(db, person, { limit: 1, claimId })
  return last ?? null
}

/** Refuses `not-found`. */
export async function readCustomerProfile(
  deps: LearningDeps,
  key: { creditorId: string; debtorId: string },
): Promise<Result<CustomerProfile, Refusal>> {
  const known = await learnAboutCustomer(deps, key)
  if (known === undefined) return err(refusal('not-found', 'you have no debtor with this id'))
  const { debtor, language, record, facts, modelVersion, timeZone, now } = known
  const contests = await contestsOf(deps.db, key)
  const used = new Set(usableFacts(facts, contests).map(({ factId }) => factId))
  return ok({
    debtor,
    language,
    counts: countCustomer(record, { now, timeZone }),
    facts: facts.map((fact) => ({
      ...fact,
      contest: contests.findLast(({ kind }) => kind === fact.kind) ?? null,
      isUsed: used.has(fact.factId),
    })),
    unknown: unknownIn(facts),
    contests,
    modelVersion,
    timeZone,
    asOf: now,
  })
}
