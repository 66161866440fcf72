// Takes due cases for one transaction: case, claim and person locked, and everything read again that
// their next steps rest on. What another worker has locked is passed over and stays due.

import { CONTACT_MEMORY_DAYS, type Contact } from '../domain/dunning/contact-budget.ts'
import type { JourneyDefinition } from '../domain/dunning/journey-definition.ts'
import { recordsOfCases } from '../storage/case-records.ts'
import type { Claim } from '../storage/claims.ts'
import { type DunningCase, lockDueCases } from '../storage/dunning-cases.ts'
import {
  creditorsOf,
  lockFreeClaims,
  lockFreePeople,
  type SweptPerson,
} from '../storage/dunning-sweep.ts'
import { contactTimesOf, type PersonKey } from '../storage/human-messages.ts'
import { contactsFrom } from './contacts-of-people.ts'
import type { Deps, Tx } from './deps.ts'
import { type ActionMeans, readActionMeans } from './read-action-means.ts'
import type { StepSources } from './step-facts-of-claim.ts'

/** A case with everything that its decision rests on. */
export interface DueCase extends Omit<StepSources, 'contacts' | 'debtor'> {
  dunningCase: DunningCase
  claim: Claim
  debtor: SweptPerson
  /** Undefined for one that this store has never known. */
  journey: JourneyDefinition | undefined
  /** The one that goes on when this one has had its turn. */
  resumed: JourneyDefinition | undefined
  /** When the person was written to; shared by all cases of the person and grows with the batch. */
  contacts: Contact[]
  /** What its action is chosen by; undefined where the journey is followed as it is. */
  means?: ActionMeans | undefined
}

/** What reading due cases needs. */
export type ReadDeps = Pick<Deps, 'journeyBook' | 'ids' | 'nextAction' | 'clock' | 'prior'>

/** Locks and reads up to `limit` due cases. */
export async function readDueCases(
  deps: ReadDeps,
  tx: Tx,
  { now, limit }: { now: number; limit: number },
): Promise<DueCase[]> {
  const due = await readCases(deps, tx, await lockDueCases(tx, { now, limit }), now)
  const meansOf = await readActionMeans(deps, tx, due, now)
  return due.map((one) => ({ ...one, means: meansOf(one) }))
}

/** Reads the given cases, their claims and people locked. */
export async function readCases(
  deps: Pick<Deps, 'journeyBook'>,
  tx: Tx,
  dunningCases: readonly DunningCase[],
  now: number,
): Promise<DueCase[]> {
  const claims = await lockFreeClaims(tx, dunningCases)
  const people = await lockFreePeople(tx, claims)
  const creditors = await creditorsOf(
    tx,
    people.map(({ creditorId }) => creditorId),
  )
  const recordsOf = await recordsOfCases(tx, claims)
  const contactsOf = await readContacts(tx, people, now)
  const claimById = new Map(claims.map((claim) => [claim.claimId, claim]))
  const personById = new Map(people.map((person) => [personKey(person), person]))
  const due: DueCase[] = []
  for (const dunningCase of dunningCases) {
    const claim = claimById.get(dunningCase.claimId)
    const debtor = claim && personById.get(personKey(claim))
    const creditor = creditors.get(dunningCase.creditorId)
    if (claim === undefined || debtor === undefined || creditor === undefined) continue
    due.push({
      dunningCase,
      claim,
      debtor,
      creditor,
      records: recordsOf(claim.claimId),
      journey: await versionOf(deps, dunningCase),
      resumed: await versionOf(deps, dunningCase.resumes),
      contacts: contactsOf(debtor),
      now,
    })
  }
  return due
}

async function versionOf(
  { journeyBook }: Pick<Deps, 'journeyBook'>,
  on: { journeyId: string; journeyVersion: number } | null,
): Promise<JourneyDefinition | undefined> {
  return on === null ? undefined : await journeyBook.versionOf(on.journeyId, on.journeyVersion)
}

const personKey = (it: PersonKey) => `${it.creditorId} ${it.debtorId}`

async function readContacts(
  tx: Tx,
  people: readonly PersonKey[],
  now: number,
): Promise<(person: PersonKey) => Contact[]> {
  const since = now - CONTACT_MEMORY_DAYS * 86_400
  const found = await contactTimesOf(tx, people, { since, states: ['queued', 'sent'] })
  const byPerson = new Map(
    people.map((person) => {
      const own = found.filter((it) => personKey(it) === personKey(person))
      return [personKey(person), contactsFrom(own)]
    }),
  )
  return (person) => byPerson.get(personKey(person)) ?? []
}
