// How much of its time this process has had work, looked at when somebody asks.
import { performance } from 'node:perf_hooks'

export interface LoopLoad {
  /** The event loop worked for half of the last quarter of a second or so, or longer. */
  isBusy(): boolean
}

const WINDOW_MS = 250
const BUSY = 0.5

/** Watches the event loop; costs nothing while nobody asks. */
export function watchLoop(): LoopLoad {
  let since = performance.eventLoopUtilization()
  let isBusy = false
  return {
    isBusy() {
      const now = performance.eventLoopUtilization()
      const { active, idle, utilization } = performance.eventLoopUtilization(now, since)
      if (active + idle < WINDOW_MS) return isBusy
      isBusy = utilization > BUSY
      since = now
      return isBusy
    },
  }
}
