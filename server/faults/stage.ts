// What a fault is told to play on, and the moves that several of them share.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerSlot } from './server-slot.ts'
import type { SmallDisk } from './small-disk.ts'
import type { Load, Workload } from './workload.ts'
import { until, type World } from './world.ts'

export interface Stage {
  readonly world: World
  readonly work: Workload
  readonly load: Load
  /** The short run plays less of everything. */
  readonly isShort: boolean
  /** The crash points to die at, when it is not those of the set. */
  readonly points?: readonly string[]
  /** On which PostgreSQL has its data, for a fault that needs it. */
  readonly disk?: SmallDisk
}

export interface Fault {
  readonly id: string
  readonly title: string
  readonly isShort?: true
  /** Patches of the product in every process of the run. */
  readonly patches?: readonly string[]
  /** It needs a PostgreSQL of its own, on a small disk. */
  readonly needsSmallDisk?: true
  /** Breaks things while acts arrive; returns what it did. @throws when it could not break them. */
  play(stage: Stage): Promise<string>
}

/**
 * Lets acts arrive for as long as `breaking` takes, at least for the seconds of the load and until each kind
 * was sent.
 */
export async function underLoad<T>({ work, load }: Stage, breaking: () => Promise<T>): Promise<T> {
  let isOver = false
  const arrivals = (async () => {
    await work.run(load)
    while (!isOver || !work.hasSentEachKind()) await work.run({ rate: load.rate, seconds: 1 })
  })()
  try {
    return await breaking()
  } finally {
    isOver = true
    await arrivals
  }
}

/** Waits until a place has a server that is ready. */
export async function untilUp(slot: ServerSlot): Promise<void> {
  await until('a server is ready again', () => slot.port !== undefined, 400_000)
}

/**
 * Starts servers with one crash point each, two at a time, and lets acts arrive until each has died of it.
 * @throws for a point that was never passed: it proves nothing.
 */
export async function dieAt(stage: Stage, points: readonly string[]): Promise<string> {
  const { world } = stage
  for (let at = 0; at < points.length; at += world.slots.length) {
    await Promise.all(
      world.slots.map(async (slot, index) => {
        const point = points[at + index]
        if (point === undefined) return
        await slot.stop('SIGKILL')
        const ended = slot.ends.length
        // It may die of it before it was seen to be ready.
        await slot.start({ names: [point], crashAt: 1 + world.random.below(2) }).catch(() => {})
        if (points.length === 1) bringClientsTo(world, slot)
        await until(`a server dies at ${point}`, () => slot.ends.length > ended, 60_000)
      }),
    )
    await Promise.all(world.slots.map(untilUp))
  }
  return `died at ${points.length} points`
}

/** Until ports change; connections that are kept open would stay with the other server. */
function bringClientsTo({ toServers }: World, { port }: ServerSlot): void {
  if (port === undefined) return
  for (const proxy of Object.values(toServers)) {
    proxy.targets = [port]
    proxy.dropAll()
  }
}

/** A pause of a random length. */
export async function shortWhile({ random }: World, fromMs: number, toMs: number): Promise<void> {
  await sleep(fromMs + random.below(toMs - fromMs))
}
