// One life by one seed: forty days of storm, then calm until nothing is left to do.
import type { Fault } from './faults.ts'
import { Broken, createWatch, lookAtTheEnd, type Parties } from './invariants.ts'
import { createSimulatedAgent, HOUSEHOLDS } from './simulated-agents.ts'
import { createSimulatedBank, createSimulatedRail } from './simulated-bank.ts'
import { createSimulatedCreditor } from './simulated-creditor.ts'
import { createSimulatedServer } from './simulated-server.ts'
import { createChance, createWorld, type Simulation, type Weather } from './world.ts'

export interface Lived {
  readonly seed: number
  readonly steps: number
  /** What was broken, by its invariant; undefined for a life that was lived rightly. */
  readonly broken: string | undefined
  readonly agreements: number
  readonly bookings: number
}

const DAY = 86_400
const STORM_DAYS = 40
const DAYS = 120
const MAX_STEPS = 20_000

export async function simulate(
  seed: number,
  faults: readonly Fault[] = [],
  trace?: (line: string) => void,
): Promise<Lived> {
  const world = createWorld(seed, weatherOf(seed), trace)
  const parties = populate(world, faults)
  let steps = 0
  let broken: string | undefined
  const watch = createWatch(parties)
  const runUntil = async (day: number) => {
    while (await world.step(world.start + day * DAY)) {
      steps += 1
      watch()
      if (steps > MAX_STEPS) throw new Broken('I11 it never comes to rest')
    }
  }
  try {
    await runUntil(STORM_DAYS)
    world.calmDown()
    for (const party of [parties.rail, parties.creditor, ...parties.agents]) world.join(party)
    await runUntil(DAYS)
    for (let round = 0; round < 3; round++) {
      world.join({ ...parties.bank, wake: parties.bank.tidyUp })
      await runUntil(DAYS + 2 + round * 2)
      world.join(parties.rail)
      await runUntil(DAYS + 3 + round * 2)
    }
    await lookAtTheEnd(parties)
  } catch (error) {
    if (!(error instanceof Broken)) throw new Error(`seed ${seed}`, { cause: error })
    broken = error.message
    trace?.(`BROKEN: ${broken}`)
  }
  const { store, rail } = parties
  return {
    ...{ seed, steps, broken },
    ...{ agreements: store.agreements.size, bookings: rail.bookings.length },
  }
}

function populate(world: Simulation, names: readonly Fault[]): Parties {
  const faults = new Set(names)
  const server = createSimulatedServer(world, faults)
  const rail = createSimulatedRail(world)
  const bank = createSimulatedBank(world, rail, faults)
  const honest = Object.keys(HOUSEHOLDS).map((name) => createSimulatedAgent(world, name))
  const agents = [...honest, createSimulatedAgent(world, 'hostile', honest)]
  const creditor = createSimulatedCreditor(world)
  for (const party of [server, rail, bank, ...agents, creditor]) world.join(party)
  return { store: server.store, agents, bank, rail, creditor }
}

function weatherOf(seed: number): Weather {
  const random = createChance(seed ^ 0x5f3759df)
  const one = (of: readonly number[]) => of[Math.floor(random() * of.length)] ?? 0
  return {
    dropPercent: one([0, 5, 15, 30]),
    duplicatePercent: one([0, 10, 40]),
    slowPercent: one([0, 5, 20]),
    crashPerMille: one([0, 5, 15, 40]),
  }
}
