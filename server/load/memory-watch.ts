// Memory of a process over time, and how fast it grows.
import { type Sample, slopeOf } from './slope.ts'
import type { WatchedProcess } from './watched-process.ts'

const MEGABYTE = 1 << 20
const MINUTE_MS = 60_000
const RSS_EVERY_MS = 2_000
/** Each look collects garbage, which holds the process up for some milliseconds. */
const LOOK_EVERY_MS = 20_000
/** Caches fill and code is compiled before that. */
const WARM_UP_SHARE = 0.25

export interface MemoryGrowth {
  name: string
  rssMb: number
  rssMostMb: number
  /** Megabytes a minute, after the warm-up. */
  rssSlope: number
  /** In use after a collection. */
  heapMb: number
  heapSlope: number
  /** The longest p99 of the event loop's delay between two looks, in milliseconds. */
  loopDelayMs: number
}

/** Watches until it is stopped. */
export function watchMemory(watched: WatchedProcess): { stop(): Promise<MemoryGrowth> } {
  const beganAt = performance.now()
  const [rss, heap]: [Sample[], Sample[]] = [[], []]
  let loopDelayMs = 0
  const at = () => (performance.now() - beganAt) / MINUTE_MS
  const look = async () => {
    const inside = await watched.look()
    heap.push({ at: at(), value: inside.heapUsed / MEGABYTE })
    loopDelayMs = Math.max(loopDelayMs, inside.loopDelayP99)
  }
  let looking = watched.look().then(() => {})
  const rssTimer = setInterval(() => rss.push({ at: at(), value: watched.rssMb() }), RSS_EVERY_MS)
  const lookTimer = setInterval(() => {
    looking = looking.then(look)
  }, LOOK_EVERY_MS)
  return {
    async stop() {
      clearInterval(rssTimer)
      clearInterval(lookTimer)
      await looking.then(look)
      const warmAt = at() * WARM_UP_SHARE
      const warm = (samples: Sample[]) => samples.filter((sample) => sample.at >= warmAt)
      return {
        name: watched.name,
        rssMb: watched.rssMb(),
        rssMostMb: Math.max(...rss.map(({ value }) => value)),
        rssSlope: slopeOf(warm(rss)),
        heapMb: heap.at(-1)?.value ?? Number.NaN,
        heapSlope: slopeOf(warm(heap)),
        loopDelayMs,
      }
    },
  }
}
