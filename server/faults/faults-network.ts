// Faults of the network: replies that are swallowed, partitions, and messages that come twice, late or in
// another order.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Toxic } from './fault-proxy.ts'
import { moveInByHand } from './hand-agent.ts'
import { type Fault, type Stage, underLoad } from './stage.ts'
import { until } from './world.ts'

/** The reply to COMMIT, and that to a single INSERT, as PostgreSQL writes them. */
const COMMITTED = ['COMMIT\0', 'INSERT 0 1\0']
const TAKEN = ['HTTP/1.1 201', 'HTTP/1.1 200']

const cutOnce = (text: string): Toxic => ({ type: 'cut_after', way: 'down', text, times: 1 })

async function cutAndWait(stage: Stage, where: 'postgres' | 'servers'): Promise<string> {
  const { world, isShort } = stage
  const proxies = where === 'postgres' ? [world.toPostgres] : Object.values(world.toServers)
  const rounds = isShort ? 6 : 20
  for (let round = 0; round < rounds; round += 1) {
    const texts = where === 'postgres' ? COMMITTED : TAKEN
    const text = texts[round % texts.length] ?? ''
    for (const proxy of proxies) proxy.toxics.push(cutOnce(text))
    await sleep(500)
    for (const proxy of proxies) proxy.toxics = []
  }
  const cuts = proxies.reduce((all, proxy) => all + proxy.cuts, 0)
  if (cuts === 0) throw new Error('no reply was swallowed')
  return `${cuts} replies swallowed`
}

async function partition(stage: Stage, toxics: readonly Toxic[], seconds: number) {
  const { world } = stage
  for (const toxic of toxics) {
    world.toPostgres.toxics = [toxic]
    await sleep(seconds * 1000)
    world.toPostgres.toxics = []
    await sleep(1_000)
  }
}

const HOLE = { type: 'timeout' } as const
/** Longer than any answer of a person's agent is valid. */
const TERM_SECONDS = 1_000

export const NETWORK_FAULTS: readonly Fault[] = [
  {
    id: 'F06',
    title: 'replies of PostgreSQL to COMMIT are swallowed',
    isShort: true,
    play: (stage) => underLoad(stage, () => cutAndWait(stage, 'postgres')),
  },
  {
    id: 'F07',
    title: 'HTTP replies are swallowed after they were written',
    isShort: true,
    play: (stage) => underLoad(stage, () => cutAndWait(stage, 'servers')),
  },
  {
    id: 'F08',
    title: 'servers and PostgreSQL do not reach each other, one way and both',
    play: (stage) =>
      underLoad(
        { ...stage, load: { ...stage.load, rate: Math.min(stage.load.rate, 5) } },
        async () => {
          const { world } = stage
          const before = world.history.elapsed()
          await partition(
            stage,
            [
              { ...HOLE, way: 'up' },
              { ...HOLE, way: 'down' },
            ],
            5,
          )
          await partition(stage, [{ ...HOLE, way: 'both' }], 25)
          const waits = world.history.lines
            .filter(({ kind, at, who }) => kind === 'info' && who === 'creditor' && at > before)
            .map(({ facts }) => String(facts['status'] ?? 'no answer'))
          return `2 × 5 s one way, 25 s both; told then: ${countOf(waits)}`
        },
      ),
  },
  {
    id: 'F09',
    title: 'agents and servers do not reach each other',
    play: (stage) =>
      underLoad(stage, async () => {
        const { agents } = stage.world.toServers
        for (const way of ['up', 'down', 'both'] as const) {
          agents.toxics = [{ ...HOLE, way }]
          await sleep(6_000)
          agents.toxics = []
          await sleep(1_500)
        }
        return '3 × 6 s'
      }),
  },
  {
    id: 'F10',
    title: 'bank and server do not reach each other after the rail has paid',
    play: (stage) =>
      underLoad(stage, async () => {
        const { world } = stage
        for (let round = 0; round < 4; round += 1) {
          const paid = world.rail.bookings.length
          world.rail.losesAnswers = 2
          await until('the rail pays', () => world.rail.bookings.length > paid, 30_000)
          world.toServers.bank.toxics = [{ type: 'reset_peer', way: 'both' }]
          await sleep(2_000)
          world.toServers.bank.toxics = []
          await sleep(500)
        }
        return `4 partitions, ${world.rail.bookings.length} payments`
      }),
  },
  {
    id: 'F11',
    title: 'messages come several times, in another order, and after their term',
    isShort: true,
    play: (stage) =>
      underLoad(stage, async () => {
        const { world, isShort } = stage
        const agent = await moveInByHand(world)
        const rounds = isShort ? 6 : 25
        let copies = 0
        const late: string[] = []
        world.toServers.agents.toxics = [{ type: 'latency', way: 'up', ms: 30 }]
        for (let round = 0; round < rounds; round += 1) {
          const request = await agent.nextRequest()
          const accept = await agent.accept(request)
          if (round % 3 === 2) {
            late.push(accept)
            continue
          }
          const decline = await agent.decline(request)
          const messages = [accept, accept, decline, accept, decline].slice(
            0,
            2 + world.random.below(4),
          )
          copies += messages.length
          await Promise.all(
            messages
              .toSorted(() => world.random.next() - 0.5)
              .map(async (jws) => {
                await sleep(world.random.below(80))
                return agent.send(jws)
              }),
          )
        }
        world.toServers.agents.toxics = []
        world.clock.jump(TERM_SECONDS)
        await sleep(600)
        const statuses: number[] = []
        for (const jws of late) statuses.push(await agent.send(jws))
        return `${copies} copies of ${rounds - late.length} answers; after their term: ${statuses}`
      }),
  },
]

export function countOf(values: readonly string[]): string {
  const groups = Map.groupBy(values, (value) => value)
  return [...groups].map(([value, all]) => `${all.length} × ${value}`).join(', ') || 'nothing'
}
