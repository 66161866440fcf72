// Runs what falls due by time alone. One after another, never beside each other or themselves.
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
}

/** Starts sweeping; a sweep that fails does not stop the others. */
export function startSweeps({ sweeps, intervalMs, log }: SweepOptions): WakeableLoop {
  const run = async () => {
    let isFull = false
    for (const sweep of sweeps) isFull = (await runSweep(sweep, log)) || isFull
    return isFull
  }
  return startLoop({ name: 'sweeps', intervalMs, log, run })
}

async function runSweep(sweep: Sweep, log: JobLog): Promise<boolean> {
  try {
    return (await sweep.run()) >= sweep.batchSize
  } catch (error) {
    log.error({ err: error, sweep: sweep.name }, 'a sweep failed and runs again later')
    return false
  }
}
