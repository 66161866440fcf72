// Which journey a segment gets, and what a comparison of journeys has shown.
import { type Amount, err, formatAmount, ok, type Result } from '@parley/sdk/protocol'
import {
  ARMS,
  type Arm,
  faultOfShares,
  type JourneyAssignment,
} from '../domain/dunning/assign-journey.ts'
import {
  type ArmDifference,
  compareArms,
  type Interval,
  settledShare,
  shareInterval,
} from '../domain/dunning/compare-arms.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import {
  type ArmTotals,
  armTotals,
  assignmentsOf,
  deleteAssignment,
  putAssignment,
  type StoredAssignment,
} from '../storage/journey-assignments.ts'
import type { Deps } from './deps.ts'
import { refuseJourney } from './manage-creditor.ts'

export type { StoredAssignment }

/** What a creditor sends; the segment stands in the path. */
export interface AssignmentInput {
  champion: string
  challenger?: string | null
  challengerPercent?: number
  holdOutPercent?: number
}

/**
 * States which journey the claims of a segment get from now on. Refuses `journey-unknown`,
 * `journey-unsupported`, and `percent-invalid` for shares that do not fit together.
 */
export async function setJourneyAssignment(
  deps: Pick<Deps, 'db' | 'clock' | 'journeys' | 'unsupportedJourneys'>,
  command: { creditorId: string; segment: string; input: AssignmentInput },
): Promise<Result<StoredAssignment, Refusal>> {
  const { creditorId, segment, input } = command
  const { champion, challenger = null, challengerPercent = 0, holdOutPercent = 0 } = input
  const assignment = { segment, champion, challenger, challengerPercent, holdOutPercent }
  const refused = refuseAssignment(assignment, deps)
  if (refused !== undefined) return err(refused)
  return ok(await putAssignment(deps.db, { creditorId, ...assignment, at: deps.clock.now() }))
}

function refuseAssignment(
  assignment: JourneyAssignment,
  deps: Pick<Deps, 'journeys' | 'unsupportedJourneys'>,
): Refusal | undefined {
  const { champion, challenger } = assignment
  const refused =
    refuseJourney({ journey: champion, pointer: '/champion' }, deps) ??
    (challenger === null
      ? undefined
      : refuseJourney({ journey: challenger, pointer: '/challenger' }, deps))
  if (refused !== undefined) return refused
  const fault = faultOfShares(assignment)
  return fault === null ? undefined : refusal('percent-invalid', fault, '/challengerPercent')
}

/** The assignments of a creditor, in the order of their segments. */
export async function listJourneyAssignments(
  deps: Pick<Deps, 'db'>,
  creditorId: string,
): Promise<StoredAssignment[]> {
  return await assignmentsOf(deps.db, creditorId)
}

/** The assignment of one segment. Refuses `not-found` where nothing is stated for it. */
export async function readJourneyAssignment(
  deps: Pick<Deps, 'db'>,
  { creditorId, segment }: { creditorId: string; segment: string },
): Promise<Result<StoredAssignment, Refusal>> {
  const [assignment] = await assignmentsOf(deps.db, creditorId, segment)
  return assignment === undefined ? err(notStated()) : ok(assignment)
}

/** Claims of the segment get the creditor's journey from now on. Refuses `not-found`. */
export async function removeJourneyAssignment(
  deps: Pick<Deps, 'db'>,
  key: { creditorId: string; segment: string },
): Promise<Result<void, Refusal>> {
  return (await deleteAssignment(deps.db, key)) ? ok(undefined) : err(notStated())
}

function notStated(): Refusal {
  return refusal('not-found', 'you have stated no journey for this segment')
}

/** What came of an arm. */
export interface ArmResult {
  readonly arm: Arm
  readonly claims: number
  readonly settled: number
  readonly settledPercent: number | null
  readonly interval: Interval
  readonly medianDaysToSettle: number | null
  readonly messages: number
  readonly costs: Amount[]
}

export interface JourneyResults {
  readonly assignment: StoredAssignment
  readonly arms: ArmResult[]
  readonly differences: ArmDifference[]
}

/** Compares the arms of a segment, those without claims among them. Refuses `not-found`. */
export async function readJourneyResults(
  deps: Pick<Deps, 'db'>,
  key: { creditorId: string; segment: string },
): Promise<Result<JourneyResults, Refusal>> {
  const found = await readJourneyAssignment(deps, key)
  if (!found.ok) return found
  const assignment = found.value
  const counted = await armTotals(deps.db, { ...key, since: assignment.since })
  const arms = ARMS.flatMap((arm) => {
    const totals = counted.find((it) => it.arm === arm)
    if (totals !== undefined) return [totals]
    return isStated(arm, assignment) ? [nothingOf(arm)] : []
  })
  const [champion, ...others] = arms
  const differences = champion === undefined ? [] : others.map((it) => compareArms(champion, it))
  return ok({ assignment, arms: arms.map(resultOf), differences })
}

/** The champion is always there, to be compared with. */
function isStated(arm: Arm, { challenger, holdOutPercent }: JourneyAssignment): boolean {
  if (arm === 'champion') return true
  return arm === 'challenger' ? challenger !== null : holdOutPercent > 0
}

function nothingOf(arm: Arm): ArmTotals {
  return { arm, claims: 0, settled: 0, medianDays: null, messages: 0, costs: [] }
}

function resultOf(totals: ArmTotals): ArmResult {
  const { arm, claims, settled, medianDays, messages, costs } = totals
  return {
    arm,
    claims,
    settled,
    settledPercent: settledShare(totals),
    interval: shareInterval(totals),
    medianDaysToSettle: medianDays,
    messages,
    costs: costs.map((cost) => formatAmount(cost)),
  }
}
