// Runs what falls due by time alone. One after another, never beside each other or themselves.
import { acrossCreditors } from '../storage/creditor-scope.ts'
import type { JobLog } from './job-log.ts'
import { startLoop, type WakeableLoop } from './wakeable-loop.ts'

export interface Sweep {
  readonly name: string
  /** As many as one run takes: a run that took so many is followed by another at once. */
  readonly batchSize: number
  /** Does what is due and returns how many that were. Several processes may sweep together. */
  run(): Promise<number>
}

export interface SweepOptions {
  readonly sweeps: readonly Sweep[]
  readonly intervalMs: number
  readonly log: JobLog
  /** The real time in epoch seconds: the heartbeat is no business time. */
  readonly wallClock: { now(): number }
}

export interface Sweeping extends WakeableLoop {
  /** When all sweeps last ran to their end, by the real clock; null before. */
  lastAt(): number | null
}

/** Starts sweeping; a sweep that fails does not stop the others. */
export function startSweeps({ sweeps, intervalMs, log, wallClock }: SweepOptions): Sweeping {
  let lastAt: number | null = null
  const run = async () => {
    const ends: SweepEnd[] = []
    for (const sweep of sweeps) ends.push(await runSweep(sweep, log))
    if (!ends.includes('failed')) lastAt = wallClock.now()
    return ends.includes('full')
  }
  return { ...startLoop({ name: 'sweeps', intervalMs, log, run }), lastAt: () => lastAt }
}

type SweepEnd = 'done' | 'full' | 'failed'

async function runSweep(sweep: Sweep, log: JobLog): Promise<SweepEnd> {
  try {
    return (await acrossCreditors(() => sweep.run())) >= sweep.batchSize ? 'full' : 'done'
  } catch (error) {
    log.error({ err: error, sweep: sweep.name }, 'a sweep failed and runs again later')
    return 'failed'
  }
}
