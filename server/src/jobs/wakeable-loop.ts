// Runs one piece of work again and again, never beside itself: at once when woken, at an interval
// otherwise. After a failure it waits for the interval, so that a broken store is not hammered.
import type { JobLog } from './job-log.ts'

export interface WakeableLoop {
  /** Runs now, or once more after the run under way. */
  wake(): void
  /** A run is under way, or follows at once. */
  isBusy(): boolean
  /** Runs as `wake` does, and waits until no run is under way. */
  runNow(): Promise<void>
  /** Lets the run under way end and starts no other. */
  stop(): Promise<void>
}

export interface LoopOptions {
  readonly name: string
  readonly intervalMs: number
  readonly log: JobLog
  /** Returns true when more work waits: it is run again at once. */
  run(): Promise<boolean>
}

/** Starts with a first run. */
export function startLoop(options: LoopOptions): WakeableLoop {
  let timer: NodeJS.Timeout | undefined
  let current: Promise<void> | undefined
  let isWoken = false
  let isStopped = false

  async function turn(): Promise<void> {
    let goesOn = true
    while (goesOn && !isStopped) {
      isWoken = false
      try {
        goesOn = (await options.run()) || isWoken
      } catch (error) {
        options.log.error({ err: error, loop: options.name }, 'a run failed and is tried again')
        goesOn = false
      }
    }
    current = undefined
    if (!isStopped) timer = setTimeout(wake, options.intervalMs)
  }

  function wake(): void {
    isWoken = true
    if (isStopped || current !== undefined) return
    clearTimeout(timer)
    current = turn()
  }

  wake()
  return {
    wake,
    isBusy: () => current !== undefined,
    runNow: async () => {
      wake()
      await current
    },
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await current
    },
  }
}
