// Learns what can be said of a customer now, from the customer's own record: a few look-ups and some
// microseconds of arithmetic, so that it is never older than the events it stands on. Each fact is kept
// under an id that follows from what it says, for whoever names it as a reason.
import { createHash } from 'node:crypto'
import { isTargetClosingDay } from '@parley/sdk/protocol'
import { languageOfDebtor } from '../domain/claim/debtor.ts'
import { type CustomerFact, learnCustomer } from '../domain/learning/customer-facts.ts'
import type { CustomerRecord } from '../domain/learning/customer-record.ts'
import {
  type CustomerStanding,
  type IdentifiedFact,
  standingOf,
  usableFacts,
} from '../domain/learning/customer-standing.ts'
import type { PayDayFacts } from '../domain/learning/pay-day.ts'
import { readCreditor } from '../storage/creditors.ts'
import { readCustomerRecord } from '../storage/customer-record.ts'
import { type Debtor, findDebtor } from '../storage/debtors.ts'
import { insertLearntFacts } from '../storage/learnt-facts.ts'
import { contestsOf } from '../storage/profile-contests.ts'
import { type LearningDeps, modelOf } from './train-creditor-model.ts'

interface CustomerKey {
  creditorId: string
  debtorId: string
}

/** What is known of a customer, and from what. */
export interface CustomerKnowledge {
  debtor: Debtor
  /** In which the customer reads; else the creditor's. */
  language: string
  record: CustomerRecord
  facts: IdentifiedFact[]
  /** 0: the prior alone. */
  modelVersion: number
  timeZone: string
  now: number
}

/** Learns and keeps the facts of a customer; undefined for another creditor's. */
export async function learnAboutCustomer(
  deps: LearningDeps,
  key: CustomerKey,
): Promise<CustomerKnowledge | undefined> {
  const debtor = await findDebtor(deps.db, key)
  if (debtor === undefined) return undefined
  const creditor = await readCreditor(deps.db, key.creditorId)
  const timeZone = debtor.timeZone ?? creditor.timeZone
  const record = await readCustomerRecord(deps.db, key, creditor)
  const { model, version } = await modelOf(deps, key.creditorId)
  const now = deps.clock.now()
  const told = toldPayDay(debtor, record)
  const holidays = { has: isTargetClosingDay }
  const learnt = learnCustomer(record, { model, now, timeZone, told, holidays })
  const facts = learnt.map((fact) => ({ ...fact, factId: factIdOf(key, fact) }))
  await insertLearntFacts(
    deps.db,
    facts.map((fact) => ({ ...key, modelVersion: version, learntAt: now, learnt: fact })),
  )
  const language = languageOfDebtor(debtor) ?? creditor.language
  return { debtor, language, record, facts, modelVersion: version, timeZone, now }
}

/** How a customer stands with a claim, for choosing what to do next; what is contested is left out. */
export async function readCustomerStanding(
  deps: LearningDeps,
  { claimId, ...key }: CustomerKey & { claimId: string },
): Promise<CustomerStanding | undefined> {
  const known = await learnAboutCustomer(deps, key)
  return known && standingOf(usableFacts(known.facts, await contestsOf(deps.db, key)), claimId)
}

function toldPayDay(
  { preferences: { payDay }, debtorId }: Debtor,
  { events }: CustomerRecord,
): PayDayFacts['told'] {
  if (payDay === undefined) return null
  const said = events.findLast(
    ({ type, data }) =>
      type === 'preferences.told' && String(data['told']).split(',').includes('payDay'),
  )
  // Told by an agent, in the thread of its enrolment, or noted by the creditor with the customer.
  return { dayOfMonth: payDay, event: said?.id ?? debtorId }
}

const ID_LENGTH = 26

function factIdOf({ creditorId, debtorId }: CustomerKey, { kind, about, fact }: CustomerFact) {
  const { value, confidence, basis } = fact
  const said = JSON.stringify([creditorId, debtorId, kind, about, value, confidence, basis])
  return `lf_${createHash('sha256').update(said).digest('hex').slice(0, ID_LENGTH)}`
}
