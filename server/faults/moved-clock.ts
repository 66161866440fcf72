// The clock of a run: daylight on a working day, going on by the real seconds, for every process that reads
// the file. It can be moved, also backwards, and made to run.
import { utimesSync, writeFileSync } from 'node:fs'

export interface MovedClock {
  readonly path: string
  /** Epoch seconds. */
  now(): number
  /** Moves by so many seconds, once. */
  jump(seconds: number): void
  /** From now on so many seconds go by in one. */
  run(speed: number): void
  stop(): void
}

/** Starts at an instant (RFC 3339); written every quarter of a second. */
export function startClock(path: string, instant: string): MovedClock {
  let start = performance.now()
  let speed = 1
  let base = Date.parse(instant) / 1000
  let writes = 0
  const now = () => base + Math.floor(((performance.now() - start) / 1000) * speed)
  function write(): void {
    writeFileSync(path, new Date(now() * 1000).toISOString())
    // Readers look at the change time alone, which may stand still for milliseconds.
    writes += 1
    utimesSync(path, writes, writes)
  }
  write()
  const timer = setInterval(write, 250)
  return {
    path,
    now,
    jump(seconds) {
      base += seconds
      write()
    },
    run(next) {
      base = now()
      start = performance.now()
      speed = next
      write()
    },
    stop: () => clearInterval(timer),
  }
}
