// What the choice of an action rests on, for the cases of a sweep: who chooses for the creditor, how the
// customer stands, what such actions brought, and what was chosen at this step before. Nothing is read
// for creditors that keep to their journeys.

import type { CustomerStanding } from '../domain/learning/customer-standing.ts'
import type { Evidence } from '../domain/next-action/beliefs.ts'
import type { ActionCatalog } from '../domain/next-action/choose-action.ts'
import {
  type ActionChoiceRow,
  type ActionPolicy,
  actionPolicies,
  choicesOfClaims,
  evidenceOf,
} from '../storage/action-choices.ts'
import type { Claim } from '../storage/claims.ts'
import {
  type Experiment,
  type Member,
  membersAmong,
  runningExperiments,
} from '../storage/experiments.ts'
import type { Deps, Tx } from './deps.ts'
import { readCustomerStanding } from './learn-about-customer.ts'
import type { DueCase } from './read-due-cases.ts'

export interface ActionMeans {
  readonly catalog: ActionCatalog
  readonly policy: ActionPolicy
  readonly experiment: Experiment | null
  /** What the person is in any experiment of the creditor; shared by all cases of the person, and grows. */
  readonly memberships: Member[]
  readonly standing: CustomerStanding
  readonly evidence: Evidence
  /** What was chosen for the claim before, the latest last. */
  readonly before: readonly ActionChoiceRow[]
  readonly seed: number
}

/** What was long ago says little of today. */
const EVIDENCE_DAYS = 180
const BY_JOURNEY: ActionPolicy = { mode: 'journey', since: null }

/** Reads the means for these cases; undefined for one whose creditor keeps to the journeys. */
export async function readActionMeans(
  deps: Pick<Deps, 'ids' | 'nextAction' | 'clock' | 'prior'>,
  tx: Tx,
  due: readonly Pick<DueCase, 'claim'>[],
  now: number,
): Promise<(one: Pick<DueCase, 'claim'>) => ActionMeans | undefined> {
  const claims = due.map(({ claim }) => claim)
  const creditorIds = [...new Set(claims.map(({ creditorId }) => creditorId))]
  if (creditorIds.length === 0) return () => undefined
  const policies = await actionPolicies(tx, creditorIds)
  const experiments = await runningExperiments(tx, creditorIds)
  const choosing = claims.filter(({ creditorId }) => {
    return policies.get(creditorId)?.mode === 'best-action' || experiments.has(creditorId)
  })
  if (choosing.length === 0) return () => undefined
  const memberships = Map.groupBy(await membersAmong(tx, choosing), personOf)
  for (const claim of choosing) {
    if (!memberships.has(personOf(claim))) memberships.set(personOf(claim), [])
  }
  const before = await choicesOfClaims(tx, choosing)
  const evidence = new Map<string, Evidence>()
  for (const creditorId of new Set(choosing.map((claim) => claim.creditorId))) {
    const since = now - EVIDENCE_DAYS * 86_400
    evidence.set(creditorId, await evidenceOf(tx, { creditorId, since }))
  }
  const standings = new Map<Claim, CustomerStanding>()
  for (const claim of choosing) {
    const standing = await readStandingSafely({ ...deps, db: tx }, claim)
    if (standing !== undefined) standings.set(claim, standing)
  }
  const isOwn = (claim: Claim) => (it: { creditorId: string }) => it.creditorId === claim.creditorId
  return ({ claim }) => {
    const standing = standings.get(claim)
    if (standing === undefined) return undefined
    return {
      catalog: deps.nextAction,
      policy: policies.get(claim.creditorId) ?? BY_JOURNEY,
      experiment: experiments.get(claim.creditorId) ?? null,
      memberships: memberships.get(personOf(claim)) ?? [],
      standing,
      evidence: evidence.get(claim.creditorId) ?? new Map(),
      before: before.filter(isOwn(claim)).filter((it) => it.claimId === claim.claimId),
      seed: Buffer.from(deps.ids.randomBytes(4)).readUInt32BE(),
    }
  }
}

const personOf = ({ creditorId, debtorId }: Pick<Member, 'creditorId' | 'debtorId'>) =>
  `${creditorId} ${debtorId}`

/** One customer of whom nothing can be learnt keeps to the journey, and keeps nobody else waiting. */
async function readStandingSafely(
  deps: Parameters<typeof readCustomerStanding>[0],
  claim: Claim,
): Promise<CustomerStanding | undefined> {
  try {
    return await readCustomerStanding(deps, claim)
  } catch {
    return undefined
  }
}
