// The highest rate that is sustained: raised step by step until latencies run away.
import type { Work } from './parley-target.ts'
import type { Target } from './play-open-loop.ts'
import { playPart } from './play-part.ts'
import type { WatchedProcess } from './watched-process.ts'

const FACTOR = 1.3
const STEP_SECONDS = 15
const LONGEST_P99_MS = 500
/** So many seconds of arrivals that wait for an answer: the rest of the step says nothing new. */
const BACKLOG_SECONDS = 3

/** Returns the rate of the last step whose p99 stayed below 500 ms without an error; 0 for none. */
export async function findPeak(options: {
  from: number
  target: Target<Work>
  servers: readonly WatchedProcess[]
  seed: number
  say: (what: string) => void
}): Promise<number> {
  const { target, servers, seed, say } = options
  let peak = 0
  for (let rate = options.from; ; rate *= FACTOR) {
    const isEnough = (_: unknown, underWay: number) => underWay > rate * BACKLOG_SECONDS
    const step = { name: 'peak', seconds: STEP_SECONDS, rate, seed, target, servers, isEnough }
    const { p99, failures } = await playPart(step)
    say(`  ${rate.toFixed(0)}/s: p99 ${p99.toFixed(0)} ms, ${failures} errors`)
    if (p99 > LONGEST_P99_MS || failures > 0) return peak
    peak = rate
  }
}
