// One part of a run: so long at such a rate, with what the servers spent on it.
import { createRandom } from '../bench/matching/random.ts'
import { type MemoryGrowth, watchMemory } from './memory-watch.ts'
import { WEIGHTS, type Work } from './parley-target.ts'
import { playOpenLoop, type Target } from './play-open-loop.ts'
import { poissonArrivals } from './schedule.ts'
import { summarise } from './summary.ts'
import { createTally, type KindResult, type Tally } from './tally.ts'
import type { WatchedProcess } from './watched-process.ts'

export interface PartOptions {
  name: string
  seconds: number
  rate: number
  seed: number
  target: Target<Work>
  servers: readonly WatchedProcess[]
  /** Where results go, when more than the target's own work counts. */
  tally?: Tally
  isEnough?: (tally: Tally, underWay: number) => boolean
}

export interface PartResult {
  name: string
  seconds: number
  rate: number
  /** Work that ended well a second. */
  perSecond: number
  kinds: Record<string, KindResult>
  failures: number
  /** Over all work of the target, in milliseconds. */
  p99: number
  /** Processor time of the servers for each piece of work, in milliseconds. */
  cpuMs: number
  /** By how much the generator itself was late, in milliseconds; it counts in every latency. */
  generatorP99: number
  memory: MemoryGrowth[]
}

/** Plays one part to the end of its last piece of work. */
export async function playPart(options: PartOptions): Promise<PartResult> {
  const { name, seconds, rate, target, servers, tally = createTally(), isEnough } = options
  const lateMs: number[] = []
  const watches = servers.map(watchMemory)
  const cpuBefore = cpuOf(servers)
  const beganAt = performance.now()
  const load = { perSecond: rate, durationMs: seconds * 1000, weights: WEIGHTS }
  await playOpenLoop(poissonArrivals(createRandom(options.seed), load), target, {
    ...{ tally, lateMs },
    ...(isEnough === undefined
      ? {}
      : { isEnough: (underWay: number) => isEnough(tally, underWay) }),
  })
  const took = (performance.now() - beganAt) / 1000
  const kinds = tally.results()
  const done = Object.keys(WEIGHTS).reduce((sum, kind) => sum + (kinds[kind]?.count ?? 0), 0)
  const cpuMs = (cpuOf(servers) - cpuBefore) / done
  return {
    ...{ name, rate, seconds: took, kinds, cpuMs },
    perSecond: done / took,
    failures: tally.failures(),
    p99: tally.p99(),
    generatorP99: summarise(lateMs).p99,
    memory: await Promise.all(watches.map((watch) => watch.stop())),
  }
}

/** Processor time of all of them since they started, in milliseconds. */
export const cpuOf = (servers: readonly WatchedProcess[]) =>
  servers.reduce((sum, server) => sum + server.cpuMs(), 0)
