// Experiments of a creditor: begun and stopped by a person, looked at every day, and stopped by a
// guard-rail. What is better is for a person to switch on.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { faultOfShares } from '../domain/experiments/experiment.ts'
import {
  type ExperimentResult,
  harmOf,
  judgeExperiment,
} from '../domain/experiments/experiment-result.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import {
  type Experiment,
  endExperiment,
  experimentsOf,
  insertExperiment,
  lockExperimentsToLookAt,
  memberOutcomes,
} from '../storage/experiments.ts'
import type { Deps, Tx } from './deps.ts'

export type { Experiment }

export interface ExperimentInput {
  name: string
  challengerPercent: number
  holdOutPercent?: number
  followDays?: number
}

interface ExperimentKey {
  creditorId: string
  experimentId: string
}

const FOLLOW_DAYS = 30
const DAY_SECONDS = 86_400

/** Begins an experiment. Refuses `percent-invalid` and `experiment-runs`. */
export async function beginExperiment(
  deps: Pick<Deps, 'clock' | 'ids'>,
  tx: Tx,
  { creditorId, input }: { creditorId: string; input: ExperimentInput },
): Promise<Result<Experiment, Refusal>> {
  const { name, challengerPercent, holdOutPercent = 0, followDays = FOLLOW_DAYS } = input
  const fault = faultOfShares({ challengerPercent, holdOutPercent })
  if (fault !== null) return err(refusal('percent-invalid', fault, '/challengerPercent'))
  const startedAt = deps.clock.now()
  const experiment: Experiment = {
    ...{ creditorId, experimentId: deps.ids.newId('ex'), name },
    ...{ challengerPercent, holdOutPercent, followDays, startedAt },
    ...{ endedAt: null, endedBecause: null },
  }
  const isBegun = await insertExperiment(tx, { ...experiment, lookAt: startedAt + DAY_SECONDS })
  return isBegun
    ? ok(experiment)
    : err(refusal('experiment-runs', 'stop the experiment that runs before you begin another'))
}

/** The experiments of a creditor, newest first. */
export async function listExperiments(
  deps: Pick<Deps, 'db'>,
  creditorId: string,
): Promise<Experiment[]> {
  return await experimentsOf(deps.db, creditorId)
}

export interface ExperimentReport {
  readonly experiment: Experiment
  readonly result: ExperimentResult
}

/** An experiment and what it has shown so far. Refuses `not-found`. */
export async function readExperiment(
  deps: Pick<Deps, 'db' | 'clock'>,
  { creditorId, experimentId }: ExperimentKey,
): Promise<Result<ExperimentReport, Refusal>> {
  const [experiment] = await experimentsOf(deps.db, creditorId, experimentId)
  if (experiment === undefined) return err(refusal('not-found', 'you have no such experiment'))
  return ok({ experiment, result: await judged(deps.db, experiment, deps.clock.now()) })
}

/** The newest experiment of a creditor with its result; undefined without any. */
export async function readNewestExperiment(
  deps: Pick<Deps, 'db' | 'clock'>,
  creditorId: string,
): Promise<ExperimentReport | undefined> {
  const [experiment] = await experimentsOf(deps.db, creditorId)
  return experiment && { experiment, result: await judged(deps.db, experiment, deps.clock.now()) }
}

/** Stops an experiment by hand. Refuses `not-found` and `experiment-over`. */
export async function stopExperiment(
  deps: Pick<Deps, 'clock'>,
  tx: Tx,
  key: ExperimentKey,
): Promise<Result<Experiment, Refusal>> {
  const at = deps.clock.now()
  const isEnded = await endExperiment(tx, key, { at, because: 'stopped' })
  const [experiment] = await experimentsOf(tx, key.creditorId, key.experimentId)
  if (experiment === undefined) return err(refusal('not-found', 'you have no such experiment'))
  return isEnded ? ok(experiment) : err(refusal('experiment-over', 'it has ended already'))
}

/** Looks at the experiments whose day it is, and stops those that do harm. Returns how many it looked at. */
export async function watchExperiments(
  deps: Pick<Deps, 'db' | 'clock'>,
  { limit }: { limit: number },
): Promise<number> {
  const now = deps.clock.now()
  return await deps.db.transaction().execute(async (tx) => {
    const due = await lockExperimentsToLookAt(tx, { now, next: now + DAY_SECONDS, limit })
    for (const experiment of due) {
      const because = harmOf(await judged(tx, experiment, now))
      if (because !== null) await endExperiment(tx, experiment, { at: now, because })
    }
    return due.length
  })
}

async function judged(
  db: Deps['db'] | Tx,
  experiment: Experiment,
  now: number,
): Promise<ExperimentResult> {
  const members = await memberOutcomes(db, experiment, now)
  return judgeExperiment(members, Math.floor((now - experiment.startedAt) / DAY_SECONDS))
}
