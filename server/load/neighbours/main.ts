// The process of the hostile neighbours, apart from the one that measures and with a lower claim to the
// processor: in life their work is done on their own machines. Starts and stops by message.
import { setPriority } from 'node:os'
import process from 'node:process'
import { startBadReceivers } from './bad-receivers.ts'
import { startAgentFlood, startFlood, startUnreachable, startWrongKeys } from './flood.ts'
import { startGzipBombs, startLargeBodies } from './hostile-bodies.ts'
import type { Neighbour, Outcome, Victims } from './neighbour.ts'
import { startIdle, startSlowBodies, startSlowHeaders } from './slowloris.ts'

export type Order = { do: 'start'; victims: Victims } | { do: 'stop' }
/** The first says where the bad receivers listen; each later one follows a stop. */
export type Told = { urls: string[] } | { outcomes: Outcome[] }

const LOWER = 10
setPriority(LOWER)

const { urls } = await startBadReceivers()
let neighbours: Neighbour[] = []

process.on('message', async (order: Order) => {
  if (order.do === 'start') {
    neighbours = [
      startSlowHeaders,
      startSlowBodies,
      startIdle,
      startGzipBombs,
      startLargeBodies,
      startFlood,
      startAgentFlood,
      startWrongKeys,
      startUnreachable,
    ].map((start) => start(order.victims))
    return
  }
  const outcomes = await Promise.all(neighbours.map((neighbour) => neighbour.stop()))
  neighbours = []
  tell({ outcomes })
})
process.on('disconnect', () => process.exit())
tell({ urls })

function tell(told: Told): void {
  process.send?.(told)
}
