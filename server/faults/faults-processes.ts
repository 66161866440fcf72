// Faults of processes: servers and PostgreSQL that die, are cut off, or are told to end.
import { setTimeout as sleep } from 'node:timers/promises'
import { CRASH_POINTS, MAIL_POINTS } from './patches.ts'
import { withClient } from './postgres-cluster.ts'
import { dieAt, type Fault, shortWhile, underLoad, untilUp } from './stage.ts'
import { until } from './world.ts'

const SHORT_POINTS = [
  'issue-after-commit',
  'once-after-commit',
  'agree-before-commit',
  'relay-before-commit',
]

const TERMINATE = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    id: 'F01',
    title: 'servers are killed at random moments',
    isShort: true,
    play: (stage) =>
      underLoad(stage, async () => {
        const { world, isShort } = stage
        const kills = isShort ? 3 : 20
        for (let kill = 0; kill < kills; kill += 1) {
          const slot = world.slots[kill % 2 === 0 ? 0 : 1]
          await untilUp(slot)
          await shortWhile(world, 300, 1_200)
          await slot.kill()
        }
        return `${kills} kills`
      }),
  },
  {
    id: 'F02',
    title: 'servers die at named points of an act',
    isShort: true,
    play: (stage) => {
      const ofSet = stage.isShort ? SHORT_POINTS : CRASH_POINTS.map(({ name }) => name)
      return underLoad(stage, () => dieAt(stage, stage.points ?? ofSet))
    },
  },
  {
    id: 'F03',
    title: 'servers die while a mail is leaving',
    play: (stage) =>
      underLoad(stage, () =>
        dieAt(
          stage,
          MAIL_POINTS.map(({ name }) => name),
        ),
      ),
  },
  {
    id: 'F04',
    title: 'every process of PostgreSQL is killed',
    isShort: true,
    play: (stage) =>
      underLoad(stage, async () => {
        const { world, isShort } = stage
        const kills = isShort ? 3 : 10
        for (let kill = 0; kill < kills; kill += 1) {
          await shortWhile(world, 600, 1_500)
          await world.cluster.kill()
          await shortWhile(world, 0, 300)
          await world.cluster.start()
        }
        return `${kills} kills`
      }),
  },
  {
    id: 'F05',
    title: 'PostgreSQL stops fast, stops at once, and cuts single connections',
    play: (stage) =>
      underLoad(stage, async () => {
        const { world } = stage
        for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
          await shortWhile(world, 500, 1_500)
          await world.cluster.stop(signal)
          await world.cluster.start()
        }
        let cut = 0
        for (let round = 0; round < 20; round += 1) {
          cut += await withClient(
            world.databaseUrl,
            async (client) => (await client.query(TERMINATE)).rows.length,
          )
          await sleep(200)
        }
        return `2 stops, ${cut} connections cut`
      }),
  },
  {
    id: 'F23',
    title: 'servers are asked to end under load, one after the other',
    play: (stage) =>
      underLoad(stage, async () => {
        const { world } = stage
        const took: number[] = []
        for (const slot of [...world.slots, ...world.slots]) {
          await untilUp(slot)
          await shortWhile(world, 500, 1_000)
          const start = performance.now()
          const end = await slot.stop('SIGTERM')
          took.push(performance.now() - start)
          if (end !== 0) throw new Error(`a server ended with ${end}`)
          await slot.start()
          await until('it serves', () => slot.port !== undefined)
        }
        return `4 orderly ends, the longest in ${Math.round(Math.max(...took))} ms`
      }),
  },
]
